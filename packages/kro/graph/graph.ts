import type { Expression } from "../cel/expression.ts";
import type { Report } from "../errors.ts";
import type { StatusTypes } from "./crd/crd.ts";
import type { ParsedTemplate } from "./parser/parser.ts";
import type { JsonSchema } from "./schema/jsonSchema.ts";
import type { ServedKind } from "./schema/kinds.ts";
import type { ResourceField } from "./variable.ts";

/** An RGD that kro would accept, ready to be rendered. */
export interface Graph {
  /** Of the API that it serves, such as `kro.run/v1alpha1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Instances have no namespace. */
  readonly clusterScoped: boolean;
  /** Of an instance's spec. */
  readonly schema: JsonSchema;
  /** In the order in which kro creates them. */
  readonly nodes: readonly Node[];
  /** What the fields of an instance's status are, by their paths, such as `status.address`. */
  readonly statusTypes: StatusTypes;
}

/**
 * What kro makes of a node: one object, or one for each element of a list. An external one it only reads: one object,
 * or all that have some labels.
 */
export type NodeType = "resource" | "collection" | "external" | "externalCollection";

/** A node of the graph, its expressions parsed. */
export interface Node {
  readonly id: string;
  readonly type: NodeType;
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusterScoped: boolean;
  /** Of a kind that isn't Kubernetes' own, where it is known. */
  readonly served?: ServedKind;
  /** The template, or what an externalRef names, as written. */
  readonly template: Readonly<Record<string, unknown>>;
  readonly parsed: ParsedTemplate;
  /** The fields of the template that hold expressions. */
  readonly variables: readonly ResourceField[];
  readonly includeWhen: readonly Expression[];
  readonly readyWhen: readonly Expression[];
  readonly forEach: readonly ForEachDimension[];
  /** Ids of the nodes that kro waits for before this one. */
  readonly dependencies: readonly string[];
  /** From 1. */
  readonly wave: number;
  /** From 1; deletions begin with the highest. */
  readonly deletionWave: number;
}

/** A list that a collection is made of, one object for each element. */
export interface ForEachDimension {
  /** Of the iterator, the variable that stands for an element. */
  readonly name: string;
  readonly expression: Expression;
}

/** A node before the others are looked at. */
export type Unordered = Omit<Node, "wave" | "deletionWave">;

/** A node before its types are checked. */
export interface Draft {
  readonly node: Unordered;
  /** All of its iterators, of which some may have no list that can be read. */
  readonly iterators: readonly string[];
  readonly report: Report;
}
