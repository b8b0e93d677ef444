import assert from "node:assert/strict";
import {
  heldBy,
  holdOf,
  isLeft,
  isSuspended,
  markOf,
  ROLLOUT,
  type RolloutRecord,
  recordOf,
  recordText,
} from "../../../automation/hold/index.ts";
import { rolloutCause, suspendedTexts } from "../../../automation/update/causes/held.ts";
import { rootCause } from "../../../automation/update/causes/rootCause.ts";
import { type LiveObject, withoutFieldsWritten } from "../../../packages/live/index.ts";
import { instance, instanceObject } from "../update/live/objects.ts";

const MARK = { rollout: "1", of: "p/prod", since: "2026-01-01T00:00:00Z", stage: 2 };
const RECORD: RolloutRecord = {
  ...{
    id: "1",
    driver: "2",
    of: "p/prod",
    by: "me@here",
    since: "2026-01-01T00:00:00Z",
    phase: "staging",
    revision: 4,
  },
  ...{ stages: ["3", "50%"], canary: [], ignored: [], soak: 1, timeout: 2, onFailure: "back" },
  inputs: { metadata: { name: "shops" }, spec: { resources: [], text: "\u{1F6D2} ${schema.spec.name}" } },
};
const with_ = (annotations: Record<string, string>, object = instanceObject()): LiveObject => ({
  ...object,
  metadata: { ...object.metadata, annotations },
});
const rgd = (text: string) =>
  with_(
    { [ROLLOUT]: text },
    { ...instanceObject(), kind: "ResourceGraphDefinition", metadata: { name: "shops", creationTimestamp: "" } },
  );

describe("what a rollout holds", () => {
  it("is told by its mark from what somebody else has suspended", () => {
    assert.deepEqual(markOf(with_({ ...heldBy(MARK) })), MARK);
    const others = with_({ "kro.run/reconcile": "Suspended" });
    assert.deepEqual([isSuspended(others), markOf(others)], [true, undefined], "kro takes it in any case");
    assert.equal(isSuspended(with_({ "kro.run/reconcile": "disabled" })), true, "and its older word");
    assert.equal(isSuspended(with_({ "kro.run/reconcile": "enabled" })), false);
  });

  it("is found by a mark that can't be read as well", () => {
    for (const text of ["{", "null", '{"stage": "x"}', '{"stage": null}']) {
      assert.deepEqual(markOf(with_({ [ROLLOUT]: text })), { rollout: "", of: "another stack", since: "", stage: 1 });
    }
  });

  it("is noted on the RGD, with all that is needed to go back", () => {
    assert.deepEqual(recordOf(rgd(recordText(RECORD))), RECORD);
    for (const text of ["", "{", "{}", '{"id": "1", "inputs": "x"}']) assert.equal(recordOf(rgd(text)), undefined);
  });

  it("fits into an annotation, of an RGD of some size as well", () => {
    // https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations: 256 KiB for all of an object.
    const resources = Array.from({ length: 400 }, (_, i) => ({
      id: `r${i}`,
      template: { kind: "ConfigMap", data: { [`key${i}`]: "x".repeat(900) } },
    }));
    assert.ok(recordText({ ...RECORD, inputs: { spec: { resources } } }).length < 64 * 1024);
  });

  it("is said with the stack whose it is, and with what lets it go", () => {
    const { text, isOurs } = holdOf(with_({ ...heldBy(MARK) }))!;
    assert.match(
      text,
      /^CartsStack default\/carts is held by a rollout of the stack p\/prod since 2026-01-01T00:00:00Z: .*stage 2 is due\. .*`carts rollout --resume`.*`carts rollout --back`/,
    );
    assert.equal(isOurs, true);
    assert.match(
      holdOf(rgd(recordText(RECORD)))!.text,
      /^a rollout of ResourceGraphDefinition shops \(of the stack p\/prod, by me@here /,
    );
    assert.match(
      holdOf(rgd(recordText({ ...RECORD, why: "it broke." })))!.text,
      /may hold instances\. It was halted: it broke\. `carts rollout --resume` goes on/,
    );
    assert.equal(holdOf(with_({ "kro.run/reconcile": "suspended" }))!.isOurs, false);
    assert.equal(holdOf(instanceObject()), undefined);
  });

  it("is told by who has written it, where somebody has taken the mark off", () => {
    const suspended = (manager?: string): LiveObject => {
      const object = with_({ "kro.run/reconcile": "suspended" });
      const fieldsV1 = { "f:metadata": { "f:annotations": { "f:kro.run/reconcile": {} } } };
      const managedFields = manager === undefined ? [] : [{ manager, operation: "Update", fieldsV1 }];
      return { ...object, metadata: { ...object.metadata, managedFields } } as LiveObject;
    };
    const COMMAND = /until `kubectl annotate cartsstack\.kro\.run\/carts -n default kro\.run\/reconcile-`$/;
    for (const [manager, isOfRollout, who] of [
      ["carts-rollout", true, /by a rollout whose mark .* somebody has taken off, so that no rollout lets it go/],
      ["kubectl-annotate", false, /by no rollout \(carts-stack\/rollout\), but by kubectl-annotate\./],
      [undefined, false, /by no rollout \(carts-stack\/rollout\)\. kro/],
    ] as const) {
      const object = suspended(manager);
      const { text, isOurs } = holdOf(object)!;
      assert.deepEqual([isLeft(object), isOurs], [isOfRollout, false], manager);
      assert.match(text, who);
      assert.match(text, COMMAND);
    }
    assert.equal(isLeft(with_({ ...heldBy(MARK) })), false);
    assert.equal(isLeft(withoutFieldsWritten(suspended("carts-rollout"))), true, "as a watch keeps it");
    assert.equal(suspendedTexts([suspended(), instanceObject(), with_({ ...heldBy(MARK) })]).length, 1);
    const texts = suspendedTexts(Array.from({ length: 300 }, () => suspended()));
    assert.deepEqual([texts.length, texts.at(-1)], [11, "290 more are suspended as well."]);
  });

  it("is why an instance is not Ready, before what kro says of it", () => {
    const said = {
      type: "ResourcesReady",
      status: "False",
      message: "reconciliation suspended via kro.run/reconcile annotation",
    };
    const causeOf = (annotations: Record<string, string>) => {
      const objects = [with_(annotations, instanceObject(said))];
      return rootCause([], { followed: [instance], objects, warnings: [] })!;
    };
    assert.equal(causeOf({ ...heldBy(MARK) }).name, "held-by-rollout");
    assert.equal(causeOf({ "kro.run/reconcile": "suspended" }).name, "suspended");
  });

  it("stops an update where it is a rollout's, and not where somebody else has suspended it", () => {
    assert.equal(rolloutCause([with_({ "kro.run/reconcile": "suspended" })]), undefined);
    const found = rolloutCause([instanceObject(), with_({ ...heldBy(MARK) }), rgd(recordText(RECORD))])!;
    assert.deepEqual([found.name, found.object], ["held-by-rollout", "CartsStack default/carts"]);
    assert.match(found.message, /The same is so of 1 more\.$/);
  });
});
