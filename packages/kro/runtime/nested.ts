import type { Graph, Node } from "../graph/graph.ts";
import type { Definition, Instance, KubernetesObject } from "../objects.ts";
import { isList, isMap, KnownAfterApply, type Value } from "../value.ts";

/** Instances in instances are looked at so deep, and so many of them for one instance. */
const [MAX_DEPTH, MAX_INSTANCES] = [16, 1000];

/** The instances that an instance is within, and how many were looked at. */
export class Nesting {
  readonly #definitions: readonly Definition[];
  /** Whether each is there, whatever the one around it says. */
  readonly #always: readonly boolean[];
  readonly #count: { instances: number };

  constructor(definition: Definition, outer?: Nesting, always = false) {
    this.#definitions = [...(outer ? outer.#definitions : []), definition];
    this.#always = [...(outer ? outer.#always : []), always];
    this.#count = outer ? outer.#count : { instances: 0 };
    this.#count.instances++;
  }

  /** Why kro would never be done with an instance of an RGD within these; undefined where it would. */
  endless(definition: Definition, always: boolean): string | undefined {
    const from = this.#definitions.indexOf(definition);
    if (from < 0 || !always || this.#always.slice(from + 1).includes(false)) return undefined;
    return `is within another of its kind, without end: ${this.#chain(definition, from)}`;
  }

  /** Why an instance of an RGD within these is not looked at; undefined where it is. */
  limit(definition: Definition): string | undefined {
    if (this.#definitions.length >= MAX_DEPTH) {
      return `it is more than ${MAX_DEPTH} instances deep: ${this.#chain(definition, Math.max(0, this.#definitions.lastIndexOf(definition)))}`;
    }
    return this.#count.instances >= MAX_INSTANCES
      ? `there are more than ${MAX_INSTANCES} instances within ${this.#definitions[0]!.metadata.name}`
      : undefined;
  }

  #chain(definition: Definition, from: number): string {
    return [...this.#definitions.slice(from), definition].map(({ metadata }) => metadata.name).join(" -> ");
  }
}

/** Whether a node is there in every instance. */
export const isAlwaysThere = (graph: Graph, { includeWhen, forEach, dependencies }: Node): boolean =>
  includeWhen.length === 0 &&
  forEach.length === 0 &&
  dependencies.every((id) => isAlwaysThere(graph, graph.nodes.find((node) => node.id === id)!));

/** The instance that a child is: nodes that its values depend on are those of the instance around it. */
export const asInstance = (object: KubernetesObject): Instance => outward(object as Value) as unknown as Instance;

function outward(value: Value): Value {
  if (value instanceof KnownAfterApply) return value.withNodes(value.nodes.map((node) => `${OUTER}${node}`));
  if (isList(value)) return value.map(outward);
  return isMap(value) ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, outward(item)])) : value;
}

/** Before the id of a node of the instance around. */
export const OUTER = "../";
