import { checkRule } from "../apiserver/rules.ts";
import { compileRegex } from "../cel/library/regex.ts";
import type { Json, JsonSchema } from "../graph/schema/jsonSchema.ts";

/** A schema under construction. */
export type MutableSchema = { -readonly [K in keyof JsonSchema]: JsonSchema[K] };

/** `name=value` behind the `|` of a SimpleSchema field. */
export interface Marker {
  readonly name: string;
  /** Unquoted. */
  readonly value: string;
}

/**
 * Markers of a field, in kro's syntax: a value ends at white space outside quotes and brackets.
 *
 * @throws Error saying what is wrong with the text.
 * @see https://kro.run/api/specifications/simple-schema#validation-markers
 */
export function parseMarkers(text: string): Marker[] {
  const markers: Marker[] = [];
  let name: string | undefined;
  let buffer = "";
  let depth = 0;
  let quoted = false;
  let escaped = false;
  const finish = () => {
    markers.push({ name: name!, value: unquote(buffer) });
    name = undefined;
    buffer = "";
  };
  for (const char of text) {
    if (!quoted && depth === 0 && /\s/.test(char)) {
      if (name !== undefined) finish();
      continue;
    }
    if (!quoted && depth === 0 && char === "=" && name === undefined) {
      name = knownMarker(buffer);
      buffer = "";
      continue;
    }
    if (char === '"' && !escaped) quoted = !quoted;
    if (!quoted && (char === "{" || char === "[")) depth++;
    if (!quoted && (char === "}" || char === "]") && --depth < 0) throw new Error(`"${char}" closes nothing`);
    escaped = quoted && char === "\\" && !escaped;
    buffer += char;
  }
  if (quoted) throw new Error("a quote is not closed");
  if (depth > 0) throw new Error("a bracket is not closed");
  if (name === undefined) throw new Error(`marker "${buffer}" has no value: write name=value, and nothing behind it`);
  finish();
  return markers;
}

function knownMarker(name: string): string {
  if (name === "") throw new Error("a marker has no name");
  if (!Object.hasOwn(APPLY, name)) throw new Error(`unknown marker "${name}"`);
  return name;
}

const unquote = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replace(/\\(["\\])/g, "$1")
    : value;

/**
 * Applies a field's markers to its schema.
 *
 * @returns whether the field is required.
 * @throws Error saying which marker is wrong, and why.
 */
export function applyMarkers(schema: MutableSchema, markers: readonly Marker[]): boolean {
  let required = false;
  const last = markers.findLastIndex(({ name }) => name === "default");
  for (const [i, { name, value }] of markers.entries()) {
    try {
      if (name === "required") required = boolean(value) || required;
      // Only the last default of several counts, and kro looks at no other unless it is a number's or a boolean's.
      else if (name !== "default" || i === last || LITERAL.has(schema.type)) APPLY[name]!(schema, value);
    } catch (error) {
      const [problem] = (error as Error).message.split("\n");
      throw new Error(`marker ${name}=${value}: ${problem}`);
    }
  }
  checkListType(schema);
  return required;
}

/** What kro, and the API server for it, want of a list's type. */
function checkListType({ items, listMapKeys, ...schema }: MutableSchema): void {
  const isMap = schema.listType === "map";
  if (listMapKeys && !isMap) throw new Error("listMapKey needs listType=map");
  if (isMap && !listMapKeys) throw new Error("listType=map needs a listMapKey");
  if (isMap && items?.type !== "object") throw new Error("listType=map needs a list of objects");
  if (schema.listType === "set" && items?.type === "object") throw new Error("objects can't be in a list of type set");
  for (const key of listMapKeys ?? []) {
    const isThere = items?.required?.includes(key) || items?.properties?.[key]?.default !== undefined;
    if (!isThere) throw new Error(`listMapKey=${key} must be a field that is required or has a default`);
  }
}

const LITERAL: ReadonlySet<unknown> = new Set(["integer", "number", "boolean"]);

const APPLY: Readonly<Record<string, (schema: MutableSchema, value: string) => void>> = {
  required: () => {},
  description: (schema, value) => {
    schema.description = value;
  },
  default: (schema, value) => {
    schema.default = defaultValue(schema, value);
  },
  enum: (schema, value) => {
    if (schema.type !== "string" && schema.type !== "integer") throw new Error("only for strings and integers");
    const values = value.split(",").map((item) => item.trim());
    if (values.includes("")) throw new Error("an empty value");
    schema.enum = schema.type === "integer" ? values.map(integer) : values;
  },
  minimum: (schema, value) => {
    schema.minimum = number(value);
  },
  maximum: (schema, value) => {
    schema.maximum = number(value);
  },
  pattern: (schema, value) => {
    only(schema, "string");
    if (value === "") throw new Error("an empty pattern");
    compileRegex(value);
    schema.pattern = value;
  },
  minLength: (schema, value) => {
    only(schema, "string");
    schema.minLength = integer(value);
  },
  maxLength: (schema, value) => {
    only(schema, "string");
    schema.maxLength = integer(value);
  },
  minItems: (schema, value) => {
    only(schema, "array");
    schema.minItems = integer(value);
  },
  maxItems: (schema, value) => {
    only(schema, "array");
    schema.maxItems = integer(value);
  },
  uniqueItems: (schema, value) => {
    const unique = boolean(value);
    only(schema, "array");
    if (unique) setListType(schema, "set");
  },
  listType: (schema, value) => {
    only(schema, "array");
    if (value !== "atomic" && value !== "set" && value !== "map") throw new Error("must be atomic, set or map");
    setListType(schema, value);
  },
  listMapKey: (schema, value) => {
    only(schema, "array");
    if (schema.listMapKeys?.includes(value)) throw new Error("is there twice");
    schema.listMapKeys = [...(schema.listMapKeys ?? []), value];
  },
  immutable: (schema, value) => {
    if (boolean(value)) schema.immutable = true;
  },
  validation: (schema, value) => {
    if (value.trim() === "") throw new Error("an empty rule");
    checkRule(value, schema);
    schema.validations = [...(schema.validations ?? []), value];
  },
};

function only(schema: MutableSchema, type: JsonSchema["type"]): void {
  if (schema.type !== type) throw new Error(`only for type ${type}, and this is ${schema.type ?? "any"}`);
}

function setListType(schema: MutableSchema, type: JsonSchema["listType"] & {}): void {
  const other = schema.listType;
  if (other && other !== type) throw new Error(`the list is of type ${other} already`);
  schema.listType = type;
}

function defaultValue(schema: MutableSchema, text: string): Json {
  // kro writes a string's default between quotes as it is, so that \n in it is a line break.
  if (schema.type === "string") return json(`"${text}"`);
  if (schema.type === "integer") integer(text);
  if (schema.type === "number") number(text);
  // Of a list, an object or a map, nothing is null for the API server, and null is no default.
  const value = text === "" && !LITERAL.has(schema.type) ? null : json(text);
  if (schema.type === "boolean" && typeof value !== "boolean") throw new Error("must be true or false");
  return value;
}

function json(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    throw new Error(`${text} is not JSON`);
  }
}

function integer(text: string): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || Math.abs(value) >= 2 ** 63) throw new Error("must be a whole number of 64 bits");
  return value;
}

/** As Go reads a number: there may be a `_` between two digits. */
function number(text: string): number {
  const digits = text.replace(/(?<=\d)_(?=\d)/g, "");
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(digits)) throw new Error("must be a number");
  return Number(digits);
}

function boolean(text: string): boolean {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new Error("must be true or false");
}
