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

// A Pulumi plan, beside an API server that has the text of its secret.

export type Inputs = Parameters<FakeApiServer["put"]>[0];
export type Template = Readonly<Record<string, unknown>>;

export const KRO = "kro.run/v1alpha1";
export const TOKEN = "s3cret-token";

/** As a Secret has it. */
export const BASE64 = Buffer.from(TOKEN).toString("base64");

export const config = (data: Template, name = "${schema.spec.shop}"): Template => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name } },
  data,
});
export const SECRET = { token: "${schema.spec.token}", url: "https://${schema.spec.token}@shop" };
export const PLAIN = { open: "yes" };

export const rgd = (
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
export const instance = (kind: string, token: string, shop = "tea"): Inputs => ({
  ...{ apiVersion: KRO, kind, metadata: { name: shop, namespace: "shops" } },
  spec: { shop, token },
});
export const shop = (token = "${schema.spec.token}", name = "${schema.spec.shop}"): Template => ({
  ...{ apiVersion: KRO, kind: "Shop", metadata: { name } },
  spec: { shop: name, token },
});

export const step = (before?: Inputs, after?: Inputs) => {
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
/** The stack itself, which is always written. */
const STACK = { op: "same", urn: "urn:pulumi:dev::p::pulumi:pulumi:Stack::p-dev" };
export const stays = (inputs: Inputs) => step(inputs, inputs);
/** As kro marks what it has made of an instance. */
export const within = (object: Inputs, { apiVersion, kind, metadata: { name, namespace } }: Inputs): Inputs => {
  const [group, version] = apiVersion.split("/") as [string, string];
  const names = { group, version, kind, name, ...(namespace !== undefined && { namespace }) };
  const labels = Object.entries(names).map(([key, value]) => [`kro.run/instance-${key}`, value]);
  return { ...object, metadata: { ...object.metadata, labels: Object.fromEntries(labels) } };
};
/** As Pulumi has it: without the secret's text. */
export const masked = (kind = "Shop"): Inputs => instance(kind, "[secret]");

export const liveConfig = (name: string): Inputs => ({
  ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "shops" } },
  ...{ data: { token: TOKEN, url: `https://${TOKEN}@shop`, "by-hand": TOKEN }, immutable: false },
});

/** An API server, anew for each test, that has a config of a shop called tea. */
export class LivePlan {
  server!: FakeApiServer;
  #client!: ClusterClient;

  constructor() {
    beforeEach(async () => {
      const server = new FakeApiServer();
      this.server = server;
      this.#client = clusterClient(await server.start(), new AbortController().signal);
      server.serve("v1", "ConfigMap", "configmaps");
      server.serve(KRO, "ResourceGraphDefinition", "resourcegraphdefinitions", false);
      for (const kind of ["Shop", "Mall"]) server.serve(KRO, kind, `${kind.toLowerCase()}s`);
      server.put(liveConfig("tea"));
      // As with defaults.
      server.admit = (object) => ({ ...object, immutable: false });
    });
    afterEach(() => this.server.stop());
  }

  /**
   * What is told, in which the secret is nowhere.
   *
   * @param left - how many resources that stay the plan leaves out.
   */
  async told(changes: readonly Partial<ReturnType<typeof step>>[], isServerSide = true, left = 0): Promise<Report> {
    const steps = [STACK, ...changes];
    const changeSummary = { same: steps.filter(({ op }) => op === "same").length + left };
    const { plan } = readPreview(JSON.stringify({ steps, changeSummary }), "plan.json");
    const cluster = clusterSource("the cluster", async () => this.#client);
    const asked = { sources: [cluster], cluster, ...(isServerSide && { asStored: asStoredBy(this.#client) }) };
    const report = await makeReport(plan, asked);
    const texts = [
      formatTree(report, { all: true, color: false }),
      formatMarkdown(report, {}),
      formatHtml(report),
      formatJson(report),
    ].map((text) => [...text].join(""));
    for (const text of texts) {
      for (const secret of [TOKEN, BASE64]) assert.ok(!text.includes(secret), text);
    }
    return report;
  }
}

export const actions = ({ children }: Report) => children.map(({ kind, name, action }) => `${action} ${kind} ${name}`);
export const paths = ({ children }: Report) => children.flatMap(({ fields }) => fields.map(({ path }) => path)).sort();
