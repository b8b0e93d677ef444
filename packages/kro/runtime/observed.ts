import { toPartialCel } from "../cel/unstructured.ts";
import { buildGraph } from "../graph/builder.ts";
import type { Node } from "../graph/graph.ts";
import type { Known } from "../graph/schema/kinds.ts";
import { EACH } from "../graph/validation.ts";
import type { Definition, KubernetesObject } from "../objects.ts";
import { isList, isMap, KnownAfterApply, Secret, type Value } from "../value.ts";
import { evaluate } from "./eval.ts";
import type { Child } from "./node.ts";
import { resolve } from "./resolver.ts";

/**
 * Objects as they are in the cluster, by the id of their node: as much of each as is known, beside what kro declares. Of a
 * collection a list, in the order of its children.
 */
export type Observed = ReadonlyMap<string, Value>;

/**
 * A child with every value that only the cluster could know, as kro takes it from the objects that are there. What is
 * not there stays KnownAfterApply.
 *
 * @param instance - as it is, but with the spec that is declared.
 * @param observed - the instance's children, by node.
 */
export function withObserved(
  child: Child,
  definition: Definition,
  instance: KubernetesObject,
  observed: ReadonlyMap<string, KubernetesObject>,
): Child {
  if (child.type === "collection") return child;
  const { parsed } = buildGraph(definition).nodes.find(({ id }) => id === child.node)!;
  const { status: _, ...schema } = instance;
  const objects = Object.entries({ ...Object.fromEntries(observed), schema });
  const variables = Object.fromEntries(objects.map(([id, object]) => [id, toPartialCel(object as Value)]));
  const object = merge(
    child.object as Value,
    resolve(parsed, variables, () => {}),
  );
  return { ...child, object: object as unknown as KubernetesObject };
}

/** `value`, where it is known, else what `resolved` has in its place. */
function merge(value: Value, resolved: Value | undefined): Value {
  if (value instanceof KnownAfterApply) return resolved ?? value;
  if (value === null || typeof value !== "object" || value instanceof Secret) return value;
  const others = (resolved ?? {}) as { readonly [key: string]: Value };
  if (isList(value)) return value.map((item, i) => merge(item, others[i]));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, merge(item, others[key])]));
}

/** What other nodes see of a node that is observed; undefined for one that is not. */
export function observedVariable({ id, type }: Node, made: readonly Child[], observed: Observed = new Map()): unknown {
  const found = observed.get(id);
  if (found === undefined) return undefined;
  if (type === "externalCollection") return isList(found) ? found.map(toPartialCel) : undefined;
  const objects = mergedObjects(made, found).map(toPartialCel);
  return type === "collection" ? objects : objects[0];
}

/** What kro declares, with what is observed over it. */
const mergedObjects = (made: readonly Child[], found: Value): Value[] =>
  made.map(({ object }, i) => overlay(object as Value, isList(found) ? found[i] : found));

function overlay(declared: Value | undefined, found: Value | undefined): Value {
  if (found === undefined) return declared!;
  if (!isMap(declared) || !isMap(found)) return found;
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(found)])];
  return Object.fromEntries(keys.map((key) => [key, overlay(declared[key], found[key])]));
}

/** Whether kro goes on from a node. */
export interface Readiness {
  readonly ready: boolean;
  /** Why it waits: a sentence. Undefined where it doesn't. */
  readonly because?: string;
}

/**
 * Whether a node is ready, as kro sees it: all its objects are there, and each of its `readyWhen` is true of each of them.
 * What an expression needs and is not observed, kro waits for.
 *
 * @param children - of the instance, as rendered.
 * @param known - with what they were rendered.
 * @see https://kro.run/docs/concepts/rgd/resource-definitions/readiness
 */
export function readinessOf(
  definition: Definition,
  id: string,
  children: readonly Child[],
  observed: Observed,
  known?: Known,
): Readiness {
  const node = buildGraph(definition, known).nodes.find((one) => one.id === id)!;
  const made = children.filter((child) => child.node === id);
  const found = observed.get(id);
  const isExternal = node.type === "external" || node.type === "externalCollection";
  const objects = isExternal ? (isList(found) ? found : [found]) : mergedObjects(made, found ?? null);
  const there = isList(found) ? found.length : found === undefined ? 0 : 1;
  if (there < made.length || (node.type === "external" && there === 0)) {
    return { ready: false, because: `${there} of ${Math.max(made.length, 1)} are observed` };
  }
  const variable = node.type === "collection" || node.type === "externalCollection" ? EACH : id;
  for (const object of there > 0 ? objects : []) {
    for (const expression of node.readyWhen) {
      const problems: string[] = [];
      const value = evaluate(expression, { [variable]: toPartialCel(object!) }, (problem) => problems.push(problem));
      const text = `\${${expression.text}}`;
      if (value === false) return { ready: false, because: `${text} is false` };
      if (value !== true) return { ready: false, because: problems[0] ?? `${text} needs what is not observed` };
    }
  }
  return { ready: true };
}
