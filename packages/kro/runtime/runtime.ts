import { completeInstance } from "../apiserver/instance.ts";
import { canonicalQuantity } from "../apiserver/quantity.ts";
import { type Expression, List, type Scope, Unresolvable } from "../cel/expression.ts";
import { closed, open, scope, unknown, withElement } from "../cel/unstructured.ts";
import { InstanceError } from "../errors.ts";
import { compile } from "../graph/builder.ts";
import type { Graph, GraphNode } from "../graph/graph.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import { kindSchema, metadataSchema } from "../graph/schema/resolver.ts";
import { identityOf } from "../metadata/identity.ts";
import {
  type Definition,
  type Instance,
  isList,
  KnownAfterApply,
  type KubernetesObject,
  Secret,
  type Value,
} from "../objects.ts";

/** The objects that kro makes of an instance. */
export interface Rendering {
  readonly instance: { readonly name: string; readonly namespace: string | undefined };
  /** In the order in which kro creates them; deletions go the other way. */
  readonly children: readonly Child[];
}

/** An object that kro makes. */
export interface Child {
  /** Id of its node in the RGD. */
  readonly node: string;
  readonly type: "resource" | "collection";
  /** From 1. */
  readonly wave: number;
  /** From 1; an instance's children are deleted from the highest to the lowest. */
  readonly deletionWave: number;
  /** As the API server stores what kro applies, without the labels that kro adds. */
  readonly object: KubernetesObject;
  /** Why only the cluster can know whether, or how often, the object is made. */
  readonly condition?: string;
  /** Why kro can't make the object, and would wait or fail: sentences. */
  readonly problems: readonly string[];
}

/** What kro will make, at most, of one forEach. */
const MAX_COLLECTION = 1000;

/**
 * What kro makes of an instance: its defaults filled in, every expression evaluated that depends only on the instance
 * or on what other nodes declare. What only the cluster can know is KnownAfterApply.
 *
 * @throws DefinitionError for an RGD that kro refuses, InstanceError for an instance that the API server refuses.
 */
export function render(definition: Definition, instance: Instance): Rendering {
  const graph = compile(definition);
  const { name, namespace } = instance.metadata;
  const complete = completeInstance(checkKind(graph, instance), graph.schema);
  const variables: Record<string, unknown> = { schema: instanceVariable(complete, graph) };
  const conditions = new Map<string, string | false>();
  const children: Child[] = [];
  for (const node of graph.nodes) {
    const condition = inclusion(node, conditions, variables);
    conditions.set(node.id, condition.value);
    if (condition.value === false) continue;
    const made = makeNode(node, variables, namespace, condition);
    variables[node.id] = variableOf(node, made);
    if (node.type !== "externalRef") children.push(...made);
  }
  return { instance: { name, namespace }, children: refuseTwins(children) };
}

/** kro takes no two nodes, and no two elements of a list, that make the same object. */
function refuseTwins(children: readonly Child[]): Child[] {
  const first = new Map<string, Child>();
  return children.map((child) => {
    const { kind, metadata } = child.object;
    const identity = identityOf(child.object);
    const twin = first.get(identity);
    first.set(identity, twin ?? child);
    // Objects whose names aren't known may well have different ones.
    if (!twin || typeof metadata.name !== "string" || isUnknown(metadata.namespace)) return child;
    const problem = `${kind} ${metadata.name} is made twice, by ${twin.node} and ${child.node}: kro refuses that`;
    return { ...child, problems: [...child.problems, problem] };
  });
}

const isUnknown = (value: Value | undefined): boolean => value instanceof KnownAfterApply || value instanceof Secret;

function checkKind({ apiVersion, kind }: Graph, instance: Instance): Instance {
  if (instance.apiVersion === apiVersion && instance.kind === kind) return instance;
  throw new InstanceError(instance.metadata.name, [
    `is a ${instance.apiVersion} ${instance.kind}, and the RGD makes ${apiVersion} ${kind}`,
  ]);
}

/** `schema` in an expression: the instance without its status. The API server adds to its metadata. */
function instanceVariable({ apiVersion, kind, metadata, spec }: Instance, { schema }: Graph): unknown {
  const variable = closed({ apiVersion, kind, spec: spec ?? {} }, { type: "object", properties: { spec: schema } });
  return Object.assign(variable as object, { metadata: open(metadata as Value) });
}

/** Whether a node is included: false, true (the empty text), or the expressions that only the cluster can evaluate. */
interface Inclusion {
  readonly value: string | false;
  readonly problems: readonly string[];
}

function inclusion(
  { dependencies, includeWhen }: GraphNode,
  conditions: ReadonlyMap<string, string | false>,
  variables: Scope,
): Inclusion {
  const inherited = dependencies.map((id) => conditions.get(id) ?? "");
  // Without a node that it needs, a node can't be there either.
  if (inherited.includes(false)) return { value: false, problems: [] };
  const unknowns = inherited.filter((condition) => condition !== "");
  const problems: string[] = [];
  for (const expression of includeWhen) {
    const value = evaluate(expression, variables, (problem) => problems.push(`includeWhen: ${problem}`));
    if (value === false || value === null) return { value: false, problems: [] };
    if (value !== true) unknowns.push(`\${${expression.text}}`);
  }
  return { value: [...new Set(unknowns)].join(" && "), problems };
}

function makeNode(node: GraphNode, variables: Scope, namespace: string | undefined, included: Inclusion): Child[] {
  const problems = [...included.problems];
  const items = iterations(node, variables, (problem) => problems.push(problem));
  const conditions = [included.value || undefined, items.condition].filter((condition) => condition !== undefined);
  return items.scopes.map((iteration) => {
    const own = [...problems];
    const filled = node.template.fill(iteration, (problem) => own.push(problem));
    return {
      node: node.id,
      type: node.type === "collection" ? "collection" : "resource",
      wave: node.wave,
      deletionWave: node.deletionWave,
      object: inNamespace(asStored(filled, schemaOf(node)) as KubernetesObject, node, namespace),
      ...(conditions.length > 0 && { condition: conditions.join(" && ") }),
      problems: own,
    };
  });
}

/** The variables for each object of a node: in a collection, every combination of the elements of its lists. */
function iterations(
  { forEach }: GraphNode,
  variables: Scope,
  unresolvable: (problem: string) => void,
): { readonly scopes: readonly Scope[]; readonly condition?: string } {
  let scopes: Scope[] = [variables];
  for (const { name, expression } of forEach) {
    const found = elementsOf(expression, variables, (problem) => unresolvable(`forEach.${name}: ${problem}`));
    if (!(found instanceof List)) {
      if (!(found instanceof KnownAfterApply || found instanceof Secret)) {
        unresolvable(`forEach.${name}: \${${expression.text}} is not a list`);
      }
      const names = forEach.map((dimension) => dimension.name);
      return { scopes: [scope(variables, names)], condition: `for each of \${${expression.text}}` };
    }
    const { elements } = found;
    scopes = scopes.flatMap((outer) => [...elements.keys()].map((i) => withElement(outer, name, elements, i)));
    if (scopes.length > MAX_COLLECTION) {
      unresolvable(`forEach makes more than ${MAX_COLLECTION} objects, which kro refuses`);
      scopes = scopes.slice(0, MAX_COLLECTION);
    }
  }
  return { scopes };
}

/** What other nodes see of a node. */
function variableOf(node: GraphNode, made: readonly Child[]): unknown {
  if (node.type === "collection") {
    return made.some(({ condition }) => condition) ? unknown() : made.map(({ object }) => open(object as Value));
  }
  const object = made[0]!.object;
  // A selector stands for objects that only the cluster has.
  return "selector" in object.metadata ? unknown() : open(object as Value);
}

/** An object without a namespace comes into the instance's. */
function inNamespace(object: KubernetesObject, node: GraphNode, namespace: string | undefined): KubernetesObject {
  if (node.clusterScoped || namespace === undefined || object.metadata.namespace) return object;
  return { ...object, metadata: { ...object.metadata, namespace } };
}

/**
 * A value as the API server stores it. Quantities are in their canonical form. In Kubernetes' own kinds, a field that is
 * null is not there, and is empty text in a map of texts; a custom resource keeps null, or is refused for it.
 */
function asStored(value: Value, schema: JsonSchema | undefined): Value {
  if (!schema || value instanceof KnownAfterApply || value instanceof Secret) return value;
  if (typeof value === "string" || typeof value === "number") {
    return schema.format === "quantity" ? canonicalQuantity(value) : value;
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((item) => asStored(item, schema.items));
  const fields = Object.entries(value).flatMap(([key, field]): [string, Value][] => {
    const ofField = schema.properties?.[key] ?? schema.additionalProperties;
    if (field !== null || !ofField) return [[key, asStored(field, ofField)]];
    return schema.properties || ofField.type !== "string" ? [] : [[key, ""]];
  });
  return Object.fromEntries(fields);
}

/** Of a custom resource, only the metadata is known. */
const schemaOf = ({ apiVersion, kind }: GraphNode): JsonSchema =>
  kindSchema(apiVersion, kind) ?? { type: "object", properties: { metadata: metadataSchema() } };

type Unresolved = (problem: string) => void;

const evaluate = (expression: Expression, variables: Scope, unresolvable: Unresolved): Value =>
  attempt(() => expression.evaluate(variables), expression, unresolvable);

const elementsOf = (expression: Expression, variables: Scope, unresolvable: Unresolved): List | Value =>
  attempt(() => expression.elements(variables), expression, unresolvable);

function attempt<T>(run: () => T, expression: Expression, unresolvable: Unresolved): T | KnownAfterApply {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof Unresolvable)) throw error;
    unresolvable(error.message);
    return new KnownAfterApply(`\${${expression.text}}`, expression.nodes);
  }
}
