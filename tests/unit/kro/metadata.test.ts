import assert from "node:assert/strict";
import { groupOf, identityOf, instanceGvk, KnownAfterApply, titleOf } from "../../../packages/kro/index.ts";
import { shop } from "./shop.ts";

const config = { apiVersion: "v1", kind: "ConfigMap", metadata: { namespace: "shops", name: "tea" } };

describe("an object", () => {
  it("is named by its kind, its namespace where it has one, and its name", () => {
    assert.equal(titleOf(config), "ConfigMap shops/tea");
    for (const namespace of [undefined, null, ""]) {
      assert.equal(titleOf({ kind: "Namespace", metadata: { namespace, name: "shops" } }), "Namespace shops");
    }
    const name = new KnownAfterApply("${a.status.name}");
    assert.equal(titleOf({ kind: "Pod", metadata: { name } }), "Pod (known after apply: ${a.status.name})");
  });

  it("is the same in another version of its API, and another in another group, namespace or of another name", () => {
    const deployment = { ...config, apiVersion: "apps/v1", kind: "Deployment" };
    assert.equal(identityOf(deployment), identityOf({ ...deployment, apiVersion: "apps/v1beta1" }));
    const others = [
      { ...deployment, apiVersion: "v1" },
      { ...deployment, kind: "DaemonSet" },
      { ...deployment, metadata: { name: "tea" } },
      { ...deployment, metadata: { namespace: "shops", name: "coffee" } },
    ];
    assert.equal(new Set([deployment, ...others].map(identityOf)).size, 5);
  });
});

describe("the API of an RGD's instances", () => {
  it("has the RGD's group, or kro.run", () => {
    const { metadata, spec } = shop([]);
    for (const [group, served] of [[undefined, "kro.run"], ["", "kro.run"], ["shops.example.com"]]) {
      const gvk = instanceGvk({ metadata, spec: { ...spec, schema: { ...spec.schema, group } } });
      assert.deepEqual(gvk.apiVersion, `${served ?? group}/v1alpha1`);
      assert.deepEqual([gvk.group, gvk.version, gvk.kind], [groupOf(gvk.apiVersion), "v1alpha1", "Shop"]);
    }
    assert.equal(groupOf("v1"), "");
  });
});
