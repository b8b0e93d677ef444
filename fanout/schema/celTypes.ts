import type { Environment } from "@marcbachmann/cel-js";
import { isOpen, type JsonSchema } from "./jsonSchema.ts";
import { metadataSchema } from "./kinds.ts";

/** A CEL type as text, such as `list<string>`: what the CEL library's `check` gives, and `registerVariable` takes. */
export type CelType = string;

const TIMESTAMP = "google.protobuf.Timestamp";

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
 * To be used for checking only: the environment takes no plain objects for these types.
 */
export class CelTypes {
  readonly #environment: Environment;
  readonly #names = new Map<JsonSchema, CelType>();
  readonly #objects = new Map<CelType, JsonSchema>();
  readonly #registered = new Set<CelType>();

  constructor(environment: Environment) {
    this.#environment = environment;
  }

  /** Adds a variable, such as `schema` or a node's id. Without a schema, its type is `dyn`: anything goes. */
  declare(variable: string, schema: JsonSchema | undefined): void {
    this.#environment.registerVariable(variable, schema ? this.celType(schema, variable) : "dyn");
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
   * whole number is no double), `dyn` and fields that take anything fit everywhere, an optional counts as its value, a
   * map or an object fits an object whose fields it fits. Unlike kro, nothing but a map or an object fits an object.
   *
   * @see https://kro.run/docs/concepts/rgd/static-type-checking
   */
  mismatch(type: CelType, schema: JsonSchema): string | undefined {
    return this.#compare(type, this.#nameOf(schema, "field"), new Set());
  }

  /** Whether a value of a CEL type may stand in a field of this schema. See {@link mismatch}. */
  isAssignable(type: CelType, schema: JsonSchema): boolean {
    return this.mismatch(type, schema) === undefined;
  }

  #nameOf(schema: JsonSchema, path: string): CelType {
    const known = this.#names.get(schema);
    if (known) return known;
    if (isOpen(schema) || schema["x-kubernetes-int-or-string"] || schema.format === "quantity") return "dyn";
    switch (schema.type) {
      case "string":
        return schema.format === "byte" ? "bytes" : schema.format === "date-time" ? TIMESTAMP : "string";
      case "integer":
        return "int";
      case "number":
        return "double";
      case "boolean":
        return "bool";
      case "array":
        return `list<${schema.items ? this.#nameOf(schema.items, `${path}[]`) : "dyn"}>`;
      default:
        return schema.additionalProperties
          ? `map<string, ${this.#nameOf(schema.additionalProperties, `${path}{}`)}>`
          : this.#nameObject(schema, path);
    }
  }

  #nameObject(schema: JsonSchema, path: string): CelType {
    const wanted = schema.title ?? `$${path}`;
    let name = wanted;
    for (let i = 2; this.#objects.has(name); i++) name = `${wanted}#${i}`;
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
    this.#environment.registerType(name, { ctor: class {}, fields: Object.fromEntries(fields) });
    for (const [, field] of fields) this.#register(field);
  }

  #compare(output: CelType, expected: CelType, seen: Set<string>): string | undefined {
    if (output === expected || isDyn(output) || isDyn(expected)) return undefined;
    const comparison = `${output} ${expected}`;
    if (seen.has(comparison)) return undefined;
    seen.add(comparison);
    const [outer, ...of] = parts(output);
    if (outer === "optional") return this.#compare(of[0]!, expected, seen);
    const [wanted, ...wantedOf] = parts(expected);
    if (wanted === "list" && outer === "list") return this.#compare(of[0]!, wantedOf[0]!, seen);
    const from = this.#objects.get(output);
    const into = this.#objects.get(expected);
    if (outer === "map" && (wanted === "map" || into)) {
      if (of[0] !== "string" && !isDyn(of[0]!)) return `keys are ${of[0]}, and must be string`;
      if (wanted === "map") return this.#compare(of[1]!, wantedOf[1]!, seen);
      return first(this.#fields(into!, expected), ([, field]) => this.#compare(of[1]!, field, seen));
    }
    if (from && wanted === "map") {
      return first(this.#fields(from, output), ([, field]) => this.#compare(field, wantedOf[1]!, seen));
    }
    if (from && into) {
      const allowed = new Map(this.#fields(into, expected));
      return first(this.#fields(from, output), ([name, field]) => {
        const other = allowed.get(name);
        return other ? this.#compare(field, other, seen) : `field ${name} is not in ${expected}`;
      });
    }
    return `${output} is not ${expected}`;
  }

  #fields(schema: JsonSchema, name: string): [string, CelType][] {
    return Object.entries(schema.properties ?? {}).map(([field, property]) => [
      field,
      this.#nameOf(property, `${name.replace(/^\$/, "")}.${field}`),
    ]);
  }
}

/** Type of the elements of a list, for an iterator; undefined for a type that is no list. */
export function elementType(type: CelType): CelType | undefined {
  if (isDyn(type)) return "dyn";
  const [outer, element] = parts(type);
  if (outer === "optional") return elementType(element!);
  return outer === "list" ? element : undefined;
}

/** Single capitals are the library's placeholders, as in the type of an empty list. */
const isDyn = (type: CelType): boolean => type === "dyn" || type.startsWith("dyn<") || /^[A-Z]$/.test(type);

/** A type and its parameters: `map<string, list<int>>` is map, string and list<int>. */
function parts(type: CelType): [string, ...CelType[]] {
  if (type === "list") return ["list", "dyn"];
  if (type === "map") return ["map", "dyn", "dyn"];
  const match = /^(list|map|optional)<(.+)>$/.exec(type);
  if (!match) return [type];
  const [, outer, inner] = match;
  if (outer !== "map") return [outer!, inner!];
  // The key of a map has no parameters of its own.
  const comma = inner!.indexOf(",");
  return ["map", inner!.slice(0, comma).trim(), inner!.slice(comma + 1).trim()];
}

/** The type of what is in lists and maps. */
function innermost(type: CelType): CelType {
  const [, ...of] = parts(type);
  return of.length > 0 ? innermost(of.at(-1)!) : type;
}

function first<T>(items: readonly T[], problem: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = problem(item);
    if (found) return found;
  }
  return undefined;
}
