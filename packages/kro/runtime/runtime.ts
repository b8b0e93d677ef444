import { completeInstance } from "../apiserver/instance.ts";
import { toCel, toPartialCel } from "../cel/unstructured.ts";
import { DefinitionError, InstanceError } from "../errors.ts";
import { graphOf, kindsOf } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import type { Kinds, Known } from "../graph/schema/kinds.ts";
import { identityOf, titleOf } from "../metadata/identity.ts";
import type { Definition, Instance } from "../objects.ts";
import { isSpecial, type Value } from "../value.ts";
import { asInstance, isAlwaysThere, Nesting } from "./nested.ts";
import { type Child, desired, inclusionOf, variableOf } from "./node.ts";
import { type Observed, observedVariable } from "./observed.ts";

/** The objects that kro makes of an instance. */
export interface Rendering {
  readonly instance: { readonly name: string; readonly namespace: string | undefined };
  /** In the order in which kro creates them; deletions go the other way. */
  readonly children: readonly Child[];
}

/** What is known beside an RGD and its instance. */
export interface RenderOptions extends Known {
  /** Objects as they are in the cluster, by node. Default: nothing is known of them but what is declared. */
  readonly observed?: Observed;
}

/**
 * What kro makes of an instance: its defaults filled in, every expression evaluated that depends only on the instance
 * or on what other nodes declare. What only the cluster can know is KnownAfterApply. A child that is an instance of an
 * RGD that is known has that one's children.
 *
 * @throws DefinitionError for an RGD that kro refuses, InstanceError for an instance that the API server refuses.
 */
export function render(definition: Definition, instance: Instance, options: RenderOptions = {}): Rendering {
  const { name, namespace } = instance.metadata;
  const children = childrenOf(definition, instance, kindsOf(options), new Nesting(definition), options.observed);
  return { instance: { name, namespace }, children };
}

function childrenOf(
  definition: Definition,
  instance: Instance,
  kinds: Kinds,
  nesting: Nesting,
  observed?: Observed,
): readonly Child[] {
  const graph = graphOf(definition, kinds);
  const { namespace } = instance.metadata;
  const complete = completeInstance(checkKind(graph, instance), graph.schema);
  const variables: Record<string, unknown> = { schema: instanceVariable(complete, graph) };
  const conditions = new Map<string, string | false>();
  const children: Child[] = [];
  for (const node of graph.nodes) {
    const included = inclusionOf(node, conditions, variables);
    conditions.set(node.id, included.condition);
    if (included.condition === false) continue;
    const made = desired(node, variables, namespace, included);
    variables[node.id] = observedVariable(node, made, observed) ?? variableOf(node, made);
    if (node.type !== "resource" && node.type !== "collection") continue;
    const inner = node.served?.definition;
    const always = inner !== undefined && isAlwaysThere(graph, node);
    children.push(...(inner ? made.map((child) => withNested(child, inner, kinds, nesting, always)) : made));
  }
  return refuseTwins(children);
}

/** A child that is an instance of an RGD, with what kro makes of it. */
function withNested(child: Child, definition: Definition, kinds: Kinds, nesting: Nesting, always: boolean): Child {
  const { name } = definition.metadata;
  const endless = nesting.endless(definition, always);
  if (endless) return { ...child, problems: [...child.problems, `${titleOf(child.object)} ${endless}`] };
  const limit = nesting.limit(definition);
  if (limit) return { ...child, unseen: limit };
  try {
    const inner = new Nesting(definition, nesting, always);
    return {
      ...child,
      nested: { definition: name, children: childrenOf(definition, asInstance(child.object), kinds, inner) },
    };
  } catch (error) {
    if (error instanceof InstanceError) return { ...child, problems: [...child.problems, ...error.problems] };
    if (error instanceof DefinitionError) return { ...child, unseen: `kro refuses the RGD ${name}: ${error.message}` };
    throw error;
  }
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
    if (!twin || typeof metadata.name !== "string" || isSpecial(metadata.namespace)) return child;
    const problem = `${kind} ${metadata.name} is made twice, by ${twin.node} and ${child.node}: kro refuses that`;
    return { ...child, problems: [...child.problems, problem] };
  });
}

function checkKind({ apiVersion, kind }: Graph, instance: Instance): Instance {
  if (instance.apiVersion === apiVersion && instance.kind === kind) return instance;
  throw new InstanceError(instance.metadata.name, [
    `is a ${instance.apiVersion} ${instance.kind}, and the RGD makes ${apiVersion} ${kind}`,
  ]);
}

/** `schema` in an expression: the instance without its status. The API server adds to its metadata. */
function instanceVariable({ apiVersion, kind, metadata, spec }: Instance, { schema }: Graph): unknown {
  const variable = toCel({ apiVersion, kind, spec: spec ?? {} }, { type: "object", properties: { spec: schema } });
  return Object.assign(variable as object, { metadata: toPartialCel(metadata as Value) });
}
