import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { DEFINITION_NAME, definition, revision } from "../../../components/definition/cartsDefinition.ts";
import { API_VERSION, KIND } from "../../../components/definition/cartsSchema.ts";
import {
  breakingChanges,
  buildGraph,
  type Definition,
  type Instance,
  render,
  type Value,
} from "../../../packages/kro/index.ts";

type Json = { [key: string]: Json } & Json[] & string;
const spec = definition as unknown as Json;
const asDefinition = { metadata: { name: DEFINITION_NAME }, spec: definition } as unknown as Definition;
const template = (id: string): Json => {
  const found = (spec.resources as Json[]).find((resource) => (resource.id as string) === id);
  assert.ok(found, `there is a node ${id}`);
  return found.template as Json;
};

describe("the ResourceGraphDefinition", () => {
  it("has kro create Namespace; Table; ConfigMap and ServiceAccount; Deployment and Service", () => {
    const { nodes } = buildGraph({ metadata: { name: DEFINITION_NAME }, spec: definition } as unknown as Definition);
    assert.deepEqual(
      nodes.filter(({ type }) => type === "resource").map(({ id, wave }) => `${wave} ${id}`),
      ["1 ns", "2 table", "3 configMap", "3 serviceAccount", "4 deployment", "4 service"],
    );
  });

  it("makes the table that the carts service expects", () => {
    const { spec, metadata } = template("table");
    assert.deepEqual(spec!.keySchema, [{ attributeName: "id", keyType: "HASH" }]);
    assert.equal(spec!.billingMode, "PAY_PER_REQUEST");
    assert.deepEqual(spec!.globalSecondaryIndexes![0], {
      indexName: "idx_global_customerId",
      keySchema: [
        { attributeName: "customerId", keyType: "HASH" },
        { attributeName: "id", keyType: "RANGE" },
      ],
      projection: { projectionType: "ALL" },
    });
    assert.equal(metadata!.annotations!["services.k8s.aws/deletion-policy"], "${schema.spec.tableOnDestroy}");
    assert.equal(metadata!.annotations!["services.k8s.aws/adoption-policy"], "adopt-or-create");
  });

  it("holds the namespace's pods to the restricted standard, whatever labels an instance asks for", () => {
    const namespaceOf = (spec: object) => {
      const metadata = { name: "shop", namespace: "default" };
      const instance = { apiVersion: API_VERSION, kind: KIND, metadata, spec: { tableName: "shop", ...spec } };
      const { children } = render(asDefinition, instance as unknown as Instance);
      return children.find(({ node }) => node === "ns")!.object.metadata as unknown as Json;
    };
    const standard = "pod-security.kubernetes.io";
    const restricted = Object.fromEntries(
      ["enforce", "warn", "audit"].map((mode) => [`${standard}/${mode}`, "restricted"]),
    );
    assert.deepEqual(namespaceOf({ namespace: "shop" }).labels!, restricted);
    const asked = namespaceOf({
      namespace: "shop",
      namespaceLabels: { team: "shop", [`${standard}/enforce`]: "privileged" },
      namespaceAnnotations: { contact: "#shop" },
    });
    assert.deepEqual(asked.labels!, { team: "shop", ...restricted });
    assert.equal(asked.annotations!.contact, "#shop");
  });

  it("refers to Secrets, before the variables that the instance has itself", () => {
    const spec = {
      ...{ tableName: "shop", namespace: "shop" },
      environment: [{ name: "A", value: "1" }],
      environmentFrom: [{ name: "B", secret: "keys", key: "b" }],
    };
    const instance = { apiVersion: API_VERSION, kind: KIND, metadata: { name: "shop", namespace: "default" }, spec };
    const { children } = render(asDefinition, instance as unknown as Instance);
    const { object } = children.find(({ node }) => node === "deployment")! as unknown as { object: Json };
    assert.deepEqual(object.spec!.template!.spec!.containers![0]!.env, [
      { name: "B", valueFrom: { secretKeyRef: { name: "keys", key: "b" } } },
      { name: "A", value: "1" },
    ]);
  });

  describe("guards the table", () => {
    const tableOf = (more: object) => {
      const spec = { tableName: "c-carts-kro", namespace: "carts-kro", ...more };
      const instance = {
        apiVersion: API_VERSION,
        kind: KIND,
        metadata: { name: "carts-kro", namespace: "default" },
        spec,
      };
      const own = { metadata: { name: DEFINITION_NAME }, spec: definition } as unknown as Definition;
      const { children } = render(own, instance as Instance);
      const { deletionProtectionEnabled, continuousBackups, sseSpecification, timeToLive } = children.find(
        ({ node }) => node === "table",
      )!.object!.spec as Record<string, Value>;
      return { deletionProtectionEnabled, continuousBackups, sseSpecification, timeToLive };
    };
    const off = {
      deletionProtectionEnabled: false,
      continuousBackups: { pointInTimeRecoveryEnabled: false },
      sseSpecification: { enabled: false },
      timeToLive: { enabled: false },
    };

    it("not at all unless it is told to", () => assert.deepEqual(tableOf({}), off));

    it("with recovery and deletion protection; one that is to go with its instance without the latter", () => {
      const standard = { continuousBackups: { pointInTimeRecoveryEnabled: true } };
      assert.deepEqual(tableOf({ tableProtection: "standard" }), {
        ...off,
        ...standard,
        deletionProtectionEnabled: true,
      });
      assert.deepEqual(tableOf({ tableProtection: "standard", tableOnDestroy: "delete" }), { ...off, ...standard });
    });

    it("with a key, and with a time to live", () => {
      const key = "arn:aws:kms:us-west-2:111122223333:key/a-1";
      assert.deepEqual(tableOf({ tableKmsKey: key, tableTtlAttribute: "expires" }), {
        ...off,
        sseSpecification: { enabled: true, sseType: "KMS", kmsMasterKeyID: key },
        timeToLive: { enabled: true, attributeName: "expires" },
      });
    });
  });

  it("gives the pods two keys, a hardened container and the probes of the workshop", () => {
    assert.deepEqual(template("configMap").data, {
      RETAIL_CART_PERSISTENCE_PROVIDER: "dynamodb",
      RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME: "${table.spec.tableName}",
    });
    const pod = template("deployment").spec!.template!.spec!;
    const container = pod.containers![0]!;
    assert.deepEqual(pod.securityContext, { fsGroup: 1000 });
    assert.deepEqual(container.securityContext, {
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      runAsUser: 1000,
      allowPrivilegeEscalation: false,
      seccompProfile: { type: "RuntimeDefault" },
    });
    assert.equal(pod.automountServiceAccountToken as unknown, false);
    assert.deepEqual(container.lifecycle, { preStop: { sleep: { seconds: 5 } } });
    assert.ok(Number(pod.terminationGracePeriodSeconds) > 5 + 30, "the sleep, and Spring's own grace");
    // What is not started is neither asked whether it is ready nor ended, until the startup probe has given up.
    assert.deepEqual(container.startupProbe!.httpGet, container.livenessProbe!.httpGet);
    for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) {
      assert.equal(probe!.initialDelaySeconds, undefined);
    }
    assert.deepEqual(container.readinessProbe!.httpGet, { path: "/actuator/health/readiness", port: 8080 });
    assert.deepEqual(container.livenessProbe!.httpGet, { path: "/actuator/health/liveness", port: 8080 });
    assert.deepEqual(container.volumeMounts, [{ name: "tmp-volume", mountPath: "/tmp" }]);
    assert.deepEqual(pod.volumes, [{ name: "tmp-volume", emptyDir: { medium: "Memory", sizeLimit: "64Mi" } }]);
  });

  it("has the API server refuse a change of the table's name and of the namespace", () => {
    for (const key of ["tableName", "namespace"]) assert.match(spec.schema!.spec![key]!, /\bimmutable=true\b/);
  });

  it("calls a deployment ready only when the present generation is rolled out", () => {
    const { readyWhen } = (spec.resources as Json[]).find(({ id }) => (id as string) === "deployment")!;
    assert.match(readyWhen!.join(), /deployment\.status\.observedGeneration >= deployment\.metadata\.generation/);
    assert.match(readyWhen!.join(), /updatedReplicas/);
  });

  it("only reads the pods, and does so before the Deployment and the Service come, in their order", () => {
    const { nodes } = buildGraph({ metadata: { name: DEFINITION_NAME }, spec: definition } as unknown as Definition);
    const [pods] = nodes.filter(({ type }) => type !== "resource");
    assert.deepEqual([pods!.id, pods!.type, pods!.dependencies], ["pods", "externalCollection", ["ns"]]);
    assert.deepEqual(
      nodes.filter(({ type }) => type === "resource").map(({ id, deletionWave }) => `${deletionWave} ${id}`),
      ["1 ns", "2 table", "3 configMap", "3 serviceAccount", "4 deployment", "4 service"],
    );
  });

  it("has an API that kro takes in place of the one of the version before", () => {
    const file = new URL("../../programs/former/definition.yaml", import.meta.url);
    const former = { metadata: { name: DEFINITION_NAME }, spec: parse(readFileSync(file, "utf8")) } as Definition;
    assert.deepEqual(breakingChanges(former, asDefinition), []);
  });

  it("runs an image by its tag, or by its digest where there is one", () => {
    const imageOf = (more: object) => {
      const spec = { tableName: "shop", namespace: "shop", image: "shop/carts", imageVersion: "2.0", ...more };
      const instance = { apiVersion: API_VERSION, kind: KIND, metadata: { name: "shop", namespace: "default" }, spec };
      const { children } = render(asDefinition, instance as unknown as Instance);
      const { object } = children.find(({ node }) => node === "deployment")! as unknown as { object: Json };
      return object.spec!.template!.spec!.containers![0]!.image;
    };
    const imageDigest = `sha256:${"0".repeat(64)}`;
    assert.equal(imageOf({}), "shop/carts:2.0");
    assert.equal(imageOf({ imageDigest }), `shop/carts:2.0@${imageDigest}`);
  });

  it("holds no reference that was left unwritten", () => {
    assert.doesNotMatch(JSON.stringify(definition), /\[object|undefined|function/);
  });

  it("has a revision of 12 hexadecimal digits", () => assert.match(revision, /^[0-9a-f]{12}$/));
});
