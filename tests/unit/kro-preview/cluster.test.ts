import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import type { Definition } from "../../../packages/kro/index.ts";
import { clusterSource } from "../../../packages/kro-preview/sources/clusterSource.ts";
import { clusterClient } from "../../../packages/live/kubernetesClient.ts";

const definition: Definition = {
  metadata: { name: "shops" },
  spec: { schema: { apiVersion: "v1alpha1", kind: "Shop" }, resources: [] },
};
const OF_GROUP: Definition = {
  metadata: { name: "lamps" },
  spec: { schema: { group: "shop.example.com", apiVersion: "v1", kind: "Lamp" }, resources: [] },
};
const LIVE = {
  apiVersion: "kro.run/v1alpha1",
  kind: "Shop",
  metadata: { name: "one", namespace: "default", uid: "7", labels: { team: "shop" } },
  spec: { image: "a" },
  status: { state: "ACTIVE" },
};

describe("a cluster that is asked for RGDs and instances", () => {
  const { signal } = new AbortController();
  let server: Server;
  let answers: Record<string, unknown>;
  const cluster = (until: AbortSignal = signal, patience?: number) => {
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "test", server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, skipTLSVerify: true },
      { name: "test" },
    );
    return clusterSource("the cluster", async () => clusterClient(config, until), patience);
  };

  before(async () => {
    server = createServer(({ url }, response) => {
      const answer = answers[url!];
      if (answer === "never") return;
      response
        .writeHead(answer === "failure" ? 500 : answer ? 200 : 404, { "content-type": "application/json" })
        .end(JSON.stringify(answer ?? {}));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  beforeEach(() => {
    answers = {
      "/api/v1": { resources: [] },
      "/apis/kro.run/v1alpha1": {
        resources: [
          { kind: "ResourceGraphDefinition", name: "resourcegraphdefinitions" },
          { kind: "Shop", name: "shops" },
          { kind: "Shop", name: "shops/status" },
        ],
      },
      "/apis/kro.run/v1alpha1/shops": { items: [LIVE] },
      "/apis/kro.run/v1alpha1/resourcegraphdefinitions": { items: [{ metadata: { name: "broken" } }, OF_GROUP] },
    };
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it("answers with what the instances' owners declared", async () => {
    const found = await cluster().instancesOf(definition);
    const { status: _, ...declared } = {
      ...LIVE,
      metadata: { name: "one", namespace: "default", labels: { team: "shop" } },
    };
    assert.deepEqual(JSON.parse(JSON.stringify(found)), [declared]);
  });

  it("is asked for kro.run where an RGD's group is empty text", async () => {
    const { metadata, spec } = definition;
    const grouped = (group: string) => ({ metadata, spec: { ...spec, schema: { ...spec.schema, group } } });
    const asked = cluster();
    assert.equal((await asked.instancesOf(grouped(""))).length, 1);
    assert.equal((await asked.instancesOf(grouped("shops.example.com"))).length, 0);
  });

  it("has the RGD that makes an API, whatever its group", async () => {
    const asked = cluster();
    const found = await asked.find({ apiVersion: "shop.example.com/v1", kind: "Lamp" });
    const lamps = { apiVersion: "kro.run/v1alpha1", ...OF_GROUP };
    assert.deepEqual([found?.name, found?.before, found?.after], ["lamps", lamps, lamps]);
    assert.equal(await asked.find({ apiVersion: "shop.example.com/v1", kind: "Shade" }), undefined);
  });

  it("has all its RGDs", async () => {
    assert.deepEqual(
      (await cluster().definitions!()).map(({ name }) => name),
      ["lamps"],
    );
  });

  it("has the CRDs of the kinds that are asked for, and reads no others", async () => {
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "shops.kro.run" },
    };
    answers["/apis/apiextensions.k8s.io/v1"] = {
      resources: [{ kind: "CustomResourceDefinition", name: "customresourcedefinitions" }],
    };
    answers["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shops.kro.run"] = crd;
    const kinds = ["Shop", "Nothing"].map((kind) => ({ apiVersion: "kro.run/v1alpha1", kind }));
    assert.deepEqual(await cluster().crdsOf!(kinds), [crd]);
    answers["/apis/apiextensions.k8s.io/v1/customresourcedefinitions/shops.kro.run"] = "failure";
    await assert.rejects(cluster().crdsOf!(kinds));
  });

  it("has no instance of an API that it doesn't know", async () => {
    delete answers["/apis/kro.run/v1alpha1"];
    assert.deepEqual(await cluster().instancesOf(definition), []);
  });

  it("says why there is none to be asked", async () => {
    const none = clusterSource("the cluster", () => Promise.reject(new Error("the kubeconfig has no context other")));
    await assert.rejects(none.instancesOf(definition), { message: "the kubeconfig has no context other" });
    await assert.rejects(none.find({ apiVersion: "v1", kind: "Shop" }), {
      message: "the kubeconfig has no context other",
    });
  });

  it("says in a few words why it could not be asked", async () => {
    answers["/apis/kro.run/v1alpha1/shops"] = "failure";
    const asked = cluster().instancesOf(definition);
    await assert.rejects(asked, { message: "the API server answered with HTTP 500" });
  });

  it("is not waited for when it doesn't answer, nor once the command is interrupted", async () => {
    answers["/api/v1"] = "never";
    const controller = new AbortController();
    const interrupted = cluster(controller.signal).instancesOf(definition);
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(interrupted, { message: "interrupted" });
    const impatient = cluster(signal, 0.1).instancesOf(definition);
    await assert.rejects(impatient, { message: "the cluster did not answer within 0.1 s" });
  });
});
