import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import type { Definition } from "../../../packages/kro/objects.ts";
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
  const kubeconfig = () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name: "test", cluster: { server: url, "insecure-skip-tls-verify": true } }],
      contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
      users: [{ name: "test", user: {} }],
      "current-context": "test",
    });
  };
  const cluster = async (options: Partial<Parameters<typeof clusterOf>[1]> = {}) => {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig());
    return clusterOf(Promise.resolve(config), { signal, ...options });
  };

  before(async () => {
    server = createServer(({ url }, response) => {
      const answer = answers[url!];
      if (answer === "never") return;
      response.writeHead(answer ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(answer ?? {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  beforeEach(() => {
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
    server.closeAllConnections();
    server.close();
  });

  it("answers with what their owners declared", async () => {
    const found = await (await cluster()).instancesOf(definition);
    const { status: _, ...declared } = {
      ...LIVE,
      metadata: { name: "one", namespace: "default", labels: { team: "shop" } },
    };
    assert.deepEqual(JSON.parse(JSON.stringify(found)), [declared]);
  });

  it("is named by its context, and says why it is not known", async () => {
    assert.equal((await cluster()).title, "the cluster of context test");
    const unknown = await clusterOf(Promise.reject(new Error("it is a secret")), { signal });
    assert.equal(unknown.title, "the cluster");
    await assert.rejects(unknown.instancesOf(definition), { message: "it is a secret" });
    await assert.rejects(unknown.definition("shops"), { message: "it is a secret" });
  });

  it("has no instance of an API that it doesn't know", async () => {
    answers = {};
    assert.deepEqual(await (await cluster()).instancesOf(definition), []);
  });

  it("says in a few words why it could not be asked", async () => {
    answers["/apis/kro.run/v1alpha1/shops"] = undefined;
    const asked = (await cluster()).instancesOf(definition);
    await assert.rejects(asked, { message: "the API server answered with HTTP 404" });
  });

  it("is not waited for when it doesn't answer, nor once the command is interrupted", async () => {
    answers["/apis/kro.run/v1alpha1"] = "never";
    const controller = new AbortController();
    const interrupted = (await cluster({ signal: controller.signal })).instancesOf(definition);
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(interrupted, { message: "interrupted" });
    const impatient = (await cluster({ timeout: 0.1 })).instancesOf(definition);
    await assert.rejects(impatient, { message: "the cluster did not answer within 0.1 s" });
  });
});
