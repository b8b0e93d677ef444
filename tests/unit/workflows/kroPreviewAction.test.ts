import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { commentMarker } from "../../../packages/kro-preview/format/markdown.ts";
import { rgd, shop } from "../kro-preview/command/folder.ts";

interface ActionStep {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly shell?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Action {
  readonly inputs: Readonly<Record<string, { readonly description: string; readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly ActionStep[] };
}

const read = (path: string): string => readFileSync(new URL(`../../../.github/${path}`, import.meta.url), "utf8");
const source = read("actions/kro-preview/action.yml");
const { inputs, outputs, runs } = parse(source) as Action;
const commenting = runs.steps.find(({ uses }) => uses?.startsWith("actions/github-script@"))!;

describe("the action kro-preview", () => {
  it("puts no expression into a script: what it needs comes in by the environment", () => {
    for (const { run, with: given } of runs.steps) {
      assert.doesNotMatch(run ?? "", /\$\{\{/);
      assert.doesNotMatch(String(given?.script ?? ""), /\$\{\{/);
    }
  });

  it("uses each of its inputs, and nothing that a pull request's author writes", () => {
    for (const name of Object.keys(inputs)) assert.match(source, new RegExp(`inputs\\.${name}\\b`));
    const author = /github\.(head_ref|event\.(?!pull_request\.head\.repo\.full_name))/;
    for (const expression of source.match(/\$\{\{[\s\S]*?\}\}/g)!) assert.doesNotMatch(expression, author);
  });

  it("writes no comment unless told to, and none for a fork", () => {
    assert.equal(inputs.comment!.default, "false");
    const conditions = commenting.if!.split("&&").map((text) => text.trim());
    assert.deepEqual(conditions, [
      "inputs.comment == 'true'",
      "github.event_name == 'pull_request'",
      "github.event.pull_request.head.repo.full_name == github.repository",
    ]);
  });

  it("writes the comment as the preview workflow does: by the same script", () => {
    const workflow = parse(read("workflows/preview.yml")) as {
      readonly jobs: { readonly comment: { readonly steps: readonly ActionStep[] } };
    };
    const other = workflow.jobs.comment.steps.find(({ uses }) => uses?.startsWith("actions/github-script@"))!;
    const bare = (step: ActionStep): string => String(step.with!.script).replace(/^\/\/.*\n/, "");
    assert.equal(bare(commenting), bare(other));
  });

  it("gives out what its step has found", () => {
    for (const { value } of Object.values(outputs)) assert.match(value, /^\$\{\{ steps\.diff\.outputs\.\w+ \}\}$/);
  });
});

describe("the action kro-preview's report", () => {
  const folder = mkdtempSync(join(tmpdir(), "kro-preview-action-"));
  after(() => rmSync(folder, { recursive: true }));

  interface Outcome {
    readonly status: number | null;
    readonly npm: readonly string[];
    readonly given: readonly string[];
    readonly comment: string;
    readonly summary: string;
    readonly outputs: Readonly<Record<string, string>>;
  }

  /** Runs the steps with a command in the place of `node` that writes `comment` and `report`, and exits with `code`. */
  function run(code: number, env: Readonly<Record<string, string>> = {}, comment = "a report", report = "{}"): Outcome {
    const temp = mkdtempSync(join(folder, "run-"));
    const put = (name: string, text: string): void => {
      writeFileSync(join(temp, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(temp, name), 0o755);
    };
    put("npm", `printf "%s\\n" "$@" > "${temp}/npm.txt"; echo noise`);
    put(
      "node",
      `printf "%s\\n" "$@" > "${temp}/node.txt"
echo "error: it is so" >&2
if [ -n "$COMMENT" ]; then echo "$COMMENT" > "$RUNNER_TEMP/kro-preview-$NAME/comment.md"; echo "$REPORT" > "$RUNNER_TEMP/kro-preview-$NAME/report.json"; fi
exit ${code}`,
    );
    put("jq", `grep -o '"name"' "$2" | wc -l | tr -d ' '`);
    const files = { summary: join(temp, "summary"), output: join(temp, "output") };
    for (const file of Object.values(files)) writeFileSync(file, "");
    const shared = {
      PATH: `${temp}:${process.env.PATH}`,
      RUNNER_TEMP: temp,
      GITHUB_ACTION_PATH: "/clone/.github/actions/kro-preview",
      GITHUB_STEP_SUMMARY: files.summary,
      GITHUB_OUTPUT: files.output,
      ...{ COMMENT: comment, REPORT: report },
    };
    const defaults = { PATHS: ".", FROM: "", TO: "HEAD", NAME: "kro-preview", FAIL_ON_DANGER: "false", ALLOW: "" };
    const policy = { POLICY: "false", FAIL_ON_FINDING: "false" };
    const bash = (step: ActionStep, more: Readonly<Record<string, string>>) =>
      spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run!], {
        env: { ...shared, ...more },
        encoding: "utf8",
      });
    const diff = runs.steps.find(({ id }) => id === "diff")!;
    const first = bash(diff, { ...defaults, ...policy, RUN_URL: "https://example.org/1", ...env });
    assert.equal(first.stdout, "");
    const lines = (file: string): string[] => readFileSync(join(temp, file), "utf8").trimEnd().split("\n");
    if (first.status !== 0) return { status: first.status, npm: [], given: [], comment: "", summary: "", outputs: {} };
    const given = Object.fromEntries(lines("output").map((line) => line.split(/=(.*)/).slice(0, 2)));
    return {
      status: bash(runs.steps.at(-1)!, { CODE: given.code! }).status,
      npm: lines("npm.txt"),
      given: lines("node.txt"),
      comment: readFileSync(join(given.folder!, "comment.md"), "utf8"),
      summary: readFileSync(files.summary, "utf8"),
      outputs: given,
    };
  }

  it("passes when nothing changes, and when something does", () => {
    assert.equal(run(0).status, 0);
    assert.equal(run(0).outputs.changed, "false");
    const { status, outputs: found, comment, summary } = run(2);
    assert.deepEqual([status, found.changed, found.dangers], [0, "true", "0"]);
    assert.deepEqual([comment, summary], ["a report\n", "a report\n"]);
  });

  it("takes its own clone's lockfile, and runs no script of a dependency", () => {
    const { npm } = run(0);
    assert.deepEqual(npm.slice(0, 3), ["ci", "--prefix", "/clone/.github/actions/kro-preview/../../.."]);
    assert.ok(npm.includes("--ignore-scripts"));
  });

  it("compares what a merge changes, in the paths that are named", () => {
    const { given } = run(0, { PATHS: "rgds\n\nmy instances/*.yaml\n" });
    const [bin, command, ...options] = given;
    assert.deepEqual(
      [bin, command],
      ["/clone/.github/actions/kro-preview/../../../packages/kro-preview/bin.mjs", "diff"],
    );
    assert.deepEqual(options.slice(0, 4), ["--from", "HEAD^1", "--to", "HEAD"]);
    assert.deepEqual(options.slice(options.indexOf("--")), ["--", "rgds", "my instances/*.yaml"]);
    assert.ok(!options.includes("--fail-on-danger"));
    const other = run(0, {
      FROM: "main; rm -rf /",
      TO: "$(id)",
      ALLOW: "rollout,table-deleted",
      FAIL_ON_DANGER: "true",
    });
    assert.deepEqual(other.given.slice(2, 6), ["--from", "main; rm -rf /", "--to", "$(id)"]);
    assert.ok(other.given.includes("--fail-on-danger") && other.given.includes("--allow=rollout,table-deleted"));
  });

  it("holds what changes against the policy, where that is wanted", () => {
    const withPolicy = (env: Readonly<Record<string, string>>) =>
      run(0, env).given.filter((option) => /polic|finding/.test(option));
    assert.deepEqual(withPolicy({}), []);
    assert.deepEqual(withPolicy({ POLICY: "true" }), ["--policy"]);
    assert.deepEqual(withPolicy({ POLICY: "a b.yaml", FAIL_ON_FINDING: "true" }), [
      "--policy=a b.yaml",
      "--fail-on-finding",
    ]);
  });

  it("fails for a danger where that is wanted, with the comment and the number of dangers", () => {
    const report = '{"dangers":[{"name":"a"},{"name":"b"}]}';
    const { status, comment, outputs: found } = run(3, { FAIL_ON_DANGER: "true" }, "dangers", report);
    assert.deepEqual([status, comment], [3, "dangers\n"]);
    assert.deepEqual([found.changed, found.dangers], ["true", "2"]);
  });

  it("fails for an error, and says so in a comment that is found again", () => {
    const { status, comment, outputs: found } = run(1, { NAME: "shop.rgds" }, "");
    assert.deepEqual([status, found.changed, found.dangers], [1, "false", "0"]);
    const marker = commentMarker({ title: "x" }, "shop.rgds");
    const text = "**kro-preview failed**, see [its log](https://example.org/1):\n\n    error: it is so\n";
    assert.equal(comment, `${marker}\n${text}`);
  });

  it("shows what a merge does, with the tool as it is in the clone", () => {
    const temp = mkdtempSync(join(folder, "real-"));
    const put = (name: string, text: string): void => {
      writeFileSync(join(temp, name), text);
      chmodSync(join(temp, name), 0o755);
    };
    // What is installed here already, and what every runner has.
    put("npm", "#!/bin/sh\n");
    const jq = `console.log(JSON.parse(fs.readFileSync(process.argv[1])).dangers.length)`;
    put("jq", `#!/bin/sh\nexec node -e '${jq}' "$2"\n`);
    const who = { GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org", GIT_CONFIG_GLOBAL: "/dev/null" };
    const env = {
      ...{ ...process.env, ...who, GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" },
      PATH: [temp, dirname(process.execPath), process.env.PATH].join(":"),
      RUNNER_TEMP: temp,
      GITHUB_ACTION_PATH: fileURLToPath(new URL("../../../.github/actions/kro-preview", import.meta.url)),
      GITHUB_STEP_SUMMARY: join(temp, "summary"),
      GITHUB_OUTPUT: join(temp, "output"),
    };
    const work = join(temp, "work");
    const bash = (script: string, more: Readonly<Record<string, string>> = {}) => {
      const args = ["--noprofile", "--norc", "-eo", "pipefail", "-c", script];
      const done = spawnSync("bash", args, { cwd: work, env: { ...env, ...more }, encoding: "utf8" });
      assert.equal(done.status, 0, done.stderr);
    };
    mkdirSync(work);
    const write = (image: string): void =>
      writeFileSync(join(work, "all.yaml"), `${rgd({ image })}---\n${shop("tea")}`);
    write("nginx:1");
    bash("git init -q -b main && git add -A && git commit -qm base && git checkout -qb change");
    write("nginx:2");
    bash("git commit -qam change && git checkout -q main && git merge -q --no-ff --no-edit change");
    const given = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default]));
    const diff = runs.steps.find(({ id }) => id === "diff")!;
    const resolved = (text: string): string =>
      text
        .replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name: string) => given[name]!)
        .replace(/\$\{\{.*?\}\}/g, "https://x.y");
    bash(diff.run!, Object.fromEntries(Object.entries(diff.env!).map(([name, text]) => [name, resolved(text)])));
    const summary = readFileSync(env.GITHUB_STEP_SUMMARY, "utf8");
    assert.ok(summary.startsWith(`${commentMarker({ title: "x" }, "kro-preview")}\n`), summary);
    assert.match(summary, /nginx:1.*nginx:2/s);
    assert.match(readFileSync(env.GITHUB_OUTPUT, "utf8"), /^changed=true\ndangers=1\n/);
  });

  it("takes no name that a path or a marker could be broken with", () => {
    for (const NAME of ["", "a b", "../x", "--> x", "a\nb"]) assert.equal(run(0, { NAME }).status, 1, NAME);
  });
});
