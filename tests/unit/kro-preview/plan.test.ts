import assert from "node:assert/strict";
import { KnownAfterApply, Secret } from "../../../packages/kro/index.ts";
import { type Step, toChanges } from "../../../packages/kro-preview/pulumi/plan.ts";
import { parsePath } from "../../../packages/kro-preview/pulumi/values.ts";

const TYPE = "kubernetes:kro.run/v1alpha1:CartsStack";
const step = (op: string, given: Partial<Step> = {}): Step => ({
  op,
  urn: `urn:pulumi:dev::p::${TYPE}::carts`,
  type: TYPE,
  ...given,
});
const only = (...steps: Step[]) => {
  const changes = toChanges(steps);
  assert.equal(changes.length, 1);
  return changes[0]!;
};
const inputs = (spec: unknown) => ({ inputs: { kind: "CartsStack", spec } });
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };

describe("the plan of a preview", () => {
  it("has each resource once, with what happens to it as a whole", () => {
    const both = { old: inputs({}), new: inputs({}) };
    const [old, next] = [{ old: inputs({}) }, { new: inputs({}) }];
    const cases: [steps: Step[], action: string][] = [
      [[step("same", both)], "same"],
      [[step("create", next)], "create"],
      [[step("update", both)], "update"],
      [[step("delete", old)], "delete"],
      [[step("delete-replaced", old), step("replace", both), step("create-replacement", both)], "replace"],
      [[step("create-replacement", both), step("replace", both), step("delete-replaced", old)], "replace"],
      [[step("import-replacement", both), step("delete-replaced", old)], "replace"],
      [[step("read", next)], "same"],
      [[step("import", next)], "update"],
      [[step("import", next), step("same", both)], "update"],
      [[step("import", next), step("replace", both)], "replace"],
    ];
    for (const [steps, action] of cases) assert.equal(only(...steps).action, action, steps.map(({ op }) => op).join());
  });

  it("has nothing of what clears up after an update that failed, nor of what was only read", () => {
    assert.deepEqual(toChanges([step("delete-replaced"), step("remove-pending-replace"), step("discard")]), []);
    assert.equal(
      only(step("delete", { old: inputs({}) }), step("same", { old: inputs({}), new: inputs({}) })).action,
      "same",
    );
  });

  it("has inputs before and after, and which of them differ", () => {
    const sides = { old: { inputs: { a: 1, b: { c: 2 }, d: 3 } }, new: { inputs: { a: 1, b: { c: 4 }, e: 5 } } };
    const update = only(step("update", sides));
    assert.deepEqual([update.before, update.after], [sides.old.inputs, sides.new.inputs]);
    assert.deepEqual(update.changed, ["b", "d", "e"]);
    const told = only(step("update", { ...sides, detailedDiff: { "b.c": {} } }));
    assert.deepEqual(told.changed, ["b"], "the provider's own word counts");
    assert.equal(only(step("create", { new: inputs({}) })).before, undefined);
    assert.equal(only(step("delete", { old: inputs({}) })).after, undefined);
    const imported = only(step("import", { new: inputs({ a: 1 }) }));
    assert.deepEqual(imported.before, imported.after, "an imported resource exists already, as it is");
    const next = { old: { inputs: { a: 1 } }, new: { inputs: { a: 2 } } };
    const updated = only(step("import", { new: inputs({ a: 1 }) }), step("update", next));
    assert.deepEqual(
      [updated.before, updated.after, updated.changed, updated.imported],
      [{ a: 1 }, { a: 2 }, ["a"], true],
    );
  });

  it("is in the same order whatever order the engine had", () => {
    const [a, b] = ["a", "b"].map((name) => ({
      ...step("same", { new: inputs({}) }),
      urn: `urn:pulumi:dev::p::t::${name}`,
    }));
    assert.deepEqual(toChanges([b!, a!]), toChanges([a!, b!]));
    assert.deepEqual(
      toChanges([b!, a!]).map(({ name }) => name),
      ["a", "b"],
    );
  });

  it("says of a resource that Pulumi leaves where it is that it is retained", () => {
    assert.equal(only(step("delete", { old: { ...inputs({}), retainOnDelete: true } })).retained, true);
    assert.equal(
      only(step("update", { old: { ...inputs({}), retainOnDelete: true }, new: inputs({}) })).retained,
      false,
    );
  });

  it("knows what is not known yet, of every type", () => {
    const unknowns = [
      "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
      "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
      "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
      "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
      "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    ];
    const { after } = only(step("create", { new: inputs({ list: unknowns, text: "x" }) }));
    const { list, text } = after!.spec as unknown as { list: unknown[]; text: string };
    assert.ok(list.every((value) => value instanceof KnownAfterApply));
    assert.equal(text, "x");
  });

  describe("a secret", () => {
    const sides = (detailedDiff?: Record<string, unknown>, op = "update") => {
      const spec = { environment: secret, token: secret, url: "https://u:[secret]@host", image: "x" };
      const { before, after } = only(
        step(op, { old: inputs(spec), new: inputs(spec), detailedDiff: detailedDiff ?? null }),
      );
      return [before!.spec, after!.spec] as unknown as Record<keyof typeof spec, Secret>[];
    };

    it("is one, without its text, wherever the engine masked it", () => {
      const [before] = sides();
      for (const value of [before!.environment, before!.token, before!.url]) assert.ok(value instanceof Secret);
    });

    it("is another one where the diff names its path, a part of it, or what it is part of", () => {
      for (const path of ["spec.environment[0].value", "spec.environment", "spec"]) {
        const [before, after] = sides({ [path]: {} });
        assert.notEqual(before!.environment.version, after!.environment.version, path);
      }
    });

    it("is the same one where the diff names other paths", () => {
      const [before, after] = sides({ "spec.environment[0].value": {}, "spec.image": {} });
      assert.equal(before!.token.version, after!.token.version);
      assert.notEqual(before!.token.version, before!.url.version, "and not that of another field");
    });

    it("is another one where an update shows no difference at all", () => {
      const [before, after] = sides();
      assert.notEqual(before!.token.version, after!.token.version);
      const [same, still] = sides(undefined, "same");
      assert.equal(same!.token.version, still!.token.version);
    });
  });

  describe("a value that is set again as a secret, or as plain text", () => {
    const of = (environment: unknown, image = "x") => inputs({ environment, image });
    const plain = [{ name: "API_KEY", value: "hunter2" }];
    const sides = (op: string, detailedDiff: Record<string, unknown> | null, [old, next] = [of(plain), of(secret)]) => {
      const { before, after } = only(step(op, { old, new: next, detailedDiff }));
      assert.doesNotMatch(JSON.stringify([before, after]), /hunter2/);
      return [before!.spec, after!.spec].map((spec) => (spec as { environment: Secret }).environment.version);
    };

    it("is the same where Pulumi sees no change, or one of another field only", () => {
      for (const [op, detailedDiff] of [
        ["same", null],
        ["update", { "spec.image": {} }],
      ] as const) {
        const [before, after] = sides(op, detailedDiff);
        assert.equal(before, after, op);
      }
    });

    it("is another one where the diff names it, or names nothing, and no side of it is shown", () => {
      for (const detailedDiff of [{ "spec.environment[0].value": {} }, null]) {
        for (const both of [
          [of(plain), of(secret)],
          [of(secret), of(plain)],
        ] as const) {
          const [before, after] = sides("update", detailedDiff, [...both]);
          assert.notEqual(before, after);
        }
      }
    });

    it("is found in a list by its name, wherever it stands", () => {
      const item = (name: string, value: unknown) => ({ name, value });
      const old = inputs({ list: [item("A", "shown"), item("B", "hunter2")], other: ["hunter2"] });
      const next = inputs({ list: [item("B", secret), item("A", "shown")], other: [secret, "y"] });
      const { before } = only(step("update", { old, new: next, detailedDiff: { "spec.list[0].value": {} } }));
      assert.deepEqual(JSON.parse(JSON.stringify(before!.spec)), {
        list: [item("A", "shown"), item("B", "[secret]")],
        other: ["[secret]"],
      });
    });
  });

  it("reads property paths as Pulumi writes them", () => {
    assert.deepEqual(parsePath("spec.list[0].value"), ["spec", "list", "0", "value"]);
    assert.deepEqual(parsePath('metadata.annotations["a.b/c"].d'), ["metadata", "annotations", "a.b/c", "d"]);
    assert.deepEqual(parsePath('["say \\"hi\\""]'), ['say "hi"']);
  });
});
