import assert from "node:assert/strict";
import {
  actions,
  config,
  type Inputs,
  instance,
  LivePlan,
  liveConfig,
  masked,
  PLAIN,
  paths,
  rgd,
  SECRET,
  shop,
  stays,
  step,
  TOKEN,
  within,
} from "./livePlan.ts";

const typed = (type: string, inputs: Inputs) => ({
  urn: `urn:pulumi:dev::p::${type}::own`,
  oldState: { type, inputs },
});

describe("a Pulumi plan beside what the API server has", () => {
  const plan = new LivePlan();

  describe("shows no secret, whose text the API server has, of a child", () => {
    it("that goes, as far as it is there", async () => {
      const definition = rgd("Shop", { config: config(SECRET) });
      assert.deepEqual(actions(await plan.told([stays(definition), step(masked())])), ["delete ConfigMap tea"]);
      const less = rgd("Shop", { other: config(PLAIN, "other") });
      const dropped = await plan.told([step(definition, less), stays(masked())]);
      assert.deepEqual(actions(dropped), ["create ConfigMap other", "delete ConfigMap tea"]);
      plan.server.remove(liveConfig("tea"));
      assert.deepEqual(actions(await plan.told([stays(definition), step(masked())])), []);
    });

    it("that no longer holds it", async () => {
      const [definition, less] = [rgd("Shop", { config: config(SECRET) }), rgd("Shop", { config: config(PLAIN) })];
      const dropped = await plan.told([step(definition, less), stays(masked())]);
      assert.deepEqual(actions(dropped), ["update ConfigMap tea"]);
      assert.deepEqual(paths(dropped), ["data.open", "data.token", "data.url"], "nor are there defaults on one side");
      assert.match(dropped.notes.join("\n"), /not asked about ConfigMap shops\/tea: .*secret/);
    });

    it("that gets another name", async () => {
      const [definition, renamed] = [
        rgd("Shop", { config: config(SECRET) }),
        rgd("Shop", { config: config(PLAIN, "coffee") }),
      ];
      const other = await plan.told([step(definition, renamed), stays(masked())]);
      assert.deepEqual(actions(other), ["replace ConfigMap coffee"]);
      assert.deepEqual(paths(other), ["data.open", "data.token", "data.url", "metadata.name"]);
    });

    it("that comes out of an instance within", async () => {
      plan.server.put(instance("Shop", TOKEN));
      const inner = rgd("Shop", { config: config(SECRET) });
      const [mall, flat] = [rgd("Mall", { inner: shop() }), rgd("Mall", { own: config(PLAIN) })];
      const moved = await plan.told([stays(inner), step(mall, flat), stays(masked("Mall"))]);
      assert.deepEqual(actions(moved), ["create ConfigMap tea", "delete Shop tea", "delete ConfigMap tea"]);
    });
  });

  describe("shows no secret, whose text the API server has, of a child that comes", () => {
    const [definition, plain] = [rgd("Shop", { config: config(SECRET) }), rgd("Mall", { own: config(PLAIN) })];
    const mall = instance("Mall", "x");
    const comes = async (...steps: readonly object[]) =>
      actions(await plan.told([stays(definition), stays(plain), ...steps, step(undefined, mall)])).filter((text) =>
        text.endsWith("ConfigMap tea"),
      );

    it("out of another instance, whichever is asked about first", async () => {
      assert.deepEqual(await comes(step(masked())), ["create ConfigMap tea", "delete ConfigMap tea"]);
      const tower = { ...rgd("Tower", { config: config(SECRET) }) };
      const moved = await comes(stays(tower), step({ ...masked(), kind: "Tower" }));
      assert.deepEqual(moved, ["create ConfigMap tea", "delete ConfigMap tea"]);
    });

    it("out of another instance that can't be read", async () => {
      plan.server.put(within(liveConfig("tea"), masked()));
      assert.deepEqual(await comes(step({ ...masked(), spec: "[secret]" } as Inputs)), ["create ConfigMap tea"]);
    });

    it("out of another instance, where one within has a name that only the cluster can know", async () => {
      const secretive = { ...instance("Shop", "", "milk"), spec: "[secret]" };
      plan.server.put(within(liveConfig("tea"), secretive));
      const inner = shop("x", "${first.metadata.resourceVersion}");
      const malls = rgd("Mall", { own: config(PLAIN), first: config(PLAIN, "first"), inner });
      const steps = [stays(definition), stays(malls), stays(secretive), step(undefined, mall)];
      assert.ok(actions(await plan.told(steps)).includes("create ConfigMap tea"));
    });

    it("out of Pulumi's own hands", async () => {
      const { data: _, ...own } = liveConfig("tea");
      const object = { ...own, data: "[secret]" };
      const handed = { ...step(object), ...typed("kubernetes:core/v1:ConfigMap", object) };
      assert.deepEqual(await comes(handed), ["create ConfigMap tea"]);
    });

    it("out of Pulumi's own hands, under a name or in a namespace that is secret", async () => {
      for (const metadata of [{ name: "[secret]" }, { name: "tea", namespace: "[secret]" }]) {
        const object = { ...liveConfig("tea"), metadata } as Inputs;
        for (const type of ["kubernetes:core/v1:ConfigMap", "kubernetes:core/v1:ConfigMapPatch"]) {
          const handed = { ...step(object), ...typed(type, object) };
          assert.deepEqual(await comes(handed), ["create ConfigMap tea"]);
        }
      }
    });

    it("out of Pulumi's own hands, where the plan leaves out what stays", async () => {
      const report = await plan.told([step(undefined, plain), step(undefined, mall)], true, 1);
      assert.deepEqual(actions(report), ["create ConfigMap tea"]);
    });

    it("as it is, where it is the instance's own already", async () => {
      plan.server.put(within({ ...liveConfig("tea"), data: { open: "no" } }, mall));
      assert.deepEqual(await comes(), ["update ConfigMap tea"]);
    });
  });

  describe("shows no secret, whose text the API server has, where an RGD changes", () => {
    const [full, less] = [rgd("Shop", { config: config(SECRET) }), rgd("Shop", { config: config(PLAIN) })];
    const none = /^Of the RGD shop, 0 other instances are in the cluster\.$/m;
    beforeEach(() => plan.server.put(instance("Shop", TOKEN)));

    it("of an own instance whose spec can't be read", async () => {
      const report = await plan.told([step(full, less), stays({ ...masked(), spec: "[secret]" })], false);
      assert.deepEqual(actions(report), []);
      assert.match(report.notes.join("\n"), none);
    });

    it("of an own instance whose name can't be read", async () => {
      const report = await plan.told([step(full, less), stays({ ...masked(), metadata: { name: "[secret]" } })], false);
      assert.deepEqual(actions(report), []);
      assert.match(report.notes.join("\n"), /^Of the RGD shop, .* not looked for: .* of an own one is secret\.$/m);
      assert.ok(!plan.server.requests.some((path) => path.endsWith("/shops")), "nor are others looked for");
    });

    it("of an own instance whose name can't be read, where the RGD goes away: others are counted", async () => {
      const dangers = async () => {
        const own = step({ ...masked(), metadata: { name: "[secret]" } });
        const report = await plan.told([step(full), own], false);
        return report.dangers.map(({ message }) => message);
      };
      assert.deepEqual(await dangers(), []);
      plan.server.put(instance("Shop", TOKEN, "other"));
      assert.deepEqual(await dangers(), [
        "the RGD shop goes away, and kro with it from what stays: 1 instance in the cluster can't be deleted any more",
      ]);
    });

    it("of one that is new in the plan, and there", async () => {
      const report = await plan.told([step(full, less), step(undefined, masked())], false);
      assert.deepEqual(actions(report), ["create ConfigMap tea"]);
      assert.match(report.notes.join("\n"), none);
    });

    it("of one within another, that gets another name", async () => {
      const outer = [rgd("Mall", { inner: shop() }), rgd("Mall", { inner: shop("${schema.spec.token}", "coffee") })];
      const report = await plan.told([step(full, less), step(...outer), stays(masked("Mall"))], false);
      assert.deepEqual(actions(report), ["replace Shop coffee", "replace ConfigMap coffee"]);
      assert.match(report.notes.join("\n"), none);
    });
  });

  describe("with a child that gets another name", () => {
    const [definition, renamed] = [
      rgd("Shop", { config: config({ a: "1" }) }),
      rgd("Shop", { config: config({ a: "1" }, "coffee") }),
    ];
    const asked = () => plan.told([step(definition, renamed), stays(instance("Shop", "x"))]);
    beforeEach(() => plan.server.put({ ...liveConfig("tea"), data: { a: "2" } }));

    it("tells what is there, and what would be", async () => {
      assert.deepEqual(paths(await asked()), ["data.a", "metadata.name"]);
    });

    for (const [name, side] of [
      ["tea", "what is there"],
      ["coffee", "what would be"],
    ] as const) {
      it(`does not take defaults for changes where it can't ask for ${side}`, async () => {
        plan.server.refused.set(`/api/v1/namespaces/shops/configmaps/${name}`, 403);
        const report = await asked();
        assert.deepEqual(actions(report), ["replace ConfigMap coffee"]);
        assert.deepEqual(paths(report), ["metadata.name"]);
      });
    }
  });

  it("does not look for what is within a child that goes, and that only the cluster knows to be there", async () => {
    const inner = rgd("Shop", { config: config(PLAIN) });
    const first = config(PLAIN, "first");
    const before = rgd("Mall", { first, inner: shop() }, { inner: ["${first.metadata.resourceVersion != ''}"] });
    const plain = instance("Mall", "x");
    plan.server.remove(liveConfig("tea"));
    plan.server.put({ ...liveConfig("first"), data: PLAIN });
    const report = await plan.told([stays(inner), step(before, rgd("Mall", { first })), stays(plain)]);
    assert.deepEqual(actions(report).slice(1), ["delete Shop tea", "delete ConfigMap tea"]);
  });

  it("says what is there already within an instance that gets another name, and is not there", async () => {
    const inner = rgd("Shop", { config: config(PLAIN, "shared") });
    const [before, after] = [rgd("Mall", { inner: shop("x") }), rgd("Mall", { inner: shop("x", "coffee") })];
    plan.server.put({ ...liveConfig("shared"), data: PLAIN });
    const change = [stays(inner), step(before, after), stays(instance("Mall", "x"))];
    const TAKEN = /^ConfigMap shops\/shared is there already, within an instance that is not: it is told as new\.$/m;
    const taken = await plan.told(change);
    assert.deepEqual(actions(taken), ["create Shop coffee", "create ConfigMap shared"]);
    assert.match(taken.notes.join("\n"), TAKEN);
    plan.server.put(instance("Shop", "x"));
    assert.doesNotMatch((await plan.told(change)).notes.join("\n"), TAKEN);
  });
});
