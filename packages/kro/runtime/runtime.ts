import { completeInstance } from "../apiserver/instance.ts";
import { copyOf, type Former } from "../apiserver/kept.ts";
import { toCel, toPartialCel } from "../cel/unstructured.ts";
import { DefinitionError, InstanceError } from "../errors.ts";
import { graphOf, kindsOf } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import type { Kinds, Known } from "../graph/schema/kinds.ts";
import { identityOf, titleOf } from "../metadata/identity.ts";
import type { Definition, Instance } from "../objects.ts";
import type { Value } from "../value.ts";
import { asInstance, isAlwaysThere, Nesting } from "./nested.ts";
import { type Child, desired, type FormerChildren, inclusionOf, variableOf } from "./node.ts";
import { type Observed, observedVariable } from "./observed.ts";
import { withTwins } from "./twins.ts";

/** The objects that kro makes of an instance. */
export interface Rendering {
  readonly instance: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly name: string;
    readonly namespace: string | undefined;
    /** As it was given, and as the API server stores it. */
    readonly spec: Former;
  };
  /** In the order in which kro creates them; deletions go the other way. */
  readonly children: readonly Child[];
}

/** What is known beside an RGD and its instance. */
export interface RenderOptions extends Known {
  /** Objects as they are in the cluster, by node. Default: nothing is known of them but what is declared. */
  readonly observed?: Observed;
  /** Of the same instance before an update: it, and what it has made, keep their defaults. Default: all is made anew. */
  readonly former?: Rendering;
}

/**
 * What kro makes of an instance: its defaults filled in, every expression evaluated that depends only on the instance
 * or on what other nodes declare. What only the cluster can know is KnownAfterApply. A child that is an instance of an
 * RGD that is known has that one's children.
 *
 * @throws DefinitionError for an RGD that kro refuses, InstanceError for an instance that the API server refuses.
 */
export function render(definition: Definition, instance: Instance, options: RenderOptions = {}): Rendering {
  const { apiVersion, kind, metadata } = instance;
  const { name, namespace } = metadata;
  const { observed, former } = options;
  const graph = graphOf(definition, kindsOf(options));
  const complete = completeInstance(checkKind(graph, instance), graph.schema, former?.instance.spec);
  const nesting = new Nesting(definition);
  const children = childrenOf(graph, complete, {
    kinds: kindsOf(options),
    nesting,
    former: former?.children,
    observed,
  });
  const spec = { applied: copyOf(instance.spec), stored: complete.spec };
  return { instance: { apiVersion, kind, name, namespace, spec }, children };
}

interface Around {
  readonly kinds: Kinds;
  readonly nesting: Nesting;
  readonly former: readonly Child[] | undefined;
  readonly observed?: Observed | undefined;
}

function childrenOf(graph: Graph, complete: Instance, { kinds, nesting, former, observed }: Around): readonly Child[] {
  const { namespace } = complete.metadata;
  const variables: Record<string, unknown> = { schema: instanceVariable(complete, graph) };
  const conditions = new Map<string, string | false>();
  const children: Child[] = [];
  const before = formerOf(former);
  for (const node of graph.nodes) {
    const included = inclusionOf(node, conditions, variables);
    conditions.set(node.id, included.condition);
    if (included.condition === false) continue;
    const made = desired(node, variables, namespace, included, before);
    variables[node.id] = observedVariable(node, made, observed) ?? variableOf(node, made);
    if (node.type !== "resource" && node.type !== "collection") continue;
    const inner = node.served?.definition;
    const always = inner !== undefined && isAlwaysThere(graph, node);
    const within = (child: Child) =>
      withNested(child, inner!, { kinds, nesting, former: before(child.object)?.nested?.children }, always);
    children.push(...(inner ? made.map(within) : made));
  }
  return withTwins(children);
}

function formerOf(children: readonly Child[] | undefined): FormerChildren {
  let found: Map<string, Child> | undefined;
  return (object) => {
    if (!children) return undefined;
    found ??= new Map(children.map((child) => [identityOf(child.object), child]));
    return found.get(identityOf(object));
  };
}

/** A child that is an instance of an RGD, with what kro makes of it. */
function withNested(child: Child, definition: Definition, { kinds, nesting, former }: Around, always: boolean): Child {
  const { name } = definition.metadata;
  const endless = nesting.endless(definition, always);
  if (endless) return { ...child, problems: [...child.problems, `${titleOf(child.object)} ${endless}`] };
  const limit = nesting.limit(definition);
  if (limit) return { ...child, unseen: limit };
  try {
    const around = { kinds, nesting: new Nesting(definition, nesting, always), former };
    const graph = graphOf(definition, kinds);
    const complete = completeInstance(checkKind(graph, asInstance(child.object)), graph.schema);
    return { ...child, nested: { definition: name, children: childrenOf(graph, complete, around) } };
  } catch (error) {
    if (error instanceof InstanceError) return { ...child, problems: [...child.problems, ...error.problems] };
    if (error instanceof DefinitionError) return { ...child, unseen: `kro refuses the RGD ${name}: ${error.message}` };
    throw error;
  }
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
