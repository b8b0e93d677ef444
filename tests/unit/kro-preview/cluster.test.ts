import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Definition } from "../../../packages/kro/index.ts";
import type { Plan } from "../../../packages/kro-preview/pulumi/plan.ts";
import { clusterOf } from "../../../packages/kro-preview/sources/cluster.ts";

const definition: Definition = {
  metadata: { name: "shops" },
  spec: { schema: { apiVersion: "v1alpha1", kind: "Shop" }, resources: [] },
};
const LIVE = {
  apiVersion: "kro.run/v1alpha1",
  kind: "Shop",
  metadata: { name: "one", namespace: "default", uid: "7", labels: { team: "shop" } },
  spec: { image: "a" },
  status: { state: "ACTIVE" },
};

describe("a cluster that is asked for instances", () => {
  const { signal } = new AbortController();
  let server: Server;
  let answers: Record<string, unknown>;
  const kubeconfig = (context = "test") => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: context, context: { cluster: "test", user: "test" } }],
      users: [{ name: "test", user: {} }],
      "current-context": context,
    });
  };
  const planWith = (after: Record<string, string>): Plan => ({
    project: "p",
    stack: "dev",
    changes: [
      {
        urn: "urn:pulumi:dev::p::pulumi:providers:kubernetes::cluster",
        type: "pulumi:providers:kubernetes",
        name: "cluster",
        action: "same",
        before: after,
        after,
        changed: [],
        retained: false,
        imported: false,
      },
    ],
  });
  const { KUBECONFIG } = process.env;

  before(async () => {
    server = createServer(({ url }, response) => {
      const answer = answers[url!];
      if (answer === "never") return;
      response.writeHead(answer ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  beforeEach(() => {
    delete process.env.KUBECONFIG;
    answers = {
      "/apis/kro.run/v1alpha1": {
        resources: [
          { kind: "Shop", name: "shops" },
          { kind: "Shop", name: "shops/status" },
        ],
      },
      "/apis/kro.run/v1alpha1/shops": { items: [LIVE] },
    };
  });
  after(() => {
    if (KUBECONFIG !== undefined) process.env.KUBECONFIG = KUBECONFIG;
    server.closeAllConnections();
    server.close();
  });

  it("is the one of the stack's own provider, and answers with what their owners declared", async () => {
    const found = await clusterOf(planWith({ kubeconfig: kubeconfig() }), { signal }).instancesOf(definition);
    const { status: _, ...declared } = {
      ...LIVE,
      metadata: { name: "one", namespace: "default", labels: { team: "shop" } },
    };
    assert.deepEqual(JSON.parse(JSON.stringify(found)), [declared]);
  });

  it("is asked for kro.run where an RGD's group is empty text", async () => {
    const { metadata, spec } = definition;
    const grouped = (group: string) => ({ metadata, spec: { ...spec, schema: { ...spec.schema, group } } });
    const cluster = clusterOf(planWith({ kubeconfig: kubeconfig() }), { signal });
    assert.equal((await cluster.instancesOf(grouped(""))).length, 1);
    assert.equal((await cluster.instancesOf(grouped("shops.example.com"))).length, 0);
  });

  it("is that of a kubeconfig which is given, or in the environment, first", async () => {
    const file = join(await mkdtemp(join(tmpdir(), "carts-stack-")), "kubeconfig");
    await writeFile(file, kubeconfig());
    const plan = planWith({ kubeconfig: "/nowhere", context: "test" });
    assert.equal((await clusterOf(plan, { kubeconfig: file, signal }).instancesOf(definition)).length, 1);
    process.env.KUBECONFIG = file;
    assert.equal((await clusterOf(plan, { signal }).instancesOf(definition)).length, 1);
    await assert.rejects(clusterOf(plan, { context: "other", signal }).instancesOf(definition), /no context other/);
  });

  it("has no instance of an API that it doesn't know", async () => {
    answers = {};
    assert.deepEqual(await clusterOf(planWith({ kubeconfig: kubeconfig() }), { signal }).instancesOf(definition), []);
  });

  it("says in a few words why it could not be asked", async () => {
    answers["/apis/kro.run/v1alpha1/shops"] = undefined;
    const asked = clusterOf(planWith({ kubeconfig: kubeconfig() }), { signal }).instancesOf(definition);
    await assert.rejects(asked, { message: "the API server answered with HTTP 404" });
  });

  it("is not waited for when it doesn't answer, nor once the command is interrupted", async () => {
    answers["/apis/kro.run/v1alpha1"] = "never";
    const controller = new AbortController();
    const plan = planWith({ kubeconfig: kubeconfig() });
    const interrupted = clusterOf(plan, { signal: controller.signal }).instancesOf(definition);
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(interrupted, { message: "interrupted" });
    const impatient = clusterOf(plan, { timeout: 0.1, signal }).instancesOf(definition);
    await assert.rejects(impatient, { message: "the cluster did not answer within 0.1 s" });
  });
});
