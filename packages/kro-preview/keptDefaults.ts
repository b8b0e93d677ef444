import {
  buildGraph,
  type Child,
  type Definition,
  type JsonSchema,
  type Known,
  type Rendering,
  type Value,
  withDefaults,
} from "../kro/index.ts";
import { fieldChanges } from "./fieldChanges.ts";

/**
 * A sentence for each field of an instance, or of one within it, that keeps a default that it was given: the RGD has another
 * one now, which is for new ones.
 */
export function keptDefaults(definition: Definition, known: Known, { instance, children }: Rendering): string[] {
  const { kind } = definition.spec.schema;
  const { schema } = buildGraph(definition, known);
  const own = kept(
    kind,
    { spec: instance.spec.applied ?? null },
    { spec: instance.spec.stored ?? null },
    specOf(schema),
  );
  return [...own, ...keptWithin(children)];
}

const specOf = (schema: JsonSchema): JsonSchema => ({ type: "object", properties: { spec: schema } });

const keptWithin = (children: readonly Child[]): string[] =>
  children.flatMap(({ object, applied, schema, nested }) => [
    ...(applied && schema && nested ? kept(object.kind, { spec: applied.spec }, { spec: object.spec }, schema) : []),
    ...keptWithin(nested?.children ?? []),
  ]);

function kept(kind: string, applied: object, stored: object, schema: JsonSchema): string[] {
  const fresh = withDefaults(applied as Value, schema) as object;
  return fieldChanges(fresh as { spec: unknown }, stored as { spec: unknown }).map(
    ({ path }) =>
      `A ${kind} that exists keeps its ${path}: a default is written into it when it is made, and a changed one is for new ones.`,
  );
}
