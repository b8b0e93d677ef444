import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";

const read = (name: string): string =>
  readFileSync(new URL(`../../../.github/workflows/${name}`, import.meta.url), "utf8");
const source = read("deploy.yml");

interface WorkflowStep {
  readonly id?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string | number | boolean>>;
}
interface WorkflowJob {
  readonly if: string;
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions: Readonly<Record<string, string>>;
  readonly concurrency: { readonly group: string; readonly "cancel-in-progress": boolean };
  readonly strategy: { readonly matrix: Readonly<Record<string, string>> };
  readonly "timeout-minutes": number;
  readonly steps: readonly WorkflowStep[];
}
interface Workflow {
  readonly on: { readonly push: object; readonly schedule: readonly { readonly cron: string }[] };
  readonly permissions: object;
  readonly concurrency?: object;
  readonly jobs: Readonly<Record<"up" | "check", WorkflowJob>>;
}

const workflow = parse(source) as Workflow;
const { up, check } = workflow.jobs;
const steps = [...up.steps, ...check.steps];
const stepOf = (job: WorkflowJob, id: string): WorkflowStep => job.steps.find((step) => step.id === id)!;

describe("the deploy workflow", () => {
  it("runs on main and on a schedule, never on a pull request", () => {
    assert.deepEqual(Object.keys(workflow.on), ["push", "schedule"]);
    assert.deepEqual(workflow.on.push, { branches: ["main"] });
    assert.match(workflow.on.schedule[0]!.cron, /^\d+ \d+ \* \* \*$/);
  });

  it("brings a stack up on a push only, in an environment of its own", () => {
    assert.match(up.if, /^github\.event_name == 'push' && /);
    assert.equal(up.environment, "${{ matrix.stack }}");
  });

  it("verifies after an update that went well, and looks for drift on the schedule, without the update's role", () => {
    assert.equal(check.needs, "up");
    assert.match(check.if, /\(needs\.up\.result == 'success' \|\| github\.event_name == 'schedule'\)/);
    assert.match(check.strategy.matrix.command!, /'schedule' && '\["drift", "verify"\]' \|\| '\["verify"\]'/);
    assert.equal(check.environment, undefined);
    const roles = [up, check].map((job) => job.steps.find(({ uses }) => uses?.startsWith("aws-actions/"))!.with!);
    assert.deepEqual(
      roles.map((inputs) => inputs["role-to-assume"]),
      ["${{ vars.DEPLOY_ROLE }}", "${{ vars.CHECK_ROLE }}"],
    );
  });

  it("never cancels an update that runs, nor has a check push one out that waits", () => {
    assert.equal(workflow.concurrency, undefined);
    assert.deepEqual(up.concurrency, { group: "up-${{ matrix.stack }}", "cancel-in-progress": false });
    assert.equal(check.concurrency.group, "${{ matrix.command }}-${{ matrix.stack }}");
  });

  it("has no permission but to read the code and to take a role", () => {
    assert.deepEqual(workflow.permissions, {});
    for (const { permissions } of [up, check]) assert.deepEqual(permissions, { contents: "read", "id-token": "write" });
    assert.doesNotMatch(source, /AWS_(SECRET_)?ACCESS_KEY|aws-access-key-id/);
  });

  it("leaves no token in the working copy, and runs no script of a dependency while it installs", () => {
    for (const job of [up, check]) {
      const names = job.steps.map((step) => step.uses?.split("@")[0] ?? step.run!);
      assert.deepEqual(job.steps[names.indexOf("actions/checkout")]!.with, { "persist-credentials": false });
      assert.deepEqual(
        names.filter((name) => /\bnpm (ci|i|install)\b/.test(name)),
        ["npm ci --ignore-scripts"],
      );
      assert.ok(names.indexOf("npm ci --ignore-scripts") < names.indexOf("aws-actions/configure-aws-credentials"));
    }
  });

  it("puts no expression into a script, and uses nothing that somebody writes into an event", () => {
    for (const { run } of steps) assert.doesNotMatch(run ?? "", /\$\{\{/);
    const used = source.match(/\bgithub\.\w+/g)!;
    assert.deepEqual([...new Set(used)].sort(), ["github.event_name", "github.run_id"]);
  });

  it("ends", () => {
    assert.ok(up["timeout-minutes"] <= 60 && check["timeout-minutes"] <= 15);
  });
});

describe("the deploy workflow's commands", () => {
  const folder = mkdtempSync(join(tmpdir(), "deploy-workflow-"));
  after(() => rmSync(folder, { recursive: true }));

  /** Runs a step with a command in the place of `program` that notes its arguments, prints and exits with `code`. */
  function run(step: WorkflowStep, program: string, code: number, env: Readonly<Record<string, string>> = {}) {
    const temp = mkdtempSync(join(folder, "run-"));
    const script = `#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/arguments"\necho "$REPORT"\nexit ${code}\n`;
    writeFileSync(join(temp, program), script);
    chmodSync(join(temp, program), 0o755);
    const summary = join(temp, "summary");
    writeFileSync(summary, "");
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["--noprofile", "--norc", "-eo", "pipefail", "-c", step.run!],
      {
        env: {
          PATH: `${temp}:${process.env.PATH}`,
          RUNNER_TEMP: temp,
          GITHUB_STEP_SUMMARY: summary,
          STACK: "my-org/dev; rm",
          REPORT: "the report",
          ...env,
        },
        encoding: "utf8",
      },
    );
    assert.equal(stderr, "");
    const given = readFileSync(join(temp, "arguments"), "utf8").trimEnd().split("\n");
    return { status, stdout, given, summary: readFileSync(summary, "utf8") };
  }

  it("bring up the one stack, and tell how it ended", () => {
    for (const code of [0, 1]) {
      const { status, given } = run(stepOf(up, "up"), "node", code);
      assert.equal(status, code);
      const options = ["--stack", "my-org/dev; rm", "--timeout", "45m", "--resume"];
      assert.deepEqual(given, ["automation/carts.mjs", "up", ...options]);
    }
  });

  it("check it, print what they found, also where everybody looks, and tell how it ended", () => {
    for (const [COMMAND, code] of [
      ["verify", 0],
      ["verify", 5],
      ["drift", 2],
      ["drift", 1],
    ] as const) {
      const { status, stdout, given, summary } = run(stepOf(check, "check"), "npx", code, { COMMAND });
      assert.deepEqual([status, stdout], [code, "the report\n"]);
      assert.deepEqual(given, ["--no", "carts", COMMAND, "--stack", "my-org/dev; rm"]);
      assert.equal(summary, `**${COMMAND} my-org/dev; rm**\n\n    the report\n`);
    }
  });
});
