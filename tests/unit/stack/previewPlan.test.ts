import assert from "node:assert/strict";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { previewPlan } from "../../../automation/stack/previewPlan.ts";
import { type FakePulumi, fakePulumi, tellEvents } from "./fakePulumi.ts";

const TYPE = "kubernetes:kro.run/v1alpha1:CartsStack";
const URN = `urn:pulumi:dev::p::${TYPE}::carts`;
const state = (replicas: number) => ({
  ...{ urn: URN, type: TYPE, id: "default/carts-kro", custom: true },
  inputs: { metadata: { name: "carts-kro" }, spec: { replicas } },
});
const step = (op: string, old?: object, next?: object) => ({
  resourcePreEvent: { metadata: { op, urn: URN, type: TYPE, old, new: next } },
});
const SUMMARY = { summaryEvent: { resourceChanges: {} } };
const failed = (message: string) => ({ diagnosticEvent: { urn: URN, severity: "error", message } });
const GONE = failed('Preview failed: cartsstacks.kro.run "carts-kro" not found');
const TAKEN = failed('Apply failed with 1 conflict: conflict with "k9s": .spec.replicas');

describe("a preview", () => {
  const { PATH } = process.env;
  let pulumi: FakePulumi;
  afterEach(async () => {
    process.env.PATH = PATH;
    await pulumi.remove();
  });

  /** @param script - decides by `$*` and the environment. */
  async function plan(script: string) {
    pulumi = await fakePulumi({ preview: script });
    Object.assign(process.env, pulumi.env);
    const said: string[] = [];
    const taken: string[] = [];
    const { changes } = await previewPlan({
      ...{ stack: "dev", cwd: pulumi.cwd, color: false, signal: new AbortController().signal },
      onOutput: (text) => said.push(text),
      onConflict: ({ path, manager }) => taken.push(`${path} ${manager}`),
    });
    return {
      said: said.join(""),
      taken,
      changes: changes.map(({ action, before, after }) => ({ action, before, after })),
    };
  }

  const update = step("update", state(1), state(2));
  const made = tellEvents([step("refresh", state(1)), step("create", undefined, state(2)), SUMMARY]);

  it("is run once more where its steps did not arrive, and never taken for one that changes nothing", async () => {
    const { said, changes } = await plan(
      `if [ -e again ]; then\n${tellEvents([update, SUMMARY])}\nelse\ntouch again\n${tellEvents([])}\nfi`,
    );
    assert.match(said, /^What Pulumi is going to do did not arrive here: once more \.\.\.$/m);
    assert.deepEqual(
      changes.map(({ action }) => action),
      ["update"],
    );
    await pulumi.remove();
    await assert.rejects(plan(tellEvents([])), /its steps did not arrive here: try again/);
  });

  it("of what is gone is run once more, with a refresh, and shows that it is made anew", async () => {
    const { said, changes } = await plan(
      `case "$*" in *--refresh*)\n${made}\n;; *)\n${tellEvents([update, GONE, GONE], 255)}\n;; esac`,
    );
    assert.match(said, /^Gone: CartsStack carts, which `carts up` makes anew: once more, with a refresh \.\.\.$/m);
    assert.deepEqual(changes, [{ action: "create", before: undefined, after: state(2).inputs }]);
  });

  it("is run by force and with a refresh where fields are taken, and something is gone", async () => {
    const { taken, changes } = await plan(
      `case "$PULUMI_K8S_ENABLE_PATCH_FORCE $*" in true*--refresh*)\n${made}\n;; true*)\n${tellEvents([update, GONE], 255)}\n` +
        `;; *)\n${tellEvents([update, TAKEN], 255)}\n;; esac`,
    );
    assert.deepEqual(taken, ["spec.replicas k9s"]);
    assert.equal(changes[0]!.action, "create");
  });

  it("has Pulumi keep no state on the way, each time that it is run, unless the user's environment says otherwise", async () => {
    const seen = async () => {
      const file = join(await mkdtemp(join(tmpdir(), "preview-")), "seen");
      const script =
        `echo "$PULUMI_SKIP_CHECKPOINTS" >>'${file}'\n` +
        `case "$PULUMI_K8S_ENABLE_PATCH_FORCE" in true)\n${made}\n;; *)\n${tellEvents([update, TAKEN], 255)}\n;; esac`;
      await plan(script);
      return readFile(file, "utf8");
    };
    const before = process.env.PULUMI_SKIP_CHECKPOINTS;
    try {
      delete process.env.PULUMI_SKIP_CHECKPOINTS;
      assert.equal(await seen(), "true\ntrue\n");
      assert.equal(process.env.PULUMI_SKIP_CHECKPOINTS, undefined, "no other command of this process has it");
      await pulumi.remove();
      process.env.PULUMI_SKIP_CHECKPOINTS = "false";
      assert.equal(await seen(), "false\nfalse\n");
    } finally {
      if (before === undefined) delete process.env.PULUMI_SKIP_CHECKPOINTS;
      else process.env.PULUMI_SKIP_CHECKPOINTS = before;
    }
  });

  it("fails, and is not tried again, where something else is not there, or a refresh does not help", async () => {
    const other = failed('Preview failed: namespaces "shop" not found');
    await assert.rejects(plan(tellEvents([update, other], 255)), /^Error: Pulumi's preview failed/);
    await pulumi.remove();
    await assert.rejects(plan(tellEvents([update, GONE], 255)), /^Error: Pulumi's preview failed/);
  });
});
