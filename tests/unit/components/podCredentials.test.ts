import assert from "node:assert/strict";
import { definition } from "../../../components/definition/cartsDefinition.ts";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { toCel } from "../../../packages/kro/cel/unstructured.ts";
import type { Value } from "../../../packages/kro/value.ts";
import { makeReport, type Plan } from "../../../packages/kro-preview/index.ts";

const ANNOTATION = "carts-stack/pods-without-credentials";
const variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"].map((name) => ({
  name,
  value: "x",
}));
const uri = variables[0]!;

interface Others {
  readonly metadata?: object;
  readonly status?: object;
  readonly sidecars?: readonly object[];
}

/** A pod of a Deployment, as the API server has it. */
const pod = (env: readonly Value[] | undefined, { metadata = {}, status, sidecars = [] }: Others = {}) => ({
  metadata: { name: "carts-1", ownerReferences: [{ kind: "ReplicaSet", name: "carts" }], ...metadata },
  spec: { containers: [{ name: "carts", ...(env && { env }) }, ...sidecars] },
  status: status ?? { phase: "Running" },
});
const good = pod(variables);
const bad = pod(undefined);

type Json = { [key: string]: Json } & Json[] & string;
const nodes = (definition as { readonly resources: Json[] }).resources;
const nodeOf = (id: string) => nodes.find((node) => (node.id as string) === id)!;

/** Evaluates `${...}` as kro does. */
function evaluate(text: string, given: Readonly<Record<string, unknown>>): unknown {
  const environment = createEnvironment().clone({ unlistedVariablesAreDyn: true });
  return environment.parse(text.slice(2, -1))(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, toCel(value as Value)])),
  );
}

/** The Service's annotation, and whether the Service is ready with it. */
function judged(pods: readonly object[]): readonly unknown[] {
  const { template, readyWhen } = nodeOf("service") as unknown as {
    readonly template: { readonly metadata: { readonly annotations: Readonly<Record<string, string>> } };
    readonly readyWhen: readonly string[];
  };
  const annotations = { [ANNOTATION]: evaluate(template.metadata.annotations[ANNOTATION]!, { pods }) };
  const service = { metadata: { annotations }, spec: { clusterIP: "10.0.0.1" } };
  return [annotations[ANNOTATION], readyWhen.every((text) => evaluate(text, { service }) === true)];
}

describe("the pods' credentials", () => {
  for (const [what, pods, count] of [
    ["no pod yet: that is the Deployment's to wait for", [], "0"],
    ["pods that all have them", [good, good], "0"],
    ["one of several that has none", [good, bad, good], "1"],
    ["one that has only a part of them", [pod([uri])], "1"],
    ["a rollout with an old pod that has them and a new one that has none", [good, bad], "1"],
    ["a rollout with an old pod that has none, until it is being deleted", [bad, good], "1"],
    [
      "an old pod that is being deleted",
      [pod([], { metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } }), good],
      "0",
    ],
    [
      "pods that have ended",
      [pod([], { status: { phase: "Failed" } }), pod([], { status: { phase: "Succeeded" } }), good],
      "0",
    ],
    ["one that is not started yet", [pod([], { status: {} })], "1"],
    ["one that is no Deployment's", [pod([], { metadata: { ownerReferences: [] } }), good], "0"],
    ["a container that others put in", [pod(variables, { sidecars: [{ name: "proxy" }] })], "0"],
  ] as const) {
    it(`are counted of ${what}`, () => assert.deepEqual(judged(pods), [count, count === "0"]));
  }

  it("are looked at by kro in pods of this instance, which it only reads, and never waits for", () => {
    assert.deepEqual(Object.keys(nodeOf("pods")), ["id", "externalRef"]);
    const { externalRef } = nodeOf("pods");
    const { metadata } = nodeOf("deployment").template!;
    assert.deepEqual(externalRef, {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: metadata!.namespace, selector: nodeOf("deployment").template!.spec!.selector },
    });
  });

  it("are missing, in words, also while pods are unavailable because of it", () => {
    const text = (definition as unknown as Json).schema!.status!.missing!.pods as string;
    const deployment = (available: number) => ({
      metadata: { name: "carts", namespace: "shop", generation: 1 },
      spec: { replicas: 1, template: { spec: { containers: [{ image: "carts:1" }] } } },
      status: {
        ...{ observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: available },
        ...{ unavailableReplicas: 1 - available, conditions: [{ message: "as it says" }] },
      },
    });
    const missing = (available: number, count: string) =>
      evaluate(text, {
        deployment: deployment(available),
        service: { metadata: { annotations: { [ANNOTATION]: count } } },
      });
    assert.equal(missing(1, "0"), "nothing");
    assert.equal(missing(0, "0"), "1 unavailable of 1 with image carts:1: as it says");
    const early = /^pods without AWS credentials, .* counted: 1; kubectl rollout restart deployment\/carts -n shop /;
    assert.match(missing(1, "1") as string, early);
    assert.match(missing(0, "1") as string, early);
    assert.match(missing(0, "1") as string, /; 1 unavailable of 1 with image carts:1: as it says$/);
  });

  describe("in a preview", () => {
    const type = "kubernetes:kro.run/v1alpha1:";
    const withoutPods = {
      ...definition,
      resources: nodes
        .filter(({ id }) => (id as string) !== "pods")
        .map((node) => {
          if ((node.id as string) !== "service") return node;
          const { metadata, ...template } = node.template as unknown as { metadata: object };
          return { ...(node as object), template: { ...template, metadata: { ...metadata, annotations: {} } } };
        }),
    };
    const rgd = (spec: object) => ({
      ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata: { name: "cartsstack" } },
      spec,
    });
    const instance = (replicas: number) => ({
      ...{ apiVersion: "kro.run/v1alpha1", kind: "CartsStack", metadata: { name: "carts", namespace: "default" } },
      spec: { tableName: "carts", namespace: "carts", replicas },
    });
    const changed = (name: string, before: object, after: object) => ({
      ...{ urn: name, type: type + name, name, changed: [], retained: false, imported: false },
      ...{ action: before === after ? ("same" as const) : ("update" as const), before, after },
    });

    /** The changed fields of children, and the dangers. */
    async function foretold(before: readonly object[], after: readonly object[]) {
      const [definition, instance] = [0, 1].map((i) =>
        changed(["ResourceGraphDefinition", "CartsStack"][i]!, before[i]!, after[i]!),
      );
      const plan = { project: "p", stack: "dev", changes: [definition, instance] } as unknown as Plan;
      const { children, dangers } = await makeReport(plan);
      const fields = children.flatMap(({ kind, fields }) => fields.map(({ path }) => `${kind} ${path}`));
      return { fields, dangers: dangers.map(({ name }) => name) };
    }
    const now = rgd(definition as object);
    const two = instance(2);

    it("are nothing new to an instance that has them, whatever else changes of its pods", async () => {
      assert.deepEqual(await foretold([now, two], [now, two]), { fields: [], dangers: [] });
      const { fields } = await foretold([now, two], [now, instance(3)]);
      assert.deepEqual(fields, ["Deployment spec.replicas"]);
    });

    it("come to a stack of before with an annotation of the Service, and no danger", async () => {
      assert.deepEqual(await foretold([rgd(withoutPods), two], [now, { ...two }]), {
        fields: [`Service metadata.annotations["${ANNOTATION}"]`],
        dangers: [],
      });
    });
  });
});
