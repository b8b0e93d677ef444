import type { Expression } from "../cel/expression.ts";

/** A field of a template whose text holds expressions. */
export interface ResourceField {
  /** Such as `spec.containers[0].image`. */
  readonly path: string;
  /** As written, such as `http://${service.metadata.name}`. */
  readonly text: string;
  /** The text's literal parts and its expressions, in their order. */
  readonly parts: readonly (string | Expression)[];
  readonly expressions: readonly Expression[];
  /** The expression is all of the text, so that its value keeps its type. */
  readonly standalone: boolean;
}
