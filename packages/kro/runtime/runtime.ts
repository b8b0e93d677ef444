import { completeInstance } from "../apiserver/instance.ts";
import { toCel, toPartialCel } from "../cel/unstructured.ts";
import { InstanceError } from "../errors.ts";
import { buildGraph } from "../graph/builder.ts";
import type { Graph } from "../graph/graph.ts";
import { identityOf } from "../metadata/identity.ts";
import type { Definition, Instance } from "../objects.ts";
import { isSpecial, type Value } from "../value.ts";
import { type Child, desired, inclusionOf, variableOf } from "./node.ts";
import { type Observed, observedVariable } from "./observed.ts";

/** The objects that kro makes of an instance. */
export interface Rendering {
  readonly instance: { readonly name: string; readonly namespace: string | undefined };
  /** In the order in which kro creates them; deletions go the other way. */
  readonly children: readonly Child[];
}

/**
 * What kro makes of an instance: its defaults filled in, every expression evaluated that depends only on the instance
 * or on what other nodes declare. What only the cluster can know is KnownAfterApply.
 *
 * @param observed - objects as they are in the cluster, by node. Default: nothing is known of them but what is declared.
 * @throws DefinitionError for an RGD that kro refuses, InstanceError for an instance that the API server refuses.
 */
export function render(definition: Definition, instance: Instance, observed?: Observed): Rendering {
  const graph = buildGraph(definition);
  const { name, namespace } = instance.metadata;
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
    if (node.type === "resource" || node.type === "collection") children.push(...made);
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
