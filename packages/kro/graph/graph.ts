import type { Expression } from "../cel/expression.ts";
import type { Template } from "./parser/parser.ts";
import type { JsonSchema } from "./schema/jsonSchema.ts";

/** An RGD that kro would accept, ready to be rendered. */
export interface Graph {
  /** Of the API that it makes, such as `kro.run/v1alpha1`. */
  readonly apiVersion: string;
  readonly kind: string;
  /** Instances have no namespace. */
  readonly clusterScoped: boolean;
  /** Of an instance's spec. */
  readonly schema: JsonSchema;
  /** In the order in which kro creates them. */
  readonly nodes: readonly GraphNode[];
}

/** What kro makes of a node: one object, one for each element of a list, or nothing, because it only reads it. */
export type NodeType = "resource" | "collection" | "externalRef";

/** A node of the graph, its expressions parsed. */
export interface GraphNode {
  readonly id: string;
  readonly type: NodeType;
  readonly apiVersion: string;
  readonly kind: string;
  readonly clusterScoped: boolean;
  /** The template, or what an externalRef names, as written. */
  readonly source: Readonly<Record<string, unknown>>;
  readonly template: Template;
  readonly includeWhen: readonly Expression[];
  readonly readyWhen: readonly Expression[];
  readonly forEach: readonly { readonly name: string; readonly expression: Expression }[];
  /** Ids of the nodes that kro waits for before this one. */
  readonly dependencies: readonly string[];
  /** From 1. */
  readonly wave: number;
  /** From 1; deletions begin with the highest. */
  readonly deletionWave: number;
}
