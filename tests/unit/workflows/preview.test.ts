import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import { commentMarker } from "../../../packages/kro-preview/format/markdown.ts";

const file = new URL("../../../.github/workflows/preview.yml", import.meta.url);
const source = readFileSync(file, "utf8");

interface WorkflowStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
  readonly env?: Readonly<Record<string, string>>;
}
interface WorkflowJob {
  readonly if: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly "timeout-minutes": number;
  readonly steps: readonly WorkflowStep[];
}
interface Workflow {
  readonly on: Readonly<Record<string, unknown>>;
  readonly permissions: object;
  readonly concurrency: { readonly group: string };
  readonly jobs: Readonly<Record<string, WorkflowJob>>;
}

const workflow = parse(source) as Workflow;
const jobs = Object.values(workflow.jobs);
const steps = jobs.flatMap((job) => job.steps);
const uses = (job: string): string[] => workflow.jobs[job]!.steps.flatMap((step) => step.uses?.split("@")[0] ?? []);

describe("the preview workflow", () => {
  it("runs on pull requests, without the rights of the base repository", () => {
    assert.deepEqual(Object.keys(workflow.on), ["pull_request"]);
  });

  it("has no permission but those that a job asks for", () => {
    assert.deepEqual(workflow.permissions, {});
    assert.deepEqual(
      Object.fromEntries(Object.entries(workflow.jobs).map(([name, { permissions }]) => [name, permissions])),
      { preview: { contents: "read", "id-token": "write" }, comment: { "pull-requests": "write" } },
    );
  });

  it("gives a fork's code no credentials", () => {
    assert.match(
      workflow.jobs.preview!.if,
      /github\.event\.pull_request\.head\.repo\.full_name == github\.repository\n?\s/,
    );
    assert.doesNotMatch(workflow.jobs.preview!.if, /\|\|/);
    assert.match(workflow.jobs.comment!.if, /needs\.preview\.result != 'skipped'/);
  });

  it("writes comments where the pull request's code does not run, nor AWS is known", () => {
    assert.deepEqual(uses("comment"), ["actions/download-artifact", "actions/github-script"]);
    assert.ok(workflow.jobs.comment!.steps.every((step) => step.run === undefined));
    assert.doesNotMatch(JSON.stringify(workflow.jobs.comment), /secrets\.|vars\./);
  });

  it("leaves no token in the working copy, and runs no script of a dependency while it installs", () => {
    const [checkout, ...others] = steps.filter((step) => step.uses?.startsWith("actions/checkout@"));
    assert.deepEqual(checkout!.with, { "persist-credentials": false });
    assert.equal(others.length, 0);
    const installs = steps.filter((step) => /\bnpm (ci|i|install)\b/.test(step.run ?? ""));
    assert.deepEqual(
      installs.map((step) => step.run),
      ["npm ci --ignore-scripts"],
    );
    const order = workflow.jobs.preview!.steps.map((step) => step.uses?.split("@")[0] ?? step.run!);
    assert.ok(order.indexOf("npm ci --ignore-scripts") < order.indexOf("aws-actions/configure-aws-credentials"));
  });

  it("puts no expression into a script: what it needs comes in by the environment", () => {
    for (const { run, with: inputs } of steps) {
      assert.doesNotMatch(run ?? "", /\$\{\{/);
      assert.doesNotMatch(String(inputs?.script ?? ""), /\$\{\{/);
    }
  });

  it("uses nothing that a pull request's author writes", () => {
    const author = /github\.(head_ref|event\.(?!pull_request\.(number|head\.repo\.full_name|user\.login)))/;
    for (const expression of source.match(/\$\{\{[\s\S]*?\}\}/g)!) assert.doesNotMatch(expression, author);
  });

  it("takes AWS credentials by OIDC only, for a role that a variable names", () => {
    const configure = steps.find((step) => step.uses?.startsWith("aws-actions/"))!.with!;
    assert.equal(configure["role-to-assume"], "${{ vars.PREVIEW_ROLE }}");
    assert.ok(!("aws-access-key-id" in configure));
    assert.doesNotMatch(source, /AWS_(SECRET_)?ACCESS_KEY/);
  });

  it("ends, and leaves one run a pull request", () => {
    for (const job of jobs) assert.ok(job["timeout-minutes"] <= 15);
    assert.equal(workflow.concurrency.group, "preview-${{ github.event.pull_request.number }}");
  });
});

describe("the preview workflow's preview", () => {
  const folder = mkdtempSync(join(tmpdir(), "preview-workflow-"));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs the step with a `npx` that notes its arguments, writes `comment` and exits with `code`. */
  function run(code: number, comment: string, env: Readonly<Record<string, string>> = {}) {
    const temp = mkdtempSync(join(folder, "run-"));
    const npx = join(temp, "npx");
    const write =
      'printf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"; [ -z "$COMMENT" ] || echo "$COMMENT" > "$RUNNER_TEMP/preview/comment.md"';
    writeFileSync(npx, `#!/bin/sh\n${write}\nexit ${code}\n`);
    chmodSync(npx, 0o755);
    const script = steps.find((step) => step.id === "preview")!.run!;
    const { status, stderr } = spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
      env: {
        PATH: `${temp}:${process.env.PATH}`,
        RUNNER_TEMP: temp,
        STACK: "dev",
        RUN_URL: "https://example.org/1",
        FAIL_ON_DANGER: "",
        COMMENT: comment,
        ...env,
      },
      encoding: "utf8",
    });
    assert.equal(stderr, "");
    const output = join(temp, "preview/comment.md");
    return {
      status,
      comment: existsSync(output) ? readFileSync(output, "utf8") : undefined,
      arguments: readFileSync(join(temp, "arguments"), "utf8").split("\n"),
    };
  }

  it("passes when nothing changes, and when something does", () => {
    assert.equal(run(0, "same").status, 0);
    const { status, comment, arguments: given } = run(2, "changes");
    assert.deepEqual([status, comment], [0, "changes\n"]);
    assert.deepEqual(given.slice(0, 7), ["--no", "carts", "preview", "--stack", "dev", "--format", "markdown"]);
    assert.ok(!given.includes("--fail-on-danger"));
  });

  it("fails for an error, and says so in a comment", () => {
    const { status, comment } = run(1, "", { STACK: "my-org/dev; rm" });
    assert.equal(status, 1);
    const marker = commentMarker({ project: "carts-stack", stack: "my-org/dev; rm" });
    assert.equal(comment, `${marker}\n**The preview failed**: see [its log](https://example.org/1).\n`);
  });

  it("fails for a danger where that is wanted, with the comment", () => {
    const { status, comment, arguments: given } = run(3, "danger", { FAIL_ON_DANGER: "true" });
    assert.deepEqual([status, comment], [3, "danger\n"]);
    assert.ok(given.includes("--fail-on-danger"));
  });
});

describe("the preview workflow's comment", () => {
  const marker = commentMarker({ project: "carts-stack", stack: "dev" });
  const bot = { login: "github-actions[bot]" };
  const home = process.cwd();
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "preview-comment-"));
    process.chdir(folder);
  });
  afterEach(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  /** Runs the script on these artifacts, and tells the calls that it makes to GitHub. */
  async function run(artifacts: Readonly<Record<string, string>>, comments: readonly object[]) {
    for (const [path, text] of Object.entries(artifacts)) {
      mkdirSync(join(folder, "previews", path, ".."), { recursive: true });
      writeFileSync(join(folder, "previews", path), text);
    }
    const calls: unknown[] = [];
    const call = (name: string) => async (options: object) => calls.push([name, options]);
    const github = {
      paginate: async () => comments,
      rest: { issues: { listComments: {}, createComment: call("create"), updateComment: call("update") } },
    };
    const context = { repo: { owner: "o", repo: "r" }, payload: { pull_request: { number: 7 } } };
    const script = String(steps.find((step) => step.uses?.startsWith("actions/github-script@"))!.with!.script);
    const names = ["github", "context", "core", "require"];
    process.env.COMMENTS = String(steps.find((step) => step.uses?.startsWith("actions/github-script@"))!.env!.COMMENTS);
    const AsyncFunction = (async () => {}).constructor as new (
      ...texts: string[]
    ) => (...args: unknown[]) => Promise<void>;
    const core = { setFailed: (message: string) => calls.push(["failed", message]) };
    await new AsyncFunction(...names, script)(github, context, core, createRequire(import.meta.url));
    return calls;
  }

  it("is made for each stack", async () => {
    const other = commentMarker({ project: "carts-stack", stack: "prod" });
    assert.deepEqual(
      await run(
        {
          "preview-0/comment.md": `${marker}\na`,
          "preview-0/report.json": "{}",
          "preview-1/comment.md": `${other}\nb`,
        },
        [],
      ),
      [
        ["create", { owner: "o", repo: "r", issue_number: 7, body: `${marker}\na` }],
        ["create", { owner: "o", repo: "r", issue_number: 7, body: `${other}\nb` }],
      ],
    );
  });

  it("is updated, where the bot has written it before, and only there", async () => {
    const comments = [
      { id: 1, user: { login: "someone" }, body: `${marker}\nfaked` },
      { id: 2, user: bot, body: `${commentMarker({ project: "carts-stack", stack: "dev2" })}\nanother stack` },
      { id: 3, user: null, body: null },
      { id: 4, user: bot, body: `${marker}\nolder` },
    ];
    // A single artifact is unpacked without a folder of its own.
    assert.deepEqual(await run({ "comment.md": `${marker}\nnew` }, comments), [
      ["update", { owner: "o", repo: "r", comment_id: 4, body: `${marker}\nnew` }],
    ]);
    assert.equal(
      ((await run({ "comment.md": `${marker}\nnew` }, comments.slice(0, 3))) as [string][])[0]![0],
      "create",
    );
  });

  it("is not written without its marker, nor without a preview", async () => {
    assert.equal(((await run({ "comment.md": "hello" }, [])) as [string][])[0]![0], "failed");
    rmSync(join(folder, "previews"), { recursive: true });
    assert.deepEqual(await run({}, []), []);
  });
});
