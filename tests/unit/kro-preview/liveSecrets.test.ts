import assert from "node:assert/strict";
import {
  actions,
  BASE64,
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
  type Template,
  TOKEN,
} from "./livePlan.ts";

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
const APPLIED = { [LAST_APPLIED]: JSON.stringify({ data: { token: TOKEN } }) };

const secret = (texts: Template): Template => ({
  ...{ apiVersion: "v1", kind: "Secret", metadata: { name: "${schema.spec.shop}" } },
  stringData: texts,
});

describe("what a Kubernetes Secret in the cluster holds", () => {
  const plan = new LivePlan();
  const holding = (texts: Template) => rgd("Shop", { secret: secret(texts) });
  beforeEach(() => {
    plan.server.serve("v1", "Secret", "secrets");
    const metadata = { name: "tea", namespace: "shops", annotations: APPLIED };
    plan.server.put({
      apiVersion: "v1",
      kind: "Secret",
      metadata,
      data: { token: BASE64, "by-hand": BASE64 },
    } as Inputs);
  });

  it("is not shown where it goes, comes or changes", async () => {
    const [definition, shop] = [holding({ token: "x" }), instance("Shop", "x")];
    const goes = await plan.told([stays(definition), step(shop)]);
    assert.deepEqual(actions(goes), ["delete Secret tea"]);
    assert.ok(paths(goes).includes("data.by-hand"), "it is told that there is something");
    assert.ok(!paths(goes).includes(`metadata.annotations["${LAST_APPLIED}"]`));
    assert.deepEqual(actions(await plan.told([stays(definition), step(undefined, shop)])), ["update Secret tea"]);
    const drops = await plan.told([step(definition, holding({ other: "y" })), stays(shop)]);
    assert.deepEqual(actions(drops), ["update Secret tea"]);
  });

  it("is not shown of an instance of another stack", async () => {
    plan.server.put(instance("Shop", TOKEN));
    const change = step(holding({ token: "${schema.spec.token}" }), holding({ other: "${schema.spec.token}" }));
    const mall = rgd("Mall", { own: config(PLAIN) });
    for (const isServerSide of [false, true]) {
      const report = await plan.told([change, stays(mall)], isServerSide);
      assert.deepEqual(actions(report), ["update Secret tea"]);
    }
  });
});

describe("what kubectl keeps of an object", () => {
  const plan = new LivePlan();

  it("is not shown, of whatever kind", async () => {
    const live = { ...liveConfig("tea"), data: PLAIN } as Inputs;
    plan.server.put({ ...live, metadata: { ...live.metadata, annotations: APPLIED } } as Inputs);
    const definition = rgd("Shop", { config: config(PLAIN) });
    const goes = await plan.told([stays(definition), step(instance("Shop", "x"))]);
    assert.deepEqual(actions(goes), ["delete ConfigMap tea"]);
    const stayed = await plan.told([stays(definition), stays(instance("Shop", "x"))]);
    assert.deepEqual(actions(stayed), ["same ConfigMap tea"]);
  });
});

describe("what kro wrote of an older secret, and has not taken back", () => {
  const plan = new LivePlan();
  // It holds the secret elsewhere.
  const definition = rgd("Shop", { config: config(PLAIN), holder: config(SECRET, "holder") });
  beforeEach(() => {
    const owned = (...keys: string[]) => ({ "f:data": Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) });
    const managedFields = [
      { manager: "kro.run/applyset", operation: "Apply", fieldsV1: owned("open", "token", "url") },
      { manager: "kubectl-edit", operation: "Update", fieldsV1: owned("hand") },
    ];
    const { metadata } = liveConfig("tea");
    const data = { ...PLAIN, token: TOKEN, url: `https://${TOKEN}@shop`, hand: "made" };
    plan.server.put({ ...liveConfig("tea"), metadata: { ...metadata, managedFields }, data } as Inputs);
  });
  const fieldsOf = ({ children }: Awaited<ReturnType<typeof plan.told>>) =>
    children.find(({ name }) => name === "tea")!.fields.map(({ path, before }) => `${path}: ${before}`);

  it("is not shown of a child that stays", async () => {
    const report = await plan.told([stays(definition), stays(masked())]);
    assert.deepEqual(fieldsOf(report), ["data.token: [secret]", "data.url: [secret]", "data.hand: made"]);
  });

  it("is not shown of a child that goes, nor of one that comes and is there", async () => {
    const goes = await plan.told([stays(definition), step(masked())]);
    assert.ok(fieldsOf(goes).includes("data.token: [secret]"));
    assert.ok(fieldsOf(goes).includes("data.open: yes"));
    const comes = await plan.told([stays(definition), step(undefined, masked())]);
    assert.deepEqual(fieldsOf(comes), ["data.token: [secret]", "data.url: [secret]", "data.hand: made"]);
  });
});

describe("what kro wrote of an older secret into a list", () => {
  const plan = new LivePlan();
  const pod = {
    ...{ apiVersion: "v1", kind: "Pod", metadata: { name: "${schema.spec.shop}" } },
    spec: { containers: [{ name: "a", volumeMounts: [{ mountPath: "/a", name: "v" }] }] },
  };
  const service = {
    ...{ apiVersion: "v1", kind: "Service", metadata: { name: "${schema.spec.shop}" } },
    spec: { ports: [{ port: 80 }] },
  };
  const definition = rgd("Shop", { pod, service, holder: config(SECRET, "holder") });
  const put = (kind: string, fieldsV1: object, byHand: object, spec: Template, apiVersion = "v1") => {
    plan.server.serve("v1", kind, `${kind.toLowerCase()}s`);
    const managedFields = [
      { manager: "kro.run/applyset", operation: "Apply", apiVersion, fieldsV1 },
      { manager: "kubectl-edit", operation: "Update", fieldsV1: byHand },
    ];
    const metadata = { name: "tea", namespace: "shops", finalizers: [TOKEN, "shop/kept"], managedFields };
    plan.server.put({ apiVersion: "v1", kind, metadata, spec } as Inputs);
  };
  const KEPT = { "f:metadata": { "f:finalizers": { ".": {}, 'v:"shop/kept"': {} } } };
  const OWN = { "f:finalizers": { [`v:"${TOKEN}"`]: {} } };
  const fieldsOf = ({ children }: Awaited<ReturnType<typeof plan.told>>, of: string) =>
    children.find(({ kind, name }) => kind === of && name === "tea")!.fields.map(({ before }) => before);
  const PORTS = [
    { port: 80, protocol: "TCP", appProtocol: TOKEN },
    { port: 81, protocol: "TCP", appProtocol: "made" },
  ];

  it("is not shown where its items are told apart by other fields than their name, or by themselves", async () => {
    const mount = { 'k:{"mountPath":"/a"}': { ".": {}, "f:mountPath": {}, "f:name": {}, "f:subPath": {} } };
    const containers = { 'k:{"name":"a"}': { ".": {}, "f:name": {}, "f:volumeMounts": { ".": {}, ...mount } } };
    const mounted = [{ name: "a", volumeMounts: [{ mountPath: "/a", name: "v", subPath: TOKEN }] }];
    put("Pod", { "f:metadata": OWN, "f:spec": { "f:containers": containers } }, KEPT, { containers: mounted });
    const portKey = (port: number) => ({
      [`k:{"port":${port},"protocol":"TCP"}`]: { "f:port": {}, "f:appProtocol": {} },
    });
    const ports = (port: number) => ({ "f:spec": { "f:ports": { ".": {}, ...portKey(port) } } });
    put("Service", { "f:metadata": OWN, ...ports(80) }, { ...KEPT, ...ports(81) }, { ports: PORTS });
    const report = await plan.told([stays(definition), step(masked())]);
    const kept = JSON.stringify(fieldsOf(report, "Service"));
    assert.ok(kept.includes("shop/kept") && kept.includes("made"), kept);
    assert.ok(JSON.stringify(fieldsOf(report, "Pod")).includes("shop/kept"));
  });

  it("is not shown where its fields are told of another version, or in a way that leads nowhere", async () => {
    put("Service", { "f:spec": { "f:former": {} } }, KEPT, { ports: PORTS }, "v0");
    put("Pod", { "f:metadata": OWN, "f:spec": { "f:containers": { "f:a": {} } } }, KEPT, {
      containers: [{ x: TOKEN }],
    });
    await plan.told([stays(definition), step(masked())]);
  });
});

describe("what kro wrote by an RGD that can't be read before the change", () => {
  const plan = new LivePlan();
  // What is secret before would be secret after it, under the same name.
  const holding = (field: string, text: string) => {
    const { spec, ...rest } = rgd("Shop", { config: config({ token: `\${schema.spec.${field}}` }) });
    const { resources } = spec as { readonly resources: readonly unknown[] };
    const schema = { apiVersion: "v1alpha1", kind: "Shop", spec: { shop: "string", [field]: text } };
    return { ...rest, spec: { schema, resources } };
  };
  const hidden = holding("token", "[secret]");
  const definition = step(hidden, holding("plain", "string | default=x"));
  const bare = (kind: string): Inputs => ({ ...instance(kind, ""), spec: { shop: "tea" } });
  beforeEach(() => {
    plan.server.put({ ...liveConfig("tea"), data: { token: TOKEN } });
    plan.server.put(instance("Shop", TOKEN));
  });

  it("is not shown of an instance that stays", async () => {
    const report = await plan.told([definition, stays(bare("Shop"))]);
    assert.deepEqual(actions(report), ["update ConfigMap tea"]);
    assert.deepEqual(paths(report), ["data.token"]);
  });

  it("is not shown within one, nor are the defaults of that", async () => {
    const { token: _, ...spec } = shop().spec as Template;
    const [full, none] = [rgd("Mall", { inner: { ...shop(), spec } }), rgd("Mall", {})];
    for (const malls of [stays(full), step(full, none)]) {
      await plan.told([definition, malls, stays(bare("Mall"))]);
      await plan.told([stays(hidden), malls, stays(bare("Mall"))]);
    }
  });
});
