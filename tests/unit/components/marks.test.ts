import assert from "node:assert/strict";
import { runtime } from "@pulumi/pulumi";
import { CartsStack } from "../../../components/cartsStack.ts";
import { MADE_ANEW, markFor, SENT_AGAIN } from "../../../components/instance/marks.ts";
import type { LiveObject } from "../../../packages/live/index.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { declare } from "./mocks.ts";

const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";
const URN = `urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$${INSTANCE}::carts`;
/** As the fake API server makes it. */
const UID = JSON.stringify(["kro.run/v1alpha1", "CartsStack", "default", "carts-kro"]);
const OWN = "pulumi-kubernetes-1234";

const noted = (annotations = {}, tableOnDestroy: "retain" | "delete" = "retain") => ({
  metadata: { name: "carts-kro", namespace: "default", uid: UID, generation: 3, annotations },
  spec: { tableName: "c-carts-kro", namespace: "carts-kro", tableOnDestroy },
  __fieldManager: OWN,
});
const live = (generation: number, managers = [OWN], more = {}): LiveObject => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "CartsStack",
  metadata: {
    ...{ name: "carts-kro", namespace: "default", uid: UID, generation, creationTimestamp: "2026-11-01T00:00:00Z" },
    managedFields: managers.map((manager) => ({ manager, fieldsV1: { "f:spec": {} } })),
    ...more,
  },
});

describe("the marks of an instance", () => {
  it("are none where the cluster has what the state has", () => {
    assert.deepEqual(markFor(noted(), live(3)), {});
    assert.deepEqual(markFor(noted(), live(9, [OWN], { uid: "u-2" })), {}, "another object, made by others");
  });

  it("have it sent again where Pulumi alone has changed it since, and leave what others have changed", () => {
    assert.deepEqual(markFor(noted(), live(4)), { [SENT_AGAIN]: `${UID}.4` });
    assert.deepEqual(markFor(noted(), live(4, [OWN, "kubectl-patch"])), {});
  });

  it("have it made anew where it is going, or gone, unless that could cost a table", () => {
    const going = live(4, [OWN], { deletionTimestamp: "2026-11-01T00:01:00Z" });
    assert.deepEqual(markFor(noted(), going), { [MADE_ANEW]: UID });
    assert.deepEqual(markFor(noted({}, "delete"), going), { [MADE_ANEW]: UID });
    assert.deepEqual(markFor(noted(), undefined), { [MADE_ANEW]: UID });
    assert.deepEqual(markFor(noted({}, "delete"), undefined), {});
  });

  describe("of a program that runs", () => {
    const server = new FakeApiServer();

    before(async () => {
      await server.start();
      server.serve("kro.run/v1alpha1", "CartsStack", "cartsstacks");
      const config = {
        apiVersion: "v1",
        kind: "Config",
        "current-context": "c",
        clusters: [{ name: "c", cluster: { server: server.url, "insecure-skip-tls-verify": true } }],
        contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
        users: [{ name: "u", user: {} }],
      };
      runtime.setAllConfig({ "kubernetes:kubeconfig": JSON.stringify(config) });
    });
    after(() => {
      runtime.setAllConfig({});
      server.stop();
    });

    const marks = async (annotations: object, preview = false) => {
      const declared = await declare({ preview, previous: { [URN]: noted(annotations) } });
      const { instance } = new CartsStack("carts", { clusterName: "c" }).nodes;
      await new Promise((resolve) => instance.urn.apply(resolve));
      await runtime.disconnect();
      const { metadata } = declared.find(({ type }) => type === INSTANCE)!.inputs as ReturnType<typeof noted>;
      const {
        "pulumi.com/waitFor": _,
        "carts-stack/owner": __,
        ...others
      } = metadata.annotations as Record<string, string>;
      return others;
    };

    it("come with an update, stay after it, and need no cluster in a preview", async () => {
      server.put(live(4) as never);
      assert.deepEqual(await marks({}), { [SENT_AGAIN]: `${UID}.4` });
      assert.deepEqual(await marks({ other: "x", [SENT_AGAIN]: "u-0.1" }), { [SENT_AGAIN]: `${UID}.4` });
      const asks = () => server.requests.filter((path) => path.endsWith("/cartsstacks/carts-kro")).length;
      const asked = asks();
      assert.deepEqual(await marks({ [MADE_ANEW]: "u-0" }, true), { [MADE_ANEW]: "u-0" });
      assert.equal(asks(), asked);
      server.put(live(3) as never);
      assert.deepEqual(await marks({ [MADE_ANEW]: "u-0", [SENT_AGAIN]: "u-0.2" }), {
        [MADE_ANEW]: "u-0",
        [SENT_AGAIN]: "u-0.2",
      });
    });

    it("stay as they are where the cluster can't be asked", async () => {
      server.refused.set("/apis/kro.run/v1alpha1/namespaces/default/cartsstacks/carts-kro", 403);
      assert.deepEqual(await marks({ [SENT_AGAIN]: "u-0.1" }), { [SENT_AGAIN]: "u-0.1" });
    });
  });
});
