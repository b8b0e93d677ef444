import { parseFieldPath } from "../fieldpath.ts";

/**
 * JSON schema as far as kro and Kubernetes' custom resources use it.
 *
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 */
export interface JsonSchema {
  /** Absent where any value may stand: see the two `x-kubernetes-` fields. */
  readonly type?: "string" | "integer" | "number" | "boolean" | "object" | "array";
  /** `byte` is text in base64, `date-time` a time as text; `quantity`, which has no type, is text or a number. */
  readonly format?: "byte" | "date-time" | "quantity";
  /** Name of the type, for one that several schemas share, such as `core.v1.Container`. */
  readonly title?: string;
  readonly description?: string;
  readonly default?: Json;
  readonly enum?: readonly Json[];
  /** Go's RE2 syntax; found anywhere in the text unless it is anchored. */
  readonly pattern?: string;
  /** The same for JavaScript, where it is no user's: what matches as RE2 does need not be loaded then. */
  readonly ownPattern?: RegExp;
  /** Counts characters, not bytes. */
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  /** Of an object: how many keys it has. */
  readonly minProperties?: number;
  readonly maxProperties?: number;
  /** No two items of a `set` are equal; no two of a `map` have the same values in `listMapKeys`. Default `atomic`. */
  readonly listType?: "atomic" | "set" | "map";
  readonly listMapKeys?: readonly string[];
  /** Any JSON below here, when there are no properties. */
  readonly "x-kubernetes-preserve-unknown-fields"?: boolean;
  /** A whole number or text. */
  readonly "x-kubernetes-int-or-string"?: boolean;
  /** A value, once there, can't be changed. */
  readonly immutable?: boolean;
  /** CEL rules over `self`, the value, and `oldSelf`, the one before an update. */
  readonly validations?: readonly string[];
  /** What the API server says in place of a rule, by the rule. Default: the rule itself. */
  readonly ruleMessages?: Readonly<Record<string, string>>;
  /** Null may stand here, and stays. Default false: it counts as absent. */
  readonly nullable?: boolean;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  /** Fields that the API server doesn't write when they are empty: false, 0, or without anything in them. */
  readonly leftOut?: readonly string[];
  /** Of an array. */
  readonly items?: JsonSchema;
  /** Of a map's values. */
  readonly additionalProperties?: JsonSchema;
}

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** Whether any JSON may stand here. */
export const takesAnyValue = (schema: JsonSchema): boolean =>
  !schema.properties &&
  !schema.additionalProperties &&
  !schema["x-kubernetes-int-or-string"] &&
  schema.format !== "quantity" &&
  (schema["x-kubernetes-preserve-unknown-fields"] === true || schema.type === undefined);

/** Schema of a field of an object or of a map. */
export function fieldSchema({ properties, additionalProperties }: JsonSchema, name: string): JsonSchema | undefined {
  return properties && Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
}

/**
 * The schema of what stands at a path, such as `spec.containers[0].image`; undefined where the schema says nothing
 * about it: a field that isn't there, or anything below an open object.
 */
export function schemaAt(schema: JsonSchema, path: string): JsonSchema | undefined {
  let found: JsonSchema | undefined = schema;
  for (const segment of parseFieldPath(path)) {
    found = typeof segment === "number" ? found.items : fieldSchema(found, segment);
    if (!found) return undefined;
  }
  return found;
}
