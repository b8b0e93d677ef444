import assert from "node:assert/strict";
import * as client from "@kubernetes/client-node";
import { templateProblems } from "../../../packages/kro/graph/parser/expectedTypes.ts";
import { schemaAt } from "../../../packages/kro/graph/schema/jsonSchema.ts";
import {
  isClusterScoped,
  kindProblem,
  metadataSchema,
  resolveSchema,
} from "../../../packages/kro/graph/schema/resolver.ts";

const APIS: Record<string, { prototype: object }> = {
  "admissionregistration.k8s.io/v1": client.AdmissionregistrationV1Api,
  "apiextensions.k8s.io/v1": client.ApiextensionsV1Api,
  "apps/v1": client.AppsV1Api,
  "autoscaling/v2": client.AutoscalingV2Api,
  "batch/v1": client.BatchV1Api,
  "discovery.k8s.io/v1": client.DiscoveryV1Api,
  "networking.k8s.io/v1": client.NetworkingV1Api,
  "policy/v1": client.PolicyV1Api,
  "rbac.authorization.k8s.io/v1": client.RbacAuthorizationV1Api,
  "scheduling.k8s.io/v1": client.SchedulingV1Api,
  "storage.k8s.io/v1": client.StorageV1Api,
  v1: client.CoreV1Api,
};

describe("Kubernetes' own kinds", () => {
  it("are those, in the scope, that the official client can create and list", () => {
    let count = 0;
    for (const [apiVersion, { prototype }] of Object.entries(APIS)) {
      const methods = Object.getOwnPropertyNames(prototype).filter((name) => !name.endsWith("WithHttpInfo"));
      for (const method of methods) {
        const [, namespaced, kind] = /^create(Namespaced)?([A-Z]\w+)$/.exec(method) ?? [];
        if (!kind || !methods.includes(`list${namespaced ?? ""}${kind}`)) continue;
        count++;
        assert.ok(resolveSchema(apiVersion, kind), `${apiVersion} ${kind}`);
        assert.equal(isClusterScoped(apiVersion, kind), !namespaced, `${apiVersion} ${kind}`);
      }
    }
    assert.ok(count > 40, `${count}`);
  });

  it("leave custom resources alone", () => {
    for (const [apiVersion, kind] of [
      ["dynamodb.services.k8s.aws/v1alpha1", "Table"],
      ["kro.run/v1alpha1", "Deployment"],
      ["toString/v1", "constructor"],
    ] as const) {
      assert.equal(resolveSchema(apiVersion, kind), undefined);
      assert.equal(isClusterScoped(apiVersion, kind), false);
      assert.equal(kindProblem(apiVersion, kind), undefined);
    }
  });

  it("are not found under a wrong name or a wrong API", () => {
    assert.equal(kindProblem("apps/v1", "Deployment"), undefined);
    assert.equal(kindProblem("apps/v1", "Deploymnet"), "apps/v1 has no kind Deploymnet");
    assert.equal(kindProblem("v1", "Deployment"), "v1 has no kind Deployment");
    assert.equal(resolveSchema("v1", "Deployment"), undefined);
    assert.equal(kindProblem("extensions/v1beta1", "Ingress"), "Kubernetes has no extensions/v1beta1");
    assert.equal(kindProblem("apps/v2", "Deployment"), "Kubernetes has no apps/v2");
    assert.equal(kindProblem("toString", "constructor"), "Kubernetes has no toString");
  });

  it("have typed fields", () => {
    const at = (path: string) => schemaAt(resolveSchema("apps/v1", "Deployment")!, path);
    const container = "spec.template.spec.containers[0]";
    assert.deepEqual(at("spec.replicas"), { type: "integer" });
    assert.deepEqual(at("metadata.labels"), { type: "object", additionalProperties: { type: "string" } });
    assert.deepEqual(at('metadata.labels["a.b/c"]'), { type: "string" });
    assert.deepEqual(at("metadata.creationTimestamp"), { type: "string", format: "date-time" });
    assert.equal(at("spec.strategy.rollingUpdate.maxSurge")!["x-kubernetes-int-or-string"], true);
    assert.equal(at(`${container}.resources.limits.cpu`)!.format, "quantity");
    assert.equal(at(`${container}.ports[2].containerPort`)!.type, "integer");
    assert.deepEqual(at(container)!.required, ["name"]);
    assert.equal(at(`${container}.nope`), undefined);
    assert.equal(schemaAt({ properties: { "a.b": { type: "string" } } }, '["a.b"]')!.type, "string");
    assert.equal(schemaAt(resolveSchema("v1", "Secret")!, "data.x")!.format, "byte");
    assert.equal(at("metadata"), metadataSchema());
  });

  it("may contain themselves", () => {
    const crd = resolveSchema("apiextensions.k8s.io/v1", "CustomResourceDefinition")!;
    const schema = schemaAt(crd, "spec.versions[0].schema.openAPIV3Schema")!;
    assert.equal(schemaAt(schema, "properties.a.properties.b"), schema);
  });
});

describe("a template", () => {
  const problems = (container: object, spec: object = {}, top: object = {}) =>
    templateProblems(
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { name: "a" },
        spec: { ...spec, template: { spec: { containers: [{ name: "c", ...container }] } } },
        ...top,
      },
      resolveSchema("apps/v1", "Deployment")!,
    ).map(({ path, problem }) => `${path}: ${problem}`);

  const fine: Record<string, Parameters<typeof problems>> = {
    "with literals": [
      { args: ["a"], ports: [{ containerPort: 80 }] },
      { replicas: 1, paused: false },
    ],
    "with expressions for anything": [{ args: "${a}", ports: ["${b}"] }, { replicas: "${c}" }, { metadata: "${d}" }],
    "with expressions within text": [{ image: "${a}:${b}" }],
    "with null": [{ args: null }, { replicas: null }],
    "with quantities as text and as numbers": [{ resources: { limits: { cpu: 0.5, memory: "1Gi" } } }],
    "with whole numbers or text": [{}, { strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: "25%" } } }],
    "without what the API server requires": [{}, { selector: null }],
    "with a status": [{}, {}, { status: { replicas: 1 } }],
  };
  for (const [what, template] of Object.entries(fine)) {
    it(`${what} is right`, () => assert.deepEqual(problems(...template), []));
  }

  const container = "spec.template.spec.containers[0]";
  const wrong: [Parameters<typeof problems>, string][] = [
    [[{ imagee: "x" }], `${container}.imagee: no such field of Container`],
    [[{}, { replica: 1 }], "spec.replica: no such field of DeploymentSpec"],
    [[{}, {}, { spek: {} }], "spek: no such field of Deployment"],
    [[{}, { replicas: "1" }], "spec.replicas: must be integer, not string"],
    [[{}, { replicas: "1${a}" }], "spec.replicas: must be integer, not string"],
    [[{}, { replicas: 1.5 }], "spec.replicas: must be integer, not number"],
    [[{}, { replicas: [1] }], "spec.replicas: must be integer, not array"],
    [[{ image: 1 }], `${container}.image: must be string, not integer`],
    [[{ args: "a" }], `${container}.args: must be array, not string`],
    [[{ args: [1] }], `${container}.args[0]: must be string, not integer`],
    [[{ ports: { a: 1 } }], `${container}.ports: must be array, not object`],
    [
      [{ resources: { limits: { cpu: true } } }],
      `${container}.resources.limits.cpu: must be string or number, not boolean`,
    ],
    [
      [{}, { strategy: { rollingUpdate: { maxSurge: 1.5 } } }],
      "spec.strategy.rollingUpdate.maxSurge: must be string or integer, not number",
    ],
    [[{}, {}, { metadata: { labels: { "a/b": 1 } } }], 'metadata.labels["a/b"]: must be string, not integer'],
  ];
  for (const [template, problem] of wrong) {
    it(`is wrong at ${problem}`, () => assert.deepEqual(problems(...template), [problem]));
  }
});
