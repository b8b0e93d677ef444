import assert from "node:assert/strict";
import { formatHtml } from "../../../packages/kro-preview/format/html.ts";
import { formatJson } from "../../../packages/kro-preview/format/json.ts";
import { formatMarkdown } from "../../../packages/kro-preview/format/markdown.ts";
import { formatTree } from "../../../packages/kro-preview/format/tree.ts";
import { makeReport } from "../../../packages/kro-preview/makeReport.ts";
import { readPreview } from "../../../packages/kro-preview/pulumi/previewFile.ts";
import type { Report } from "../../../packages/kro-preview/report.ts";
import { clusterSource } from "../../../packages/kro-preview/sources/clusterSource.ts";
import { asStoredBy } from "../../../packages/kro-preview/sources/serverSide.ts";
import type { ClusterClient } from "../../../packages/live/index.ts";
import { clusterClient } from "../../../packages/live/kubernetesClient.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

type Inputs = Parameters<FakeApiServer["put"]>[0];
type Template = Readonly<Record<string, unknown>>;

const KRO = "kro.run/v1alpha1";
const TOKEN = "s3cret-token";

const config = (data: Template, name = "${schema.spec.shop}"): Template => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
  data,
});
const SECRET = { token: "${schema.spec.token}", url: "https://${schema.spec.token}@shop" };
const PLAIN = { open: "yes" };

const rgd = (
  kind: string,
  resources: Readonly<Record<string, Template>>,
  includeWhen: Readonly<Record<string, readonly string[]>> = {},
): Inputs => ({
  ...{ apiVersion: KRO, kind: "ResourceGraphDefinition", metadata: { name: kind.toLowerCase() } },
  spec: {
    schema: { apiVersion: "v1alpha1", kind, spec: { shop: "string", token: "string" } },
    resources: Object.entries(resources).map(([id, template]) => ({
      ...{ id, template },
      ...(includeWhen[id] && { includeWhen: includeWhen[id] }),
    })),
  },
});
const instance = (kind: string, token: string, shop = "tea"): Inputs => ({
  ...{ apiVersion: KRO, kind, metadata: { name: shop, namespace: "shops" } },
  spec: { shop, token },
});
const shop = (token = "${schema.spec.token}", name = "${schema.spec.shop}"): Template => ({
  ...{ apiVersion: KRO, kind: "Shop", metadata: { name } },
  spec: { shop: name, token },
});

const step = (before?: Inputs, after?: Inputs) => {
  const { apiVersion, kind, metadata } = (after ?? before)!;
  const type = `kubernetes:${apiVersion}:${kind}`;
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  return {
    ...{ op: isSame ? "same" : !before ? "create" : after ? "update" : "delete" },
    urn: `urn:pulumi:dev::p::${type}::${metadata.name}`,
    ...(before && { oldState: { type, inputs: before } }),
    ...(after && { newState: { type, inputs: after } }),
  };
};
const stays = (inputs: Inputs) => step(inputs, inputs);
/** As Pulumi has it: without the secret's text. */
const masked = (kind = "Shop"): Inputs => instance(kind, "[secret]");

describe("a Pulumi plan beside what the API server has", () => {
  let server: FakeApiServer;
  let client: ClusterClient;
  beforeEach(async () => {
    server = new FakeApiServer();
    client = clusterClient(await server.start(), new AbortController().signal);
    server.serve("v1", "ConfigMap", "configmaps");
    server.serve(KRO, "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    for (const kind of ["Shop", "Mall"]) server.serve(KRO, kind, `${kind.toLowerCase()}s`);
    server.put(liveConfig("tea"));
    // As with defaults.
    server.admit = (object) => ({ ...object, immutable: false });
  });
  afterEach(() => server.stop());

  const liveConfig = (name: string): Inputs => ({
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shops" } },
    ...{ data: { token: TOKEN, url: `https://${TOKEN}@shop`, "by-hand": TOKEN }, immutable: false },
  });

  /** What is told, in which the secret is nowhere. */
  async function told(steps: readonly object[], isServerSide = true): Promise<Report> {
    const { plan } = readPreview(JSON.stringify({ steps }), "plan.json");
    const cluster = clusterSource("the cluster", async () => client);
    const asked = { sources: [cluster], cluster, ...(isServerSide && { asStored: asStoredBy(client) }) };
    const report = await makeReport(plan, asked);
    const texts = [
      formatTree(report, { all: true, color: false }),
      formatMarkdown(report, {}),
      formatHtml(report),
      formatJson(report),
    ].map((text) => [...text].join(""));
    for (const text of texts) {
      assert.ok(!text.includes(TOKEN), text);
    }
    return report;
  }
  const actions = ({ children }: Report) => children.map(({ kind, name, action }) => `${action} ${kind} ${name}`);
  const paths = ({ children }: Report) => children.flatMap(({ fields }) => fields.map(({ path }) => path)).sort();

  describe("shows no secret, whose text the API server has, of a child", () => {
    it("that goes, as far as it is there", async () => {
      const definition = rgd("Shop", { config: config(SECRET) });
      assert.deepEqual(actions(await told([stays(definition), step(masked())])), ["delete ConfigMap tea"]);
      const less = rgd("Shop", { other: config(PLAIN, "other") });
      const dropped = await told([step(definition, less), stays(masked())]);
      assert.deepEqual(actions(dropped), ["create ConfigMap other", "delete ConfigMap tea"]);
      server.remove(liveConfig("tea"));
      assert.deepEqual(actions(await told([stays(definition), step(masked())])), []);
    });

    it("that no longer holds it", async () => {
      const [definition, less] = [rgd("Shop", { config: config(SECRET) }), rgd("Shop", { config: config(PLAIN) })];
      const dropped = await told([step(definition, less), stays(masked())]);
      assert.deepEqual(actions(dropped), ["update ConfigMap tea"]);
      assert.deepEqual(paths(dropped), ["data.open", "data.token", "data.url"], "nor are there defaults on one side");
      assert.match(dropped.notes.join("\n"), /not asked about ConfigMap shops\/tea: .*secret/);
    });

    it("that gets another name", async () => {
      const [definition, renamed] = [
        rgd("Shop", { config: config(SECRET) }),
        rgd("Shop", { config: config(PLAIN, "coffee") }),
      ];
      const other = await told([step(definition, renamed), stays(masked())]);
      assert.deepEqual(actions(other), ["replace ConfigMap coffee"]);
      assert.deepEqual(paths(other), ["data.open", "data.token", "data.url", "metadata.name"]);
    });

    it("that comes out of an instance within", async () => {
      server.put(instance("Shop", TOKEN));
      const inner = rgd("Shop", { config: config(SECRET) });
      const [mall, flat] = [rgd("Mall", { inner: shop() }), rgd("Mall", { own: config(PLAIN) })];
      const moved = await told([stays(inner), step(mall, flat), stays(masked("Mall"))]);
      assert.deepEqual(actions(moved), ["create ConfigMap tea", "delete Shop tea", "delete ConfigMap tea"]);
    });
  });

  describe("shows no secret, whose text the API server has, where an RGD changes", () => {
    const [full, less] = [rgd("Shop", { config: config(SECRET) }), rgd("Shop", { config: config(PLAIN) })];
    const none = /^Of the RGD shop, 0 other instances are in the cluster\.$/m;
    beforeEach(() => server.put(instance("Shop", TOKEN)));

    it("of an own instance whose spec can't be read", async () => {
      const report = await told([step(full, less), stays({ ...masked(), spec: "[secret]" })], false);
      assert.deepEqual(actions(report), []);
      assert.match(report.notes.join("\n"), none);
    });

    it("of an own instance whose name can't be read", async () => {
      const report = await told([step(full, less), stays({ ...masked(), metadata: { name: "[secret]" } })], false);
      assert.deepEqual(actions(report), []);
      assert.match(report.notes.join("\n"), /^Of the RGD shop, .* not looked for: .* of an own one is secret\.$/m);
    });

    it("of one that is new in the plan, and there", async () => {
      const report = await told([step(full, less), step(undefined, masked())], false);
      assert.deepEqual(actions(report), ["create ConfigMap tea"]);
      assert.match(report.notes.join("\n"), none);
    });

    it("of one within another, that gets another name", async () => {
      const outer = [rgd("Mall", { inner: shop() }), rgd("Mall", { inner: shop("${schema.spec.token}", "coffee") })];
      const report = await told([step(full, less), step(...outer), stays(masked("Mall"))], false);
      assert.deepEqual(actions(report), ["replace Shop coffee", "replace ConfigMap coffee"]);
      assert.match(report.notes.join("\n"), none);
    });
  });

  it("does not show what kubectl keeps of a Kubernetes Secret that goes", async () => {
    const metadata = { name: "tea", namespace: "shops" };
    const secret = { apiVersion: "v1", kind: "Secret", metadata, stringData: { token: "x" } };
    const annotations = { "kubectl.kubernetes.io/last-applied-configuration": JSON.stringify({ data: TOKEN }) };
    server.serve("v1", "Secret", "secrets");
    server.put({ ...secret, metadata: { ...metadata, annotations }, data: { token: TOKEN } } as Inputs);
    const report = await told([stays(rgd("Shop", { secret })), step(instance("Shop", "x"))]);
    assert.deepEqual(actions(report), ["delete Secret tea"]);
  });

  describe("with a child that gets another name", () => {
    const [definition, renamed] = [
      rgd("Shop", { config: config({ a: "1" }) }),
      rgd("Shop", { config: config({ a: "1" }, "coffee") }),
    ];
    const asked = () => told([step(definition, renamed), stays(instance("Shop", "x"))]);
    beforeEach(() => server.put({ ...liveConfig("tea"), data: { a: "2" } }));

    it("tells what is there, and what would be", async () => {
      assert.deepEqual(paths(await asked()), ["data.a", "metadata.name"]);
    });

    for (const [name, side] of [
      ["tea", "what is there"],
      ["coffee", "what would be"],
    ] as const) {
      it(`does not take defaults for changes where it can't ask for ${side}`, async () => {
        server.refused.set(`/api/v1/namespaces/shops/configmaps/${name}`, 403);
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
    server.remove(liveConfig("tea"));
    server.put({ ...liveConfig("first"), data: PLAIN });
    const report = await told([stays(inner), step(before, rgd("Mall", { first })), stays(plain)]);
    assert.deepEqual(actions(report).slice(1), ["delete Shop tea", "delete ConfigMap tea"]);
  });

  it("says what is there already within an instance that gets another name, and is not there", async () => {
    const inner = rgd("Shop", { config: config(PLAIN, "shared") });
    const [before, after] = [rgd("Mall", { inner: shop("x") }), rgd("Mall", { inner: shop("x", "coffee") })];
    server.put({ ...liveConfig("shared"), data: PLAIN });
    const change = [stays(inner), step(before, after), stays(instance("Mall", "x"))];
    const TAKEN = /^ConfigMap shops\/shared is there already, within an instance that is not: it is told as new\.$/m;
    const taken = await told(change);
    assert.deepEqual(actions(taken), ["create Shop coffee", "create ConfigMap shared"]);
    assert.match(taken.notes.join("\n"), TAKEN);
    server.put(instance("Shop", "x"));
    assert.doesNotMatch((await told(change)).notes.join("\n"), TAKEN);
  });
});
