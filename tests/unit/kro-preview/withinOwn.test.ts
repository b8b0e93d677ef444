import assert from "node:assert/strict";
import {
  actions,
  config,
  type Inputs,
  instance,
  KRO,
  LivePlan,
  masked,
  PLAIN,
  rgd,
  SECRET,
  shop,
  stays,
  step,
  TOKEN,
  within,
} from "./livePlan.ts";

const mall = (spec: unknown, name = "tea"): Inputs => ({ ...instance("Mall", "", name), spec });
const tower = (name = "tea"): Template => ({ apiVersion: KRO, kind: "Mall", metadata: { name }, spec: SPEC });
type Template = Readonly<Record<string, unknown>>;
const SPEC = { shop: "${schema.spec.shop}", token: "${schema.spec.token}" };

const change = step(rgd("Shop", { config: config(SECRET) }), rgd("Shop", { config: config(PLAIN) }));
const malls = stays(rgd("Mall", { inner: shop() }));

describe("an instance in the cluster, of an RGD that changes, with a secret of the plan", () => {
  const plan = new LivePlan();
  const own = mall({ shop: "tea", token: TOKEN });
  beforeEach(() => {
    plan.server.serve(KRO, "Tower", "towers");
    plan.server.put(own);
    plan.server.put(within(instance("Shop", TOKEN), own));
  });
  const none = /^Of the RGD shop, other instances in the cluster: 0 told, 1 not looked at\.$/m;
  const hidden =
    /^Of the RGD shop, 1 instance within Mall shops\/tea was not looked at: of what is within this stack's own /m;

  it("is not shown within one whose spec can't be read", async () => {
    const report = await plan.told([change, malls, stays(mall("[secret]"))], false);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), none);
    assert.match(report.notes.join("\n"), hidden);
  });

  it("is not shown within one that kro refuses", async () => {
    const report = await plan.told([change, malls, stays(mall({ shop: 7, token: "[secret]" }))], false);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), hidden);
  });

  it("is not shown within one whose RGD is not known", async () => {
    const report = await plan.told([change, stays(mall("[secret]"))], false);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), hidden);
  });

  it("is not shown where the plan leaves out what stays", async () => {
    const report = await plan.told([change], false, 1);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), /^Of the RGD shop, .* were not looked for: this stack may have some that /m);
  });

  it("is counted where the RGD goes away, though the plan leaves out what stays", async () => {
    const report = await plan.told([step(rgd("Shop", { config: config(SECRET) }))], false, 1);
    assert.deepEqual(
      report.dangers.map(({ message }) => message),
      ["the RGD shop goes away, and kro with it from what stays: 1 instance in the cluster can't be deleted any more"],
    );
    assert.doesNotMatch(report.notes.join("\n"), /not looked for/);
  });

  it("is not shown within one whose name is secret", async () => {
    const report = await plan.told([change, malls, stays({ ...own, metadata: { name: "[secret]" } })], false);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), /^Of the RGD shop, 1 instance within a Mall whose name is secret was not /m);
  });

  it("is not shown at any depth, nor by a name that is a secret", async () => {
    const outer = { ...own, kind: "Tower" };
    const [middle, inner] = [within(mall({}, TOKEN), outer), instance("Shop", TOKEN, TOKEN)];
    for (const object of [outer, middle, within(inner, middle)]) plan.server.put(object);
    plan.server.remove(own);
    plan.server.remove(instance("Shop", ""));
    const towers = stays(rgd("Tower", { inner: tower() }));
    const report = await plan.told([change, malls, towers, stays({ ...outer, spec: "[secret]" })], false);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), /^Of the RGD shop, 1 instance within Tower shops\/tea was not looked at/m);
    assert.match(report.notes.join("\n"), /^Of the RGD mall, 1 instance within Tower shops\/tea was not looked at/m);
    const gone = step(rgd("Shop", { config: config(SECRET) }));
    const left = await plan.told([gone, malls, towers, stays({ ...outer, spec: "[secret]" })], false);
    assert.match(
      left.dangers.map(({ message }) => message).join("\n"),
      /^the RGD shop goes away, and kro with it from what stays: what is within Tower shops\/tea can't be deleted any more$/m,
    );
  });

  it("is not shown where what is around it is not there", async () => {
    plan.server.remove(own);
    const lost = await plan.told([change, malls], false);
    assert.deepEqual(actions(lost), []);
    assert.match(
      lost.notes.join("\n"),
      /^Of the RGD shop, 1 instance was not looked at: the instance around was not found, so that it may be /m,
    );
  });

  it("is not shown where what is around it can't be looked for, which is tried once", async () => {
    const path = "/apis/kro.run/v1alpha1/malls";
    plan.server.refused.set(path, 403);
    const lost = await plan.told([change, malls], false);
    assert.deepEqual(actions(lost), []);
    assert.match(
      lost.notes.join("\n"),
      /^Of the RGD shop, 1 instance was not looked at: the instance around could not be looked for \(.*cannot GET.*\), so /m,
    );
    assert.equal(plan.server.requests.filter((one) => one.startsWith(path)).length, 1);
  });

  it("is not shown where the RGD of what is around it is not known", async () => {
    const lost = await plan.told([change], false);
    assert.deepEqual(actions(lost), []);
    assert.match(
      lost.notes.join("\n"),
      /^Of the RGD shop, 1 instance was not looked at: the RGD of the instance around is not known, so /m,
    );
  });
});

describe("an instance in the cluster, within one of another stack", () => {
  const plan = new LivePlan();
  const theirs = mall({ shop: "milk", token: "x" }, "theirs");
  beforeEach(() => {
    plan.server.put(theirs);
    plan.server.put(within(instance("Shop", "x", "milk"), theirs));
  });
  const others = ({ children }: Awaited<ReturnType<typeof plan.told>>) =>
    children.map(({ instance: of, kind, name }) => `${of}: ${kind} ${name}`);

  it("is told with that one", async () => {
    const report = await plan.told([change, malls, stays(masked("Mall"))], false);
    assert.deepEqual(others(report).slice(2), ["shops/theirs: Shop milk", "shops/theirs: ConfigMap milk"]);
  });

  it("is told by itself where that one can't be told", async () => {
    plan.server.put({ ...theirs, spec: { shop: 7 } });
    const report = await plan.told([change, malls, stays(mall("[secret]"))], false);
    assert.deepEqual(others(report), ["shops/milk: ConfigMap milk"]);
  });
});

describe("a secret in an RGD, which the cluster has in plain text", () => {
  const plan = new LivePlan();
  const [hidden, live] = ["[secret]", TOKEN].map((token) => rgd("Shop", { config: config({ token }) }));

  it("is not shown where the plan's own can't be read", async () => {
    plan.server.put(live!);
    const [shops, mall] = [stays(hidden!), stays(rgd("Mall", { inner: shop() }))];
    for (const one of [instance("Shop", "x"), instance("Mall", "x")]) {
      const report = await plan.told([shops, mall, step(undefined, one)], false);
      assert.ok(!actions(report).includes("create ConfigMap tea"));
      assert.match(
        report.notes.join("\n"),
        /^Whether kro makes anything of \S+:Shop was not looked at: the RGD of it in the cluster may be one of the plan's own, which the plan alone tells of\.$/m,
      );
    }
  });

  it("is not shown where the plan leaves out what stays: the cluster's may be one of those", async () => {
    plan.server.put(live!);
    const report = await plan.told([step(undefined, instance("Shop", "x"))], false, 1);
    assert.deepEqual(actions(report), []);
    assert.match(report.notes.join("\n"), /^Whether kro .* the RGD of it in the cluster may be one of the plan's own/m);
  });

  it("is not shown of an instance of the API that the plan's own had", async () => {
    plan.server.put(live!);
    const next = { ...rgd("Mall", { own: config(PLAIN) }), metadata: { name: "shop" } };
    const report = await plan.told([step(hidden, next), step(instance("Shop", "x"))], false);
    assert.deepEqual(actions(report), []);
  });

  it("is not shown of the API that one which can be read had, and whose name it keeps", async () => {
    plan.server.serve(KRO, "Tower", "towers");
    plan.server.put(live!);
    const token = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "" };
    const next = { ...rgd("Mall", { own: config(PLAIN) }), metadata: { name: "shop" } };
    const changed = step(rgd("Shop", { config: config({ token }) }), next);
    const towers = stays(rgd("Tower", { inner: shop() }));
    const report = await plan.told([changed, towers, step(undefined, instance("Tower", "x"))], false);
    assert.deepEqual(actions(report), ["create Shop tea"]);
  });

  describe("beside a new one that can't be read, whose name is", () => {
    const urn = "urn:pulumi:dev::p::kubernetes:kro.run/v1alpha1:ResourceGraphDefinition::new";
    const theirs = rgd("Mall", { inner: config(PLAIN) });
    const told = async (metadata: unknown) => {
      plan.server.put(theirs);
      const unread = { ...hidden!, metadata } as Inputs;
      return plan.told([{ ...step(undefined, unread), urn }, step(undefined, instance("Mall", "x"))], false);
    };

    it("not known yet, is shown of others", async () => {
      const report = await told({ name: "04da6b54-80e4-46f7-96ec-b56ff0331ba9" });
      assert.deepEqual(actions(report), ["create ConfigMap tea"]);
    });

    it("secret, is not shown of any: each may be that one", async () => {
      const report = await told({ name: "[secret]" });
      assert.deepEqual(actions(report), []);
      assert.match(
        report.notes.join("\n"),
        /^Whether kro makes anything of \S+:Mall was not looked at: the RGD of it in the cluster may be one of the plan's own, which the plan alone tells of\.$/m,
      );
    });
  });

  it("is not shown of instances in the cluster either", async () => {
    plan.server.put(live!);
    plan.server.put(instance("Mall", "x"));
    const mall = step(rgd("Mall", { inner: shop() }), rgd("Mall", { other: config(PLAIN) }));
    const report = await plan.told([stays(hidden!), mall], false);
    assert.deepEqual(actions(report), ["create ConfigMap tea", "delete Shop tea"]);
  });

  it("is not shown by the CRD that kro wrote of it", async () => {
    const api = "apiextensions.k8s.io/v1";
    plan.server.serve(api, "CustomResourceDefinition", "customresourcedefinitions", false);
    const token = { type: "string", default: TOKEN, enum: [TOKEN] };
    const properties = { spec: { type: "object", properties: { shop: { type: "string" }, token } } };
    plan.server.put({
      ...{ apiVersion: api, kind: "CustomResourceDefinition" },
      metadata: { name: "shops.kro.run", labels: { "kro.run/owned": "true" } },
      spec: {
        ...{ group: "kro.run", names: { kind: "Shop", plural: "shops" }, scope: "Namespaced" },
        versions: [{ name: "v1alpha1", served: true, schema: { openAPIV3Schema: { type: "object", properties } } }],
      },
    });
    const shops = rgd("Shop", {});
    const schema = { apiVersion: "v1alpha1", kind: "Shop", spec: { shop: "string", token: "[secret]" } };
    const { token: _, ...spec } = shop().spec as Template;
    for (const given of [spec, { ...spec, token: "other" }]) {
      const malls = rgd("Mall", { inner: { ...shop(), spec: given } });
      const steps = [stays({ ...shops, spec: { schema } }), stays(malls), step(undefined, instance("Mall", "x"))];
      assert.deepEqual(actions(await plan.told(steps, false)), ["create Shop tea"]);
    }
  });
});
