import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { runtime } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { cartsServer } from "./cartsServer.ts";
import { declare, failures } from "./mocks.ts";

const KRO = "kro.run/v1alpha1";
const ACK = "dynamodb.services.k8s.aws/v1alpha1";
const URN = `urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$kubernetes:${KRO}:CartsStack::carts`;
const SPEC = { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy: "retain", serviceAccount: "carts" };
const METADATA = { name: "carts-kro", namespace: "default" };
const NOT_LOOKED = /^did not look in the cluster \(.*\) for the tableOnDestroy of the instance that is replaced: /;

describe("the table of an instance that is replaced", () => {
  let server: FakeApiServer;
  let kubeconfig: string;

  beforeEach(async () => {
    server = cartsServer();
    kubeconfig = (await server.start()).exportConfig();
  });
  afterEach(() => server.stop());

  const instance = (tableOnDestroy: string, metadata: object = {}) =>
    server.put({
      ...{ apiVersion: KRO, kind: "CartsStack", metadata: { ...METADATA, ...metadata } },
      spec: { ...SPEC, tableOnDestroy },
    });
  const table = (policy: string) => {
    const annotations = { "services.k8s.aws/deletion-policy": policy };
    const metadata = { name: "carts-table", namespace: "carts-kro", annotations };
    server.put({ apiVersion: ACK, kind: "Table", metadata });
  };

  /** What is refused, "" for nothing, and whether a warning says that it was not looked at. */
  async function attempt(args: Partial<CartsStackArgs> = { namespace: "shop" }, preview = false, config = kubeconfig) {
    const warnings: string[] = [];
    const previous = { [URN]: { metadata: METADATA, spec: SPEC } };
    await declare({ preview, previous, onWarning: (message) => warnings.push(message) });
    let isDone = false;
    const errors = await failures(
      () => {
        const providers = { kubernetes: new Provider("cluster", { kubeconfig: config }) };
        new CartsStack("carts", { clusterName: "c", ...args }, { providers }).nodes.instance.urn.apply(() => {
          isDone = true;
        });
      },
      () => isDone,
    );
    if (errors.length === 0) await runtime.disconnect();
    return { error: errors.join("\n\n"), isMissed: warnings.some((message) => NOT_LOOKED.test(message)) };
  }

  it("is not lost to a `delete` that only the cluster has: one error in preview and update, with the way on", async () => {
    instance("delete");
    for (const args of [{ namespace: "shop" }, { tableName: "c-carts-x" }, { instanceNamespace: "shop" }]) {
      for (const preview of [true, false]) {
        const { error } = await attempt(args, preview);
        assert.match(
          error,
          /^nothing was changed: .* changes from .*c-carts-kro would be deleted with its items: tableOnDestroy is "delete" in the cluster, .*`pulumi up --refresh` or `carts up` with the config of before.*$/,
        );
      }
    }
  });

  it("is not lost to a Table that kro has not brought back yet", async () => {
    instance("retain");
    table("delete");
    assert.match((await attempt()).error, /Table carts-kro\/carts-table has .*"delete".*`kubectl annotate .*=retain /);
    table("retain");
    assert.deepEqual(await attempt(), { error: "", isMissed: false });
  });

  it("is not looked at where nothing is replaced, and in nobody's way where it is going, or gone", async () => {
    assert.deepEqual(await attempt(), { error: "", isMissed: false });
    instance("delete", { deletionTimestamp: "2026-11-01T00:00:00Z" });
    assert.deepEqual(await attempt(), { error: "", isMissed: false });
    instance("delete");
    server.requests.length = 0;
    assert.deepEqual(await attempt({ imageVersion: "1.4.0" }), { error: "", isMissed: false });
    assert.ok(!server.requests.some((path) => /cartsstacks|tables/.test(path)));
  });

  it("is said not to have been looked at where that can't be", async () => {
    instance("delete");
    for (const preview of [true, false]) {
      assert.deepEqual(await attempt(undefined, preview, "/no/such/file"), { error: "", isMissed: true });
    }
    server.refused.set(`/apis/${KRO}/namespaces/default/cartsstacks/carts-kro`, 403);
    assert.deepEqual(await attempt(), { error: "", isMissed: true });
  });
});
