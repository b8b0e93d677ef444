import { withDefaults } from "../apiserver/defaults.ts";
import { withKept } from "../apiserver/kept.ts";
import { asStored } from "../apiserver/stored.ts";
import { problemsOf } from "../apiserver/validate.ts";
import { toPartialCel, unknownObject, type Variables } from "../cel/unstructured.ts";
import type { Node } from "../graph/graph.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import { metadataSchema, resolveSchema } from "../graph/schema/resolver.ts";
import { titleOf } from "../metadata/identity.ts";
import type { KubernetesObject } from "../objects.ts";
import type { Value } from "../value.ts";
import { expandCollection } from "./collection.ts";
import { evaluate } from "./eval.ts";
import { resolve, type Unresolved } from "./resolver.ts";

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
  /** What kro evaluates, and is not evaluated here: sentences without their stops. Left out where there is none. */
  readonly notes?: readonly string[];
  /** Of a kind that isn't Kubernetes' own, where its fields are known. */
  readonly schema?: JsonSchema;
  /** The same, as kro applies it: without the defaults of that schema. */
  readonly applied?: KubernetesObject;
  /** Where the object is itself an instance of an RGD that is known: what kro makes of that. */
  readonly nested?: Nested;
  /** Why it is an instance of an RGD, and what kro makes of it was not looked at. */
  readonly unseen?: string;
}

/** What kro makes of a child that is an instance. */
export interface Nested {
  /** Name of the RGD. */
  readonly definition: string;
  /** As in a rendering. */
  readonly children: readonly Child[];
}

/** Whether a node is included. */
export interface Inclusion {
  /** False, true (the empty text), or the expressions that only the cluster can evaluate. */
  readonly condition: string | false;
  readonly heard: Heard;
}

/** What was said of a node. */
interface Heard {
  readonly problems: readonly string[];
  readonly notes: readonly string[];
}

const NOTHING: Heard = { problems: [], notes: [] };

/** What is said of a node from now on, after what was said before. */
function listen({ problems, notes }: Heard): Heard & { readonly hear: Unresolved } {
  const heard = { problems: [...problems], notes: [...notes] };
  return { ...heard, hear: (text, notEvaluated) => (notEvaluated ? heard.notes : heard.problems).push(text) };
}

/** @param conditions - those of the nodes before, by id. */
export function inclusionOf(
  { dependencies, includeWhen }: Node,
  conditions: ReadonlyMap<string, string | false>,
  variables: Variables,
): Inclusion {
  const inherited = dependencies.map((id) => conditions.get(id) ?? "");
  // Without a node that it needs, a node can't be there either.
  if (inherited.includes(false)) return { condition: false, heard: NOTHING };
  const later = inherited.filter((condition) => condition !== "");
  const { hear, ...heard } = listen(NOTHING);
  for (const expression of includeWhen) {
    const value = evaluate(expression, variables, (text, ...rest) => hear(`includeWhen: ${text}`, ...rest));
    if (value === false || value === null) return { condition: false, heard: NOTHING };
    if (value !== true) later.push(`\${${expression.text}}`);
  }
  return { condition: [...new Set(later)].join(" && "), heard };
}

/** The children of before an update. */
export type FormerChildren = (object: KubernetesObject) => Child | undefined;

/**
 * What kro makes of a node, or, of an external one, reads.
 *
 * @param former - those of the instance before.
 */
export function desired(
  node: Node,
  variables: Variables,
  namespace: string | undefined,
  included: Inclusion,
  former: FormerChildren,
): Child[] {
  const heard = listen(included.heard);
  const { each, condition } = expandCollection(node, variables, heard.hear);
  const conditions = [included.condition || undefined, condition].filter((text) => text !== undefined);
  return each.map((own) => {
    const { problems, notes, hear } = listen(heard);
    const { object, applied, refused } = storedAs(node, (as) => resolve(node.parsed, own, hear, as), namespace, former);
    const schema = node.served?.schema;
    return {
      node: node.id,
      type: node.type === "collection" ? "collection" : "resource",
      wave: node.wave,
      deletionWave: node.deletionWave,
      dependencies: node.dependencies,
      object,
      ...(conditions.length > 0 && { condition: conditions.join(" && ") }),
      problems: refused.length > 0 ? [...problems, ...refused] : problems,
      ...(notes.length > 0 && { notes }),
      ...(schema && { schema }),
      ...(applied && { applied }),
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

/**
 * An object as the API server stores it, and what it has against it.
 *
 * @param resolved - the object as it is stored by a schema; without one, as kro applies it.
 */
function storedAs(
  node: Node,
  resolved: (schema?: JsonSchema) => Value,
  namespace: string | undefined,
  former: FormerChildren,
): { readonly object: KubernetesObject; readonly applied?: KubernetesObject; readonly refused: string[] } {
  const { apiVersion, kind, served } = node;
  const own = served ? undefined : resolveSchema(apiVersion, kind);
  const schema = node.type === "resource" || node.type === "collection" ? served?.schema : undefined;
  if (!schema) {
    return {
      object: inNamespace(resolved(own ?? METADATA) as KubernetesObject, node, namespace),
      refused: [],
    };
  }
  const applied = inNamespace(resolved() as KubernetesObject, node, namespace);
  const before = former(applied);
  const kept = before?.applied
    ? withKept(applied as Value, { applied: before.applied as Value, stored: before.object as Value }, schema)
    : (applied as Value);
  const object = asStored(withDefaults(kept, schema), METADATA) as KubernetesObject;
  // What kro's instances have to be, is looked at where they are rendered.
  if (served?.definition) return { object, applied, refused: [] };
  const problems = problemsOf(object as Value, served?.declared ?? schema, "");
  return { object, applied, refused: problems.map((problem) => `${titleOf(object)}: ${problem}`) };
}

/** Of a custom resource, the metadata is always known. */
const METADATA: JsonSchema = {
  type: "object",
  get properties() {
    return { metadata: metadataSchema() };
  },
};
