import { problemsOf } from "../apiserver/validate.ts";
import { DefinitionError, type Report, reporting, throwFault } from "../errors.ts";
import { fieldPath } from "../graph/fieldpath.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import { applyMarkers, type MutableSchema, parseMarkers } from "./markers.ts";

/** A custom type of an RGD's schema. */
interface CustomType {
  readonly schema: JsonSchema;
  /** `required=true` of an alias makes every field of its type required. */
  readonly required: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

/** What the fields of a schema are built with. */
interface Building {
  resolve(name: string): CustomType;
  readonly report: Report;
}

/** In place of a type that is wrong: whatever is made of it is not wrong once more. */
const ANYTHING: CustomType = { schema: { "x-kubernetes-preserve-unknown-fields": true }, required: false };

/** kro gives up at deeper types. */
const MAX_NESTING = 16;

const ATOMIC: Readonly<Record<string, JsonSchema>> = {
  string: { type: "string" },
  integer: { type: "integer" },
  float: { type: "number" },
  boolean: { type: "boolean" },
  object: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
};

/**
 * The JSON schema of an instance's spec.
 *
 * @param spec - `schema.spec` of an RGD: fields in kro's SimpleSchema, by name.
 * @param types - `schema.types`: custom types, by name.
 * @param report - told what is wrong; default: throws.
 * @throws DefinitionError of node `schema`, with the field's path and text: unknown type, bad marker, types that
 *   contain each other, a default that breaks the field's own rules.
 * @see https://kro.run/api/specifications/simple-schema
 */
export function toJsonSchema(spec: Fields, types: Fields = {}, report: Report = throwFault): JsonSchema {
  const resolved = new Map<string, CustomType>();
  const resolving: string[] = [];
  const building: Building = {
    report,
    resolve(name) {
      const known = resolved.get(name);
      if (known) return known;
      if (!Object.hasOwn(types, name)) throw new Error(`unknown type "${name}"`);
      if (resolving.includes(name)) throw new Error(`types contain each other: ${[...resolving, name].join(" -> ")}`);
      resolving.push(name);
      const type = anySchema(types[name], fieldPath("types", name), building);
      resolving.pop();
      resolved.set(name, type);
      return type;
    },
  };
  for (const name of Object.keys(types)) building.resolve(name);
  const schema = objectSchema(spec, "spec", building);
  for (const path of transitionsInLists(schema, "spec", false)) {
    const problem = "the API server takes no immutable field, and no rule over oldSelf, in a list without listType=map";
    report(new DefinitionError("schema", path, undefined, problem));
  }
  return schema;
}

/** Paths of what is held against its old value, in lists where nothing tells which one that is. */
function transitionsInLists(schema: JsonSchema, path: string, inList: boolean): string[] {
  const { items, properties = {}, additionalProperties, listType, immutable, validations = [] } = schema;
  const isHere = inList && (immutable || validations.some((rule) => /\boldSelf\b/.test(rule)));
  return [
    ...(isHere ? [path] : []),
    ...(items ? transitionsInLists(items, `${path}[]`, inList || listType !== "map") : []),
    ...(additionalProperties ? transitionsInLists(additionalProperties, `${path}[]`, inList) : []),
    ...Object.entries(properties).flatMap(([name, field]) => transitionsInLists(field, fieldPath(path, name), inList)),
  ];
}

function objectSchema(fields: Fields, path: string, building: Building): JsonSchema {
  const properties = new Map<string, JsonSchema>();
  const required: string[] = [];
  let hasDefault = false;
  for (const [name, field] of Object.entries(fields)) {
    const built = anySchema(field, fieldPath(path, name), building);
    if (built.required) required.push(name);
    // To kro, null is a default; to the API server, it is none.
    const { default: byDefault, ...schema } = built.schema;
    hasDefault ||= byDefault !== undefined;
    properties.set(name, byDefault === null ? schema : built.schema);
  }
  // Without it, the API server would not fill in the children's defaults of an object that isn't there.
  const implied = required.length === 0 && hasDefault;
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    ...(required.length > 0 && { required: required.toSorted() }),
    ...(implied && { default: {} }),
  };
}

/** A field that is wrong is reported, and may be anything. */
const anySchema = (field: unknown, path: string, building: Building): CustomType =>
  reporting(building.report, () => fieldSchema(field, path, building)) ?? ANYTHING;

function fieldSchema(field: unknown, path: string, building: Building): CustomType {
  if (typeof field === "string") {
    try {
      return textSchema(field, building);
    } catch (error) {
      if (error instanceof DefinitionError) throw error;
      throw new DefinitionError("schema", path, field, (error as Error).message);
    }
  }
  if (field !== null && typeof field === "object" && !Array.isArray(field)) {
    return { schema: objectSchema(field as Fields, path, building), required: false };
  }
  throw new DefinitionError("schema", path, JSON.stringify(field), "a field is a type as text, or a map of fields");
}

/** Schema of a field such as `integer | default=1 minimum=1`. */
function textSchema(text: string, building: Building): CustomType {
  const bar = text.indexOf("|");
  const type = (bar < 0 ? text : text.slice(0, bar)).trim();
  if (type === "") throw new Error("has no type");
  const { schema: base, required: always } = typeSchema(type, building, 0);
  const schema: MutableSchema = { ...base };
  const marked = bar >= 0 && applyMarkers(schema, parseMarkers(text.slice(bar + 1)));
  // The API server refuses a CRD whose defaults break its rules.
  const problems =
    schema.default === undefined || schema.default === null ? [] : problemsOf(schema.default, schema, "default");
  if (problems.length > 0) throw new Error(problems.join("; "));
  return { schema, required: always || marked };
}

function typeSchema(type: string, building: Building, depth: number): CustomType {
  if (depth > MAX_NESTING) throw new Error(`type is nested more than ${MAX_NESTING} times`);
  const of = (element: string): JsonSchema => typeSchema(element, building, depth + 1).schema;
  const optional = (schema: JsonSchema): CustomType => ({ schema, required: false });
  if (Object.hasOwn(ATOMIC, type)) return optional(ATOMIC[type]!);
  if (type.startsWith("[]")) return optional({ type: "array", items: of(elementOf(type, "[]")) });
  if (type.startsWith("map[string]")) {
    return optional({ type: "object", additionalProperties: of(elementOf(type, "map[string]")) });
  }
  if (type.startsWith("map[")) throw new Error("keys of a map must be string: map[string]T");
  return building.resolve(type);
}

function elementOf(type: string, prefix: string): string {
  const element = type.slice(prefix.length).trim();
  if (element === "") throw new Error(`${prefix} needs a type behind it`);
  return element;
}
