import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { parse } from "yaml";

const folder = new URL("../../../.github/workflows/", import.meta.url);

interface Job {
  readonly permissions?: Readonly<Record<string, string>>;
  readonly "timeout-minutes"?: number;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly with?: object }[];
}
interface Workflow {
  readonly permissions: object;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflows = readdirSync(folder).map((name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  return { name, text, workflow: parse(text) as Workflow };
});
const actions = new URL("../../../.github/actions/", import.meta.url);
const actionTexts = readdirSync(actions).map((name) => readFileSync(new URL(`${name}/action.yml`, actions), "utf8"));
const pins = [...workflows.map(({ text }) => text), ...actionTexts].flatMap((text) =>
  text.split("\n").flatMap((line) => /\buses: (.*)$/.exec(line)?.[1] ?? []),
);
const jobs = workflows.flatMap(({ name, workflow }) =>
  Object.entries(workflow.jobs).map(([id, job]) => ({ ...job, id: `${name}: ${id}` })),
);

describe("every workflow", () => {
  it("pins its actions to a commit, with the version beside it, the same in all of them", () => {
    for (const pin of pins) assert.match(pin, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const byAction = Object.groupBy(new Set(pins), (pin) => pin.split("@")[0]!);
    assert.deepEqual(
      Object.values(byAction).filter((all) => all!.length > 1),
      [],
    );
  });

  it("has no permission but those that a job asks for, and ends", () => {
    for (const { name, workflow } of workflows) assert.deepEqual(workflow.permissions, {}, name);
    for (const { id, permissions, "timeout-minutes": minutes } of jobs) {
      assert.ok(permissions && minutes && minutes <= 90, id);
    }
  });

  it("leaves no token in the working copy, and puts no expression into a script", () => {
    for (const { id, steps } of jobs) {
      for (const step of steps) {
        if (step.uses?.startsWith("actions/checkout@")) {
          assert.deepEqual(step.with, { "persist-credentials": false }, id);
        }
        assert.doesNotMatch(step.run ?? "", /\$\{\{/, id);
      }
    }
  });
});

describe("the test workflow", () => {
  const { workflow, text } = workflows.find(({ name }) => name === "test.yml")!;

  it("runs what README tells everybody to run, with no secret and no account", () => {
    const { steps, permissions } = workflow.jobs.test!;
    assert.deepEqual(
      steps.flatMap(({ run }) => run ?? []),
      [".ci/run"],
    );
    assert.deepEqual(permissions, { contents: "read" });
    assert.doesNotMatch(text, /secrets\.|vars\.|pull_request_target/);
  });
});
