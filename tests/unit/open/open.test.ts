import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { KubeConfig } from "@kubernetes/client-node";
import { findTarget, forward } from "../../../automation/open/forward.ts";
import { serviceOf } from "../../../automation/open/target.ts";
import { readState } from "../../../automation/stack/state.ts";

const carts = { namespace: "carts-kro", name: "carts" };
const portOf = (server: Server | Awaited<ReturnType<typeof forward>>) => (server.address() as AddressInfo).port;

const pod = (name: string, ready: boolean, deletionTimestamp?: string) => ({
  metadata: { name, deletionTimestamp },
  spec: { containers: [{ name: "carts", ports: [{ name: "http", containerPort: 8080 }] }] },
  status: { phase: ready ? "Running" : "Pending", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const service = (targetPort: unknown, selector: object = { app: "carts" }) => ({
  metadata: carts,
  spec: { selector, ports: [{ port: 80, targetPort }] },
});

/** Kinds of the core API. */
const API = {
  resources: [
    { kind: "Service", name: "services", namespaced: true },
    { kind: "Pod", name: "pods", namespaced: true },
  ],
};

describe("carts open", () => {
  const servers: { close(): unknown }[] = [];
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
  });

  /** The config of an API server that has these objects, by path and query. */
  async function cluster(objects: Readonly<Record<string, object>>): Promise<KubeConfig> {
    const server = createServer(({ url = "" }, response) => {
      const found = url === "/api/v1" ? API : objects[decodeURIComponent(url)];
      response.writeHead(found ? 200 : 404, { "content-type": "application/json" });
      response.end(JSON.stringify(found ?? { kind: "Status", code: 404 }));
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    servers.push(server);
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "c", server: `http://127.0.0.1:${portOf(server)}`, skipTLSVerify: true },
      { name: "u" },
    );
    return config;
  }
  const SERVICE = "/api/v1/namespaces/carts-kro/services/carts";
  const PODS = "/api/v1/namespaces/carts-kro/pods?labelSelector=app=carts";

  it("finds a ready pod, and the port by its name or number", async () => {
    const items = [pod("a", false), pod("b", true, "2026-01-01T00:00:00Z"), pod("c", true)];
    const named = await cluster({ [SERVICE]: service("http"), [PODS]: { items } });
    assert.deepEqual(await findTarget(named, carts), { pod: "c", port: 8080 });
    const numbered = await cluster({ [SERVICE]: service(9090), [PODS]: { items } });
    assert.deepEqual(await findTarget(numbered, carts), { pod: "c", port: 9090 });
  });

  it("says in a sentence what is not there", async () => {
    const fails = async (objects: Readonly<Record<string, object>>, message: RegExp) =>
      assert.rejects(findTarget(await cluster(objects), carts), message);
    await fails({}, /^UserError|there is no service carts-kro\/carts$/);
    await fails(
      { [SERVICE]: service("http"), [PODS]: { items: [pod("a", false)] } },
      /no pod of service carts-kro\/carts is ready: a is Pending$/,
    );
    await fails({ [SERVICE]: service("http"), [PODS]: { items: [] } }, /is ready: it has none$/);
    await fails({ [SERVICE]: service("grpc"), [PODS]: { items: [pod("c", true)] } }, /c has no port of the name grpc$/);
    await fails({ [SERVICE]: service("http", {}) }, /selects no pods$/);
    const config = await cluster({});
    servers.pop()!.close();
    await assert.rejects(findTarget(config, carts), /the cluster could not be asked for service .*ECONNREFUSED/);
  });

  it("refuses a port that is taken, and takes any that is free", async () => {
    const config = await cluster({});
    const first = await forward(config, carts, 0, () => {});
    servers.push(first);
    await assert.rejects(
      forward(config, carts, portOf(first), () => {}),
      new RegExp(`port ${portOf(first)} of this machine is taken: choose another with --port`),
    );
  });

  it("tells why a connection was not forwarded, and closes it", async () => {
    const problems: string[] = [];
    const server = await forward(await cluster({}), carts, 0, (problem) => problems.push(problem));
    servers.push(server);
    await assert.rejects(fetch(`http://127.0.0.1:${portOf(server)}`));
    assert.deepEqual(problems, ["there is no service carts-kro/carts"]);
  });

  const resource = (type: string, outputs: Record<string, unknown>) => ({
    urn: `urn:${type}`,
    type,
    custom: true,
    inputs: {},
    outputs,
  });
  const status = { serviceEndpoint: "http://carts.carts-two.svc.cluster.local" };
  const instance = resource("kubernetes:kro.run/v1alpha1:CartsStack", { status });
  const metadata = { name: "front", namespace: "shop" };
  const patch = resource("kubernetes:apps/v1:DeploymentPatch", { metadata });

  it("opens the stack's own service, or the ui that it routes", () => {
    const state = readState({ resources: [instance, patch] }, "carts-stack", "dev");
    const empty = readState({}, "carts-stack", "dev");
    assert.deepEqual(serviceOf(state, "dev", "carts"), { namespace: "carts-two", name: "carts" });
    assert.deepEqual(serviceOf(state, "dev", "ui"), { namespace: "shop", name: "front" });
    assert.deepEqual(serviceOf(empty, "dev", "ui"), { namespace: "ui", name: "ui" });
    assert.throws(() => serviceOf(empty, "dev", "carts"), /stack dev has no carts service yet: `carts up` makes it/);
  });
});
