import assert from "node:assert/strict";
import { checkResource } from "../../sandbox/standins/kubernetes/check.ts";
import { toState, withSecrets } from "../../sandbox/standins/kubernetes/checkpoint.ts";
import type { ClusterConnection } from "../../sandbox/standins/kubernetes/clusterConnection.ts";
import { detailedDiff } from "../../sandbox/standins/kubernetes/detailedDiff.ts";
import { takeOverPatch, withIgnoredFields } from "../../sandbox/standins/kubernetes/fieldManagers.ts";
import { parseJsonPath, select } from "../../sandbox/standins/kubernetes/jsonPath.ts";
import { mergePatch } from "../../sandbox/standins/kubernetes/mergePatch.ts";
import { configChanges } from "../../sandbox/standins/kubernetes/providerConfig.ts";
import { prune } from "../../sandbox/standins/kubernetes/prune.ts";
import { unreadyReasons } from "../../sandbox/standins/kubernetes/readiness.ts";
import { assertReadable, assertServed } from "../../sandbox/standins/kubernetes/servedKinds.ts";
import { parseWaitFor } from "../../sandbox/standins/kubernetes/waitFor.ts";
import { formatPath } from "../../sandbox/standins/plugin/propertyPath.ts";
import type { CheckRequest, DiffRequest } from "../../sandbox/standins/plugin/resourceProvider.ts";
import { type Properties, secret } from "../../sandbox/standins/plugin/values.ts";

const ready = (status: string, observedGeneration?: number) => ({
  metadata: { generation: 2 },
  status: { conditions: [{ type: "Ready", status, ...(observedGeneration && { observedGeneration }) }], phase: "On" },
});

describe("stand-in kubernetes plugin", () => {
  describe("the annotation pulumi.com/waitFor", () => {
    const verdicts = (annotation: string, object: Properties) => parseWaitFor(annotation).map((test) => test(object));

    it("tests conditions, ignoring case", () => {
      assert.deepEqual(verdicts("condition=ready", ready("true")), [{ done: true }]);
      const [verdict] = verdicts("condition=Ready", ready("False"));
      assert.equal(verdict?.message, "Resource has condition Ready=False (want True)");
      assert.equal(verdicts("condition=Ready", {})[0]?.message, "Has no .status.conditions");
      assert.equal(verdicts("condition=Ready=Unknown", ready("Unknown"))[0]?.done, true);
    });

    it("does not take an older generation's status", () => {
      const [verdict] = verdicts("condition=Ready", ready("True", 1));
      assert.deepEqual([verdict?.done, verdict?.message], [false, "Generation 1 is less than expected 2"]);
      assert.equal(verdicts("condition=Ready", ready("True", 2))[0]?.done, true);
      const stale = { ...ready("True"), status: { observedGeneration: 1, phase: "On" } };
      assert.equal(verdicts("jsonpath={.status.phase}=On", stale)[0]?.done, false);
    });

    it("tests fields, alone or all of a list", () => {
      const object = ready("True");
      assert.equal(verdicts("jsonpath={.status.phase}", object)[0]?.done, true);
      const [verdict] = verdicts("jsonpath={.status.phase}=Off", object);
      assert.equal(verdict?.message, 'Waiting for {.status.phase}=Off (found "On")');
      const both = '["condition=Ready", "jsonpath={.status.conditions[?(@.type==\\"Ready\\")].status}=True"]';
      assert.deepEqual(
        verdicts(both, object).map(({ done }) => done),
        [true, true],
      );
    });

    for (const [annotation, problem] of [
      ["Ready", /expected a "jsonpath=" or "condition=" prefix, got "Ready"/],
      ["[]", /at least one condition/],
      ["jsonpath=.status", /should be wrapped in brackets/],
      ["jsonpath={.status}=", /requires a value/],
      ["jsonpath={.a}=b=c", /format should be/],
      ["jsonpath='{.a}'", /should omit shell quotes/],
    ] as const) {
      it(`refuses ${annotation}`, () => assert.throws(() => parseWaitFor(annotation), problem));
    }
  });

  it("selects by JSONPath", () => {
    const object = {
      a: [
        { n: "x", v: 1 },
        { n: "y", v: 2 },
      ],
      "b.c": { d: true },
    };
    assert.deepEqual(select(parseJsonPath('$.a[?(@.n == "y")].v'), object), [2]);
    assert.deepEqual(select(parseJsonPath("$.a[-1].n"), object), ["y"]);
    assert.deepEqual(select(parseJsonPath("$['b.c'].d"), object), [true]);
    assert.deepEqual(select(parseJsonPath("$.a[*].v"), object), [1, 2]);
    assert.throws(() => parseJsonPath("$..a"), /^StandInError: stand-in kubernetes plugin: /);
  });

  it("reports changes at the deepest paths, replacing for identity only", () => {
    const before = { metadata: { name: "a" }, spec: { size: 1, list: [{ n: "x", v: "1" }], old: true } };
    const after = { metadata: { name: "b" }, spec: { size: 2, list: [{ n: "x" }, { n: "z" }] } };
    const changes = detailedDiff(mergePatch(before, after), before, after, [["metadata", "name"]]);
    assert.deepEqual(
      changes.map(({ path, kind, replace }) => `${kind} ${formatPath(path)}${replace ? " !" : ""}`).sort(),
      ["add spec.list[1]", "delete spec.list[0].v", "delete spec.old", "update metadata.name !", "update spec.size"],
    );
  });

  it("compares only what the inputs speak of", () => {
    const live = { spec: { size: 7, color: "red", list: [{ n: 1, extra: 2 }, { n: 2 }] }, status: {} };
    assert.deepEqual(prune(live, { spec: { size: 1, list: [{ n: 1 }] } }), { spec: { size: 7, list: [{ n: 1 }] } });
  });

  it("keeps secrets secret, lists as a whole", () => {
    const state = toState({ live: { a: { b: 1 }, l: [1] }, inputs: {}, initialApiVersion: "v1", fieldManager: "m" });
    const marked = withSecrets(state, [["a", "b"], ["l", 0], ["gone"]]);
    assert.deepEqual([marked.a, marked.l, marked.gone], [{ b: secret(1) }, secret([1]), undefined]);
  });

  it("takes over the fields of the plain create before the first apply", () => {
    const entry = (manager: string, operation: string, field: string) => ({
      manager,
      operation,
      fieldsV1: { "f:spec": { [`f:${field}`]: {} } },
    });
    const live = {
      spec: { a: 1, b: 2, c: 3 },
      metadata: { managedFields: [entry("pulumi-kubernetes", "Update", "a"), entry("other", "Update", "b")] },
    };
    const [patch] = takeOverPatch(live, "pulumi-kubernetes-1") as { value: unknown }[];
    assert.deepEqual(patch?.value, [entry("other", "Update", "b"), entry("pulumi-kubernetes-1", "Apply", "a")]);
    const ignoring = withIgnoredFields({ spec: { a: 9, b: 9 } }, live, "pulumi-kubernetes", ["spec.a", "spec.b"]);
    assert.deepEqual(ignoring, { spec: { a: 1 } });
  });

  it("replaces everything when the provider moves to another cluster, not when its credentials change", () => {
    const kubeconfig = (server: string, token: string) =>
      JSON.stringify({
        "current-context": "c",
        contexts: [{ name: "c", context: { cluster: "k", user: "u" } }],
        clusters: [{ name: "k", cluster: { server } }],
        users: [{ name: "u", user: { token } }],
      });
    const replacing = (before: Properties, after: Properties) =>
      configChanges({ oldInputs: before, inputs: after } as unknown as DiffRequest).replacing;
    const old = { kubeconfig: kubeconfig("https://a", "1") };
    assert.deepEqual(replacing(old, { kubeconfig: kubeconfig("https://a", "2") }), []);
    assert.deepEqual(replacing(old, { kubeconfig: kubeconfig("https://b", "1") }), ["kubeconfig"]);
    const identified = { kubeconfig: kubeconfig("https://b", "1"), clusterIdentifier: "x" };
    assert.deepEqual(replacing({ ...old, clusterIdentifier: "x" }, identified), []);
  });

  describe("patches", () => {
    const check = (type: string, kind: string, metadata: Properties) => {
      const inputs = { apiVersion: "apps/v1", kind, metadata };
      const request = { urn: "", name: "ui", type: `kubernetes:${type}`, inputs, oldInputs: {}, secrets: [] };
      const connection = { namespace: "default", isNamespaced: async () => true };
      return checkResource(request as unknown as CheckRequest, connection as unknown as ClusterConnection);
    };

    it("takes a DeploymentPatch as it is, and needs the Deployment's name", async () => {
      const { inputs } = await check("apps/v1:DeploymentPatch", "Deployment", { name: "ui", namespace: "ui" });
      assert.deepEqual(inputs.metadata, { name: "ui", namespace: "ui" });
      const nameless = check("apps/v1:DeploymentPatch", "Deployment", { namespace: "ui" });
      await assert.rejects(nameless, /patch resources require the `\.metadata\.name` field to be set/);
    });

    it("refuses every other patch, by its name", async () => {
      for (const [type, kind] of [
        ["core/v1:ConfigMapPatch", "ConfigMap"],
        ["apps/v1:StatefulSetPatch", "StatefulSet"],
      ] as const) {
        await assert.rejects(check(type, kind, { name: "x" }), new RegExp(`^StandInError: .*\\(${kind}Patch\\)`));
      }
    });

    it("waits for the rollout of a Deployment", () => {
      const deployment = (observedGeneration: number, updated: number, available: number, reason: string) => ({
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "ui", generation: 2 },
        spec: { replicas: 2 },
        status: {
          observedGeneration,
          updatedReplicas: updated,
          availableReplicas: available,
          conditions: [{ type: "Progressing", reason }],
        },
      });
      const ready = (...args: Parameters<typeof deployment>) => unreadyReasons({}, deployment(...args)).length === 0;
      assert.ok(ready(2, 2, 2, "NewReplicaSetAvailable"));
      assert.ok(!ready(1, 2, 2, "NewReplicaSetAvailable"));
      assert.ok(!ready(2, 1, 2, "NewReplicaSetAvailable"));
      assert.ok(!ready(2, 2, 1, "NewReplicaSetAvailable"));
      assert.ok(!ready(2, 2, 2, "ReplicaSetUpdated"));
    });
  });

  it("refuses kinds that only the official plugin serves", () => {
    assertServed({ group: "kro.run", version: "v1alpha1", kind: "CartsStack" });
    assertServed({ group: "", version: "v1", kind: "ConfigMap" });
    const deployment = { group: "apps", version: "v1", kind: "Deployment" };
    assert.throws(() => assertServed(deployment), /^StandInError: stand-in kubernetes plugin: /);
    assertReadable(deployment);
    assert.throws(() => assertReadable({ ...deployment, kind: "StatefulSet" }), /^StandInError: /);
  });
});
