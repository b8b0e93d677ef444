import assert from "node:assert/strict";
import { render } from "../../../packages/kro/index.ts";
import { configMap, instance, shop } from "./shop.ts";

interface Maker {
  readonly name: string;
  readonly includeWhen?: readonly string[];
}

const settings = {
  id: "settings",
  externalRef: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" } },
};
const always: Maker = { name: "one" };
const when = (...tests: readonly string[]): Maker => ({
  ...always,
  includeWhen: tests.map((test) => `\${settings.data.mode ${test}}`),
});

/** What is said of each. */
const found = (...makers: readonly Maker[]) =>
  render(shop([settings, ...makers.map((own, i) => configMap(`node${i}`, {}, own))]), instance()).children.map(
    ({ problems, notes = [] }) => [problems, notes],
  );

describe("an object that two nodes make", () => {
  const twice = "ConfigMap one is made twice, by node0 and node1: kro refuses that";
  const where = (nodes: string, node: string) =>
    `ConfigMap one is made twice, by ${nodes}, where ${node} is there: kro refuses that`;
  const perhaps = "the same ConfigMap is made by node0 and node1: kro refuses it where both are there";

  it("is refused where they are there together", () => {
    assert.deepEqual(found(always, always), [
      [[], []],
      [[twice], []],
    ]);
    assert.deepEqual(found(when("== 'a'"), when("== 'a'"))[1], [[twice], []]);
  });

  it("is noted where one may be there in the other's place", () => {
    assert.deepEqual(found(when("== 'a'"), when("!= 'a'")), [
      [[], []],
      [[], [perhaps]],
    ]);
  });

  it("is refused where one is never there without the other", () => {
    assert.deepEqual(found(always, when("!= 'a'"))[1], [[where("node0 and node1", "node1")], []]);
    // Nodes without a condition come first here.
    assert.deepEqual(found(when("!= 'a'"), always)[1], [[where("node1 and node0", "node0")], []]);
    assert.deepEqual(found(when("!= 'a'"), when("!= 'b'", "!= 'a'"))[1], [[where("node0 and node1", "node1")], []]);
  });

  it("is refused of any two of more", () => {
    const [, second, third] = found(when("== 'a'"), when("!= 'a'"), when("!= 'a'"));
    assert.deepEqual(second, [[], [perhaps]]);
    assert.deepEqual(third, [["ConfigMap one is made twice, by node1 and node2: kro refuses that"], []]);
    const [, , last] = found(when("== 'a'"), when("!= 'b'"), when("!= 'c'", "!= 'b'"));
    assert.deepEqual(last, [[where("node1 and node2", "node2")], []]);
  });
});
