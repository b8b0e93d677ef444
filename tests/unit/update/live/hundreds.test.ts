import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { kubeConfigOf, readState } from "../../../../automation/stack/index.ts";
import { LiveFanout } from "../../../../automation/update/live/liveFanout.ts";
import { FakeApiServer } from "../../live/fakeApiServer.ts";

const RGD = {
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "shops" },
  spec: {
    schema: { apiVersion: "v1", kind: "Shop", group: "shop.example.com", spec: { text: "string" } },
    resources: [
      {
        id: "config",
        template: {
          apiVersion: "v1",
          kind: "ConfigMap",
          metadata: { name: "${schema.metadata.name}" },
          data: { text: "${schema.spec.text}" },
        },
      },
      {
        id: "workload",
        template: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "${schema.metadata.name}" },
          spec: {
            replicas: 1,
            selector: { matchLabels: { app: "shop", shop: "${schema.metadata.name}" } },
            template: {
              metadata: { labels: { app: "shop", shop: "${schema.metadata.name}" } },
              spec: { containers: [{ name: "shop", image: "shop:1" }] },
            },
          },
        },
      },
    ],
  },
};
const TYPE = "kubernetes:shop.example.com/v1:Shop";
const PROVIDER = "pulumi:providers:kubernetes";
const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const inputsOf = (i: number) => ({
  apiVersion: "shop.example.com/v1",
  kind: "Shop",
  metadata: { name: `shop-${i}`, namespace: `ns-${i}` },
  spec: { text: "hello" },
});

describe("hundreds of instances that are followed", () => {
  let server: FakeApiServer;
  let fanout: LiveFanout;
  let notes: string[];
  let kubeconfig: string;

  beforeEach(async () => {
    server = new FakeApiServer();
    kubeconfig = (await server.start()).exportConfig();
    server.serve("v1", "ConfigMap", "configmaps");
    server.serve("v1", "Pod", "pods");
    server.serve("v1", "Event", "events");
    server.serve("apps/v1", "Deployment", "deployments");
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve("shop.example.com/v1", "Shop", "shops");
    server.put(RGD);
    notes = [];
    fanout = new LiveFanout({
      project: "p",
      stack: "dev",
      kubeConfig: (plan, of) => kubeConfigOf(plan, { cwd: "/nowhere" }, undefined, of),
      state: {},
      onChange: () => {},
      note: (text) => notes.push(text),
    });
  });
  afterEach(() => {
    fanout.stop();
    server.stop();
  });

  /** An instance that kro is done with. */
  function bringAbout(i: number): void {
    const { metadata, ...rest } = inputsOf(i);
    const labels = { "kro.run/instance-name": metadata.name };
    const pods = { app: "shop", shop: metadata.name };
    server.put({ ...rest, metadata, status: { conditions: [{ type: "Ready", status: "True" }] } });
    server.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { ...metadata, labels } });
    server.put({
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { ...metadata, labels } },
      spec: { replicas: 1, selector: { matchLabels: pods } },
      status: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    });
    server.put({ apiVersion: "v1", kind: "Pod", metadata: { ...metadata, labels: pods }, spec: { containers: [] } });
  }

  const phases = () => Object.groupBy(fanout.snapshot().instances, ({ phase }) => phase);
  const until = async (what: () => boolean) => {
    while (!what()) await sleep(10);
  };
  const provider = () => ({ urn: urn(PROVIDER, "own"), type: PROVIDER, inputs: { kubeconfig } });

  /** The requests of which there would be one or more for each instance. */
  async function asked(count: number): Promise<number> {
    server.requests.length = 0;
    const resources = Array.from({ length: count }, (_, i) => ({
      urn: urn(TYPE, `${i}`),
      type: TYPE,
      inputs: inputsOf(i),
    }));
    const state = [provider(), ...resources].map((one) => ({
      ...one,
      ...{ custom: true, id: "1", provider: `${urn(PROVIDER, "own")}::1` },
    }));
    await fanout.followState(readState({ resources: state }, "p", "dev"));
    await until(() => server.watches === 5);
    return server.requests.length;
  }

  it("take as many requests and connections as twenty", async () => {
    for (let i = 0; i < 300; i++) bringAbout(i);
    assert.ok((await asked(300)) <= 20, server.requests.join("\n"));
    assert.equal(phases().ready?.length, 300);
    assert.equal(server.watches, 5, "instances, ConfigMaps, Deployments, pods, Events");
    assert.deepEqual(notes, []);
  });

  it("are seen as Pulumi begins with them, and what changes of them", async () => {
    const event = (op: string, type: string, name: string, inputs: object) =>
      fanout.onEvent({
        resourcePreEvent: {
          metadata: { op, type, urn: urn(type, name), provider: `${urn(PROVIDER, "own")}::1`, new: { inputs } },
        },
      } as never);
    event("same", PROVIDER, "own", { kubeconfig });
    for (let i = 0; i < 300; i++) {
      event("create", TYPE, `${i}`, inputsOf(i));
      if (i % 100 === 0) await sleep(50);
    }
    await fanout.answered();
    assert.equal(phases().absent?.length, 300);
    for (let i = 0; i < 150; i++) bringAbout(i);
    await until(() => phases().ready?.length === 150);
    await until(() => server.watches === 5);
    assert.equal(fanout.evidenceOf(urn(TYPE, "3"))?.objects.length, 3);
    assert.equal(fanout.evidenceOf(urn(TYPE, "299")), undefined);
    assert.ok(server.requests.length < 100, `${server.requests.length} requests`);
  });
});
