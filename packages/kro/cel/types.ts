import type { Environment } from "@marcbachmann/cel-js";
import { type JsonSchema, takesAnyValue } from "../graph/schema/jsonSchema.ts";
import { metadataSchema } from "../graph/schema/resolver.ts";
import { partsOf } from "./check/type.ts";
import { variableName } from "./names.ts";

/** A CEL type as text, such as `list<string>`: what the CEL library's `check` gives, and `registerVariable` takes. */
export type CelType = string;

const TIMESTAMP = "google.protobuf.Timestamp";

/** Schemas of the types that have no parts. */
const BASIC: Readonly<Record<CelType, JsonSchema>> = {
  bool: { type: "boolean" },
  int: { type: "integer" },
  uint: { type: "integer" },
  double: { type: "number" },
  string: { type: "string" },
  bytes: { type: "string", format: "byte" },
  [TIMESTAMP]: { type: "string", format: "date-time" },
};

/** What `schema` is in an RGD's expressions: the instance, with the given schema of its spec. Its status is not there. */
export function instanceSchema(spec: JsonSchema, clusterScoped = false): JsonSchema {
  const { namespace, ...fields } = metadataSchema().properties!;
  const metadata = {
    type: "object",
    properties: clusterScoped ? fields : { ...fields, namespace: namespace! },
  } as const;
  return { type: "object", properties: { apiVersion: { type: "string" }, kind: { type: "string" }, metadata, spec } };
}

/**
 * The types of an RGD's variables, for an environment that expressions are checked in. Objects become types with the
 * schema's fields, so that any other field is an error when an expression is checked.
 *
 * To be used for checking only: the environment takes no objects of JavaScript for these types.
 */
export class CelTypes {
  readonly #environment: Environment;
  readonly #isNamed: (field: string) => boolean;
  readonly #names = new Map<JsonSchema, CelType>();
  readonly #objects = new Map<CelType, JsonSchema>();
  readonly #registered = new Set<CelType>();

  /**
   * @param isNamed - whether an expression may name a field. Types behind others are left out: a pod alone has a hundred.
   *   Default: any field may be named.
   */
  constructor(environment: Environment, isNamed: (field: string) => boolean = () => true) {
    this.#environment = environment;
    this.#isNamed = isNamed;
  }

  /** Adds a variable, such as `schema` or a node's id. Without a schema, its type is `dyn`: anything goes. */
  declare(variable: string, schema: JsonSchema | undefined): void {
    this.#environment.registerVariable(variableName(variable), schema ? this.celType(schema, variable) : "dyn");
  }

  /**
   * The type of a value of this schema, its object types registered in the environment.
   *
   * @param name - of the object types without a title, in error messages.
   */
  celType(schema: JsonSchema, name: string): CelType {
    const type = this.#nameOf(schema, name);
    this.#register(type);
    return type;
  }

  /**
   * Why a value of a CEL type can't stand in a field, or undefined if it can. As in kro: types must be the same (a
   * whole number is no double), `dyn` and fields that take anything fit everywhere, an optional counts as its value, an
   * object fits one that has its fields, a map fits an object whose fields all take its values.
   *
   * Stricter than kro in what no API server would take: a text, a number or a list in place of an object.
   *
   * @see https://kro.run/docs/concepts/rgd/static-type-checking
   */
  mismatch(type: CelType, schema: JsonSchema): string | undefined {
    return this.#compare(type, this.#nameOf(schema, "field"), false);
  }

  /** Whether a value of a CEL type may stand in a field of this schema. See {@link mismatch}. */
  isAssignable(type: CelType, schema: JsonSchema): boolean {
    return this.mismatch(type, schema) === undefined;
  }

  /** What a value of a type looks like: what kro makes of it in the status of the API that it serves. */
  schemaOf(type: CelType): JsonSchema {
    const object = this.#objects.get(type);
    if (object) return object;
    const [outer, ...of] = partsOf(type);
    if (outer === "list") return { type: "array", items: this.schemaOf(of[0]!) };
    if (outer === "map") return { type: "object", additionalProperties: this.schemaOf(of[1]!) };
    return BASIC[type] ?? { "x-kubernetes-preserve-unknown-fields": true };
  }

  #nameOf(schema: JsonSchema, path: string): CelType {
    const known = this.#names.get(schema);
    if (known) return known;
    switch (schema.type) {
      case undefined:
        return "dyn";
      case "string":
        return schema.format === "byte" ? "bytes" : schema.format === "date-time" ? TIMESTAMP : "string";
      case "integer":
        return "int";
      case "number":
        return "double";
      case "boolean":
        return "bool";
      case "array":
        return `list<${schema.items ? this.#nameOf(schema.items, `${path}.item`) : "dyn"}>`;
      case "object":
        // It may have other fields as well, of which nothing is known.
        if (schema.properties && schema["x-kubernetes-preserve-unknown-fields"]) return "dyn";
        return schema.additionalProperties
          ? `map<string, ${this.#nameOf(schema.additionalProperties, `${path}.value`)}>`
          : this.#nameObject(schema, path);
    }
  }

  #nameObject(schema: JsonSchema, path: string): CelType {
    // The library wants two characters at least, and no others than these.
    const wanted = schema.title ?? `object ${path}`.replace(/\W+/g, ".");
    let name = wanted;
    for (let i = 2; this.#objects.has(name); i++) name = `${wanted}.${i}`;
    this.#names.set(schema, name);
    this.#objects.set(name, schema);
    return name;
  }

  #register(type: CelType): void {
    const name = innermost(type);
    const schema = this.#objects.get(name);
    if (!schema || this.#registered.has(name)) return;
    this.#registered.add(name);
    const fields = this.#fields(schema, name);
    // A class of its own, or the library would want the fields' types to be there already.
    const ctor = class {};
    this.#environment.registerType(name, takesAnyValue(schema) ? ctor : { ctor, fields: Object.fromEntries(fields) });
    for (const [key, field] of fields) if (this.#isNamed(key)) this.#register(field);
  }

  /**
   * @param inMap - the value is one of a map that is to become an object: whether it is meant for this very field is
   *   not known, and kro lets it pass.
   */
  #compare(output: CelType, expected: CelType, inMap: boolean): string | undefined {
    if (output === expected || isDyn(output) || isDyn(expected)) return undefined;
    const [outer, ...of] = partsOf(output);
    if (outer === "optional") return this.#compare(of[0]!, expected, inMap);
    const [wanted, ...wantedOf] = partsOf(expected);
    const from = this.#objects.get(output);
    const into = this.#objects.get(expected);
    if (into) {
      if (takesAnyValue(into) || output === "null") return undefined;
      if (from) return this.#compareObjects(from, output, into, expected, inMap);
      if (outer === "map") return this.#compareMapToObject(of, into, expected);
      return inMap ? undefined : `${output} is not ${expected}`;
    }
    if (wanted === "list" && (outer === "list" || (outer === "map" && inMap))) {
      return this.#compare(of[0]!, wantedOf[0]!, inMap);
    }
    if (wanted === "map" && outer === "map") {
      return this.#compare(of[0]!, wantedOf[0]!, inMap) ?? this.#compare(of[1]!, wantedOf[1]!, inMap);
    }
    if (wanted === "map" && from) {
      return first(this.#fields(from, output), ([, field]) => this.#compare(field, wantedOf[1]!, inMap));
    }
    return `${output} is not ${expected}`;
  }

  #compareObjects(
    from: JsonSchema,
    output: CelType,
    into: JsonSchema,
    expected: CelType,
    inMap: boolean,
  ): string | undefined {
    const allowed = new Map(this.#fields(into, expected));
    return first(this.#fields(from, output), ([name, field]) => {
      const other = allowed.get(name);
      return other ? this.#compare(field, other, inMap) : `${expected} has no field ${name}`;
    });
  }

  #compareMapToObject([key, value]: readonly CelType[], into: JsonSchema, expected: CelType): string | undefined {
    if (key !== "string") return `the keys of ${expected} are text`;
    return first(this.#fields(into, expected), ([, field]) => this.#compare(value!, field, true));
  }

  #fields(schema: JsonSchema, name: string): [string, CelType][] {
    const typed = Object.entries(schema.properties ?? {}).filter(([, property]) => property.format !== "quantity");
    const path = name.replace(/^object\./, "");
    return typed.map(([field, property]) => [field, this.#nameOf(property, `${path}.${field}`)]);
  }
}

/** Type of the elements of a list, for an iterator; undefined for a type that is no list. */
export function elementType(type: CelType): CelType | undefined {
  if (isDyn(type)) return "dyn";
  const [outer, element] = partsOf(type);
  return outer === "list" ? element : undefined;
}

const isDyn = (type: CelType): boolean => type === "dyn";

/** The type of what is in lists and maps. */
function innermost(type: CelType): CelType {
  const [, ...of] = partsOf(type);
  return of.length > 0 ? innermost(of.at(-1)!) : type;
}

function first<T>(items: readonly T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found) return found;
  }
  return undefined;
}
