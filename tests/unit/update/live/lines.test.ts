import assert from "node:assert/strict";
import stringWidth from "string-width";
import { changeLines, treeLines } from "../../../../automation/update/live/lines.ts";
import { instanceState } from "../../../../automation/update/live/progress.ts";
import { deploymentObject, instance, instanceObject, namespaceObject, tableObject, waitingPod } from "./objects.ts";

const now = Date.parse("2026-01-01T00:01:00Z");
const before = instanceState(instance, [namespaceObject()]);
const failing = instanceState(instance, [
  instanceObject(),
  namespaceObject(),
  tableObject({ type: "ACK.ResourceSynced", status: "True" }),
  deploymentObject(),
  waitingPod("ImagePullBackOff", "x".repeat(300)),
]);
const wide = instanceState(instance, [
  namespaceObject(),
  tableObject({ type: "ACK.Terminal", status: "True", message: "名前です👍🏽".repeat(30) }),
]);

describe("the lines of a fan-out", () => {
  it("draw a tree of waves with state and age", () => {
    assert.deepEqual(treeLines(before, { color: false, width: 100, now }), [
      "· CartsStack default/carts  not there",
      "├─ wave 1",
      "│  └─ ✓ Namespace carts-kro  ready  60s",
      "├─ wave 2",
      "│  └─ · Table carts-kro/carts-table  not there",
      "└─ wave 3",
      "   └─ · Deployment carts-kro/carts  not there",
    ]);
  });

  it("never are wider than the terminal, with or without colours", () => {
    for (const width of [40, 80, 120]) {
      for (const color of [true, false]) {
        const lines = [failing, wide].flatMap((state) => treeLines(state, { color, width, now }));
        assert.ok(
          lines.every((line) => stringWidth(line) <= width),
          lines.join("\n"),
        );
      }
    }
  });

  it("tell of every change once, and not of what is not there yet", () => {
    assert.deepEqual(changeLines([], [before]), [
      "wave 1  Namespace carts-kro: ready",
      "CartsStack default/carts: not there",
    ]);
    assert.deepEqual(changeLines([before], [before]), []);
    const changes = changeLines([before], [failing]);
    assert.equal(changes.length, 3);
    assert.match(
      changes[1]!,
      /^wave 3 {2}Deployment carts-kro\/carts: failing: 0 of 1 pods available; ImagePullBackOff/,
    );
  });

  it("tell nothing of kro that has changed something and looks once more", () => {
    const saying = (message: string) =>
      instanceState(instance, [instanceObject({ type: "Ready", status: "False", message })]);
    const [waits, mutated, waitsOn] = ["a", "resource reconciliation failed: cluster mutated", "b"].map(saying);
    assert.deepEqual(changeLines([waits!], [mutated!]), []);
    assert.deepEqual(changeLines([mutated!], [waitsOn!]), ["CartsStack default/carts: not ready: b"]);
    assert.deepEqual(changeLines([], [mutated!]), ["CartsStack default/carts: not ready"]);
  });

  it("print nothing that a terminal would obey", () => {
    const evil = instanceState(instance, [
      tableObject({ type: "ACK.Terminal", status: "True", message: "a\u001b[2Jb" }),
    ]);
    const lines = [...changeLines([], [evil]), ...treeLines(evil, { color: false, width: 200, now })];
    assert.ok(!lines.join("").includes("\u001b"));
  });
});
