import { asStored } from "../apiserver/stored.ts";
import { toPartialCel, unknownObject, type Variables } from "../cel/unstructured.ts";
import type { Node } from "../graph/graph.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import { metadataSchema, resolveSchema } from "../graph/schema/resolver.ts";
import type { KubernetesObject } from "../objects.ts";
import type { Value } from "../value.ts";
import { expandCollection } from "./collection.ts";
import { evaluate } from "./eval.ts";
import { resolve } from "./resolver.ts";

/** An object that kro makes. */
export interface Child {
  /** Id of its node in the RGD. */
  readonly node: string;
  readonly type: "resource" | "collection";
  /** From 1. */
  readonly wave: number;
  /** From 1; an instance's children are deleted from the highest to the lowest. */
  readonly deletionWave: number;
  /** Ids of the nodes that kro waits for before it. */
  readonly dependencies: readonly string[];
  /** As the API server stores what kro applies, without the labels that kro adds. */
  readonly object: KubernetesObject;
  /** Why only the cluster can know whether, or how often, the object is made. */
  readonly condition?: string;
  /** Why kro can't make the object, and would wait or fail: sentences. */
  readonly problems: readonly string[];
}

/** Whether a node is included. */
export interface Inclusion {
  /** False, true (the empty text), or the expressions that only the cluster can evaluate. */
  readonly condition: string | false;
  readonly problems: readonly string[];
}

/** @param conditions - those of the nodes before, by id. */
export function inclusionOf(
  { dependencies, includeWhen }: Node,
  conditions: ReadonlyMap<string, string | false>,
  variables: Variables,
): Inclusion {
  const inherited = dependencies.map((id) => conditions.get(id) ?? "");
  // Without a node that it needs, a node can't be there either.
  if (inherited.includes(false)) return { condition: false, problems: [] };
  const later = inherited.filter((condition) => condition !== "");
  const problems: string[] = [];
  for (const expression of includeWhen) {
    const value = evaluate(expression, variables, (problem) => problems.push(`includeWhen: ${problem}`));
    if (value === false || value === null) return { condition: false, problems: [] };
    if (value !== true) later.push(`\${${expression.text}}`);
  }
  return { condition: [...new Set(later)].join(" && "), problems };
}

/** What kro makes of a node, or, of an external one, reads. */
export function desired(node: Node, variables: Variables, namespace: string | undefined, included: Inclusion): Child[] {
  const problems = [...included.problems];
  const { each, condition } = expandCollection(node, variables, (problem) => problems.push(problem));
  const conditions = [included.condition || undefined, condition].filter((text) => text !== undefined);
  return each.map((own) => {
    const ownProblems = [...problems];
    const object = resolve(node.parsed, own, (problem) => ownProblems.push(problem));
    return {
      node: node.id,
      type: node.type === "collection" ? "collection" : "resource",
      wave: node.wave,
      deletionWave: node.deletionWave,
      dependencies: node.dependencies,
      object: inNamespace(asStored(object, schemaOf(node)) as KubernetesObject, node, namespace),
      ...(conditions.length > 0 && { condition: conditions.join(" && ") }),
      problems: ownProblems,
    };
  });
}

/** What other nodes see of a node. */
export function variableOf({ type }: Node, made: readonly Child[]): unknown {
  if (type === "externalCollection") return unknownObject();
  const objects = made.map(({ object }) => toPartialCel(object as Value));
  if (type !== "collection") return objects[0];
  return made.some(({ condition }) => condition) ? unknownObject() : objects;
}

/** An object without a namespace comes into the instance's. */
function inNamespace(object: KubernetesObject, node: Node, namespace: string | undefined): KubernetesObject {
  if (node.clusterScoped || namespace === undefined || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/** Of a custom resource, only the metadata is known. */
const schemaOf = ({ apiVersion, kind }: Node): JsonSchema =>
  resolveSchema(apiVersion, kind) ?? { type: "object", properties: { metadata: metadataSchema() } };
