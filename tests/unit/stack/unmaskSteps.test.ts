import assert from "node:assert/strict";
import type { StackState } from "../../../automation/stack/state.ts";
import { unmaskSteps } from "../../../automation/stack/unmaskSteps.ts";
import { DEFINITION_NAME, definition } from "../../../components/index.ts";
import { Secret } from "../../../packages/kro/index.ts";
import { makeReport, type PlannedChange, type Step, toChanges } from "../../../packages/kro-preview/index.ts";

const RGD = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const CARTS = "kubernetes:kro.run/v1alpha1:CartsStack";
const SIGNATURE = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const MASKED_SECRET = { ...SIGNATURE, ciphertext: "[secret]" };
const secret = (value: unknown) => ({ ...SIGNATURE, plaintext: JSON.stringify(value) });
const urn = (type: string) => `urn:pulumi:dev::p::${type}::x`;

type Inputs = Readonly<Record<string, unknown>>;
const rgd = (spec: unknown = definition): Inputs =>
  JSON.parse(
    JSON.stringify({
      apiVersion: "kro.run/v1alpha1",
      kind: "ResourceGraphDefinition",
      metadata: { name: DEFINITION_NAME },
      spec,
    }),
  );
const carts = (spec: Inputs = {}): Inputs => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "CartsStack",
  metadata: { name: "carts", namespace: "default" },
  spec: { tableName: "carts-table", namespace: "carts-kro", imageVersion: "1.3.0", environment: [], ...spec },
});

/** What the engine makes of inputs when these are the texts of secret config values. */
function mask<T>(value: T, texts: readonly string[]): T {
  const hide = (part: unknown): unknown => {
    if (typeof part === "string") return texts.reduce((text, one) => text.replaceAll(one, "[secret]"), part);
    if (Array.isArray(part)) return part.map(hide);
    if (typeof part !== "object" || part === null) return part;
    if ("4dabf18193072939515e22adb298388d" in part) return MASKED_SECRET;
    return Object.fromEntries(Object.entries(part).map(([key, item]) => [key, hide(item)]));
  };
  return hide(value) as T;
}

interface Given {
  readonly old?: Inputs;
  readonly next?: Inputs;
  readonly changed?: readonly string[];
  readonly texts: readonly string[];
}
const step = (op: string, type: string, { old, next, changed = [], texts }: Given): Step => ({
  ...{ op, type, urn: urn(type) },
  ...(old && { old: { inputs: mask(old, texts) } }),
  ...(next && { new: { inputs: mask(next, texts) } }),
  detailedDiff: Object.fromEntries(changed.map((path) => [path, {}])),
});
const stateOf = (all: Readonly<Record<string, Inputs>>): StackState => ({
  resources: Object.entries(all).map(([type, inputs]) => ({ urn: urn(type), type, custom: true, inputs })),
});

const changesOf = async (steps: readonly Step[], state: StackState = {}): Promise<PlannedChange[]> =>
  toChanges(await unmaskSteps(steps, async () => state));
const reportOf = async (steps: readonly Step[], state: StackState = {}) =>
  makeReport({ project: "p", stack: "dev", changes: await changesOf(steps, state) });
const of = (changes: readonly PlannedChange[], type: string) => changes.find((change) => change.type === type)!;

describe("a text that is also a secret config value's", () => {
  const state = stateOf({ [RGD]: rgd(), [CARTS]: carts() });

  it("is the state's, where Pulumi masked it and nothing changes", async () => {
    for (const texts of [["1.3.0"], ["default"], ["string"], ["retain"], ["carts"], ["carts", "1.3.0", "default"]]) {
      const steps = [
        step("same", RGD, { old: rgd(), next: rgd(), texts }),
        step("same", CARTS, { old: carts(), next: carts(), texts }),
      ];
      const { children, notes, resources } = await reportOf(steps, state);
      assert.deepEqual(notes, [], texts.join());
      assert.equal(children.length, 6);
      assert.ok([...resources, ...children].every(({ action }) => action === "same"));
      assert.doesNotMatch(JSON.stringify(children), /\[secret\]/);
    }
  });

  it("does not hide the rollout of a new secret, which is shown nowhere", async () => {
    for (const text of ["default", "string", "retain", "carts", "1.3.0"]) {
      const texts = [text];
      const next = carts({ environment: [{ name: "DB_USER", value: secret(text) }] });
      const changed = ["spec.environment[0]"];
      const { children, dangers, notes } = await reportOf(
        [
          step("same", RGD, { old: rgd(), next: rgd(), texts }),
          step("update", CARTS, { old: carts(), next, changed, texts }),
        ],
        state,
      );
      assert.deepEqual(notes, [], text);
      assert.deepEqual(
        dangers.map(({ name }) => name),
        ["rollout"],
        text,
      );
      const [deployment, ...others] = children.filter(({ action }) => action !== "same");
      assert.deepEqual([deployment!.kind, others], ["Deployment", []]);
      assert.deepEqual(
        deployment!.fields.map(({ path, before, after }) => [path, String(before), String(after)]),
        [["spec.template.spec.containers[name=carts].env", "[secret]", "[secret]"]],
      );
    }
  });

  it("stays masked where the diff names a change, and where the state has another text", async () => {
    const texts = ["1.3.0"];
    const next = carts({ image: "x:1.3.0" });
    const sides = { old: carts({ image: "y:1.3.0" }), next, texts };
    const before = stateOf({ [CARTS]: sides.old });
    const spec = (changes: readonly PlannedChange[], side: "before" | "after") =>
      of(changes, CARTS)[side]!.spec as Readonly<Record<string, unknown>>;
    const changes = await changesOf([step("update", CARTS, { ...sides, changed: ["spec.image"] })], before);
    assert.equal(spec(changes, "after").imageVersion, "1.3.0");
    assert.ok(spec(changes, "after").image instanceof Secret);
    assert.ok(spec(changes, "before").image instanceof Secret, "beside a secret, no side is shown");
    const other = stateOf({ [CARTS]: carts({ image: "z:1.3.0" }) });
    assert.ok(
      spec(await changesOf([step("same", CARTS, { ...sides, next: sides.old })], other), "after").image instanceof
        Secret,
    );
    const unnamed = await changesOf([step("update", CARTS, { ...sides, changed: [] })], before);
    assert.ok(spec(unnamed, "after").imageVersion instanceof Secret, "a diff that names nothing may be about anything");
  });

  it("never brings out what the state has as a secret", async () => {
    const texts = ["hunter2", "default"];
    const environment = [
      { name: "KEY", value: secret("hunter2") },
      { name: "USER", value: "default" },
    ];
    const all = carts({ environment, revision: secret({ deep: "hunter2" }), image: "host/[secret]/x" });
    const locked = stateOf({
      [RGD]: rgd(),
      [CARTS]: { ...all, spec: { ...(all.spec as Inputs), image: secret("host/hunter2/x") } },
    });
    for (const [op, next] of [
      ["same", all],
      ["update", all],
      ["delete", undefined],
    ] as const) {
      const steps = [
        step("same", RGD, { old: rgd(), next: rgd(), texts }),
        step(op, CARTS, { old: all, ...(next && { next }), changed: op === "update" ? ["spec.replicas"] : [], texts }),
      ];
      const unmasked = await unmaskSteps(steps, async () => locked);
      const spec = of(toChanges(unmasked), CARTS).before!.spec as Readonly<Record<string, unknown>>;
      const [key, user] = spec.environment as { value: unknown }[];
      assert.ok(
        [key!.value, spec.revision, spec.image].every((value) => value instanceof Secret),
        op,
      );
      assert.equal(user!.value, "default");
      assert.doesNotMatch(JSON.stringify([unmasked, await reportOf(steps, locked)]), /hunter2/);
    }
  });

  it("has the state read once, and only where such a text is masked that was there before", async () => {
    let times = 0;
    const read = async () => {
      times++;
      return state;
    };
    const both = { old: rgd(), next: rgd() };
    const role = { ...step("same", "aws:iam/role:Role", { old: { name: "carts" }, texts: ["carts"] }) };
    const secretOnly = step("same", CARTS, { old: carts({ environment: secret([]) }), texts: [] });
    const created = step("create", RGD, { next: rgd(), texts: ["default"] });
    await unmaskSteps([step("same", RGD, { ...both, texts: [] }), role, secretOnly, created], read);
    assert.equal(times, 0);
    const texts = ["default"];
    await unmaskSteps([step("same", RGD, { ...both, texts }), step("same", CARTS, { old: carts(), texts })], read);
    assert.equal(times, 1);
  });

  it("is the shipped RGD's in one that is created or changed to be the same", async () => {
    const texts = ["default", "carts", "string"];
    const older = rgd({ ...(definition as object), resources: [] });
    for (const one of [
      step("create", RGD, { next: rgd(), texts }),
      step("update", RGD, { old: older, next: rgd(), changed: ["spec.resources"], texts }),
    ]) {
      const { after, masked } = of(await changesOf([one], stateOf({ [RGD]: older })), RGD);
      assert.deepEqual([after, masked], [rgd(), undefined]);
    }
    const { resources, ...others } = rgd().spec as { readonly resources: readonly unknown[] };
    const fewer = step("create", RGD, { next: rgd({ ...others, resources: resources.slice(1) }), texts });
    const { masked } = of(await changesOf([fewer]), RGD);
    assert.deepEqual(masked, ["after"], "another RGD");
  });

  it("leaves an RGD unread, with the reason, where nothing tells it", async () => {
    const texts = ["default"];
    const failing = () => Promise.reject(new Error("no passphrase"));
    const steps = [step("same", RGD, { old: rgd(), next: rgd(), texts })];
    const changes = toChanges(await unmaskSteps(steps, failing));
    const { notes } = await makeReport({ project: "p", stack: "dev", changes });
    // The shipped one is the same: what comes after is known.
    assert.match(notes.join("\n"), /^The RGD x was not looked at: the text of a secret config value also occurs in it/);
  });
});
