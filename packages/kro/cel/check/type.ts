import type { CelType } from "../types.ts";

/** A type as the checker has it. Two are the same when their texts are. */
export interface Type {
  readonly kind: "basic" | "dyn" | "list" | "map" | "null" | "object" | "optional" | "param" | "type";
  /** As cel-go's errors have it: `list(string)`, `timestamp`. */
  readonly text: string;
  /** The types of what is in it: of a map, its keys and its values. */
  readonly of: readonly Type[];
}

const type = (kind: Type["kind"], text: string, of: readonly Type[] = []): Type => ({ kind, text, of });
const holder = (kind: Type["kind"], name: string, of: readonly Type[]): Type =>
  type(kind, `${name}(${of.map(({ text }) => text).join(", ")})`, of);

export const [DYN, NULL] = [type("dyn", "dyn"), type("null", "null")];
export const [BOOL, INT, UINT, DOUBLE, STRING, BYTES] = ["bool", "int", "uint", "double", "string", "bytes"].map(
  (name) => type("basic", name),
) as [Type, Type, Type, Type, Type, Type];
const [TIMESTAMP, DURATION] = [type("object", "timestamp"), type("object", "duration")];

export const listOf = (element: Type): Type => holder("list", "list", [element]);
export const mapOf = (key: Type, value: Type): Type => holder("map", "map", [key, value]);
export const optionalOf = (value: Type): Type => holder("optional", "optional_type", [value]);
export const typeOf = (value: Type): Type => holder("type", "type", [value]);
/** A type that is to be found: of a declaration, such as `T`, or of a call of it. */
export const param = (name: string): Type => type("param", name);

/** The same type with others in it. */
export function withParts({ kind, text }: Type, of: readonly Type[]): Type {
  return holder(kind, text.slice(0, text.indexOf("(")), of);
}

const NAMED = new Map<CelType, Type>([
  ...[BOOL, INT, UINT, DOUBLE, STRING, BYTES, DYN, NULL].map((known): [CelType, Type] => [known.text, known]),
  ...[
    ["google.protobuf.Timestamp", TIMESTAMP],
    ["google.protobuf.Duration", DURATION],
    ["list", listOf(DYN)],
    ["map", mapOf(DYN, DYN)],
    ["optional", optionalOf(DYN)],
    ["type", typeOf(DYN)],
  ].map((entry) => entry as [CelType, Type]),
]);

/** A type from its text as cel-js has it. Single capitals are parameters. */
export function parseType(text: CelType): Type {
  const named = NAMED.get(text);
  if (named) return named;
  const [outer, ...of] = partsOf(text);
  const parts = of.map(parseType) as [Type, Type];
  switch (outer) {
    case "list":
      return listOf(parts[0]);
    case "map":
      return mapOf(...parts);
    case "optional":
      return optionalOf(parts[0]);
    case "type":
      return typeOf(parts[0]);
    default:
      return /^[A-Z]$/.test(text) ? param(text) : type("object", text);
  }
}

/** A type and its parameters: `map<string, list<int>>` is map, string and list<int>. */
export function partsOf(text: CelType): [string, ...CelType[]] {
  const [, outer, inner] = /^(list|map|optional|type)<(.+)>$/.exec(text) ?? [];
  if (!outer || !inner) return [text];
  if (outer !== "map") return [outer, inner];
  let depth = 0;
  const comma = [...inner].findIndex((char) => {
    depth += char === "<" ? 1 : char === ">" ? -1 : 0;
    return char === "," && depth === 0;
  });
  return [outer, inner.slice(0, comma).trim(), inner.slice(comma + 1).trim()];
}

/** The text of a type as cel-js has it, which has one type of all types. */
export function celType({ kind, text, of }: Type): CelType {
  if (kind === "type") return "type";
  if (kind === "param") return "dyn";
  if (of.length > 0) return `${kind}<${of.map(celType).join(", ")}>`;
  return text === TIMESTAMP.text || text === DURATION.text
    ? `google.protobuf.${text === TIMESTAMP.text ? "Timestamp" : "Duration"}`
    : text;
}

export const isAny = ({ kind }: Type): boolean => kind === "dyn";

/** What is in an optional, or the type itself. */
export const unwrapped = (some: Type): Type => (some.kind === "optional" ? some.of[0]! : some);
