import { Optional } from "@marcbachmann/cel-js";
import { fieldSchema, type JsonSchema } from "../graph/schema/jsonSchema.ts";
import { isList, isMap, isSpecial, KnownAfterApply, NotEvaluated, Secret, type Value } from "../value.ts";
import { UnsupportedError } from "./unsupported.ts";
import { entriesOf, fail, isTyped, stringKey, TYPED, toJson, typeName } from "./values.ts";

/** Thrown within an expression that needs a value which only the cluster can know: so often that to note where would take long. */
export class NeedsCluster extends Error {
  /** Where the expression reads a value that stands for another expression's. */
  readonly value: KnownAfterApply | undefined;

  constructor(value?: KnownAfterApply) {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super();
    Error.stackTraceLimit = stackTraceLimit;
    this.value = value;
  }
}

/** Thrown within an expression that looks into a secret. */
export class NeedsSecret extends Error {
  readonly secret: Secret;

  constructor(secret: Secret) {
    super("an expression over a secret");
    this.secret = secret;
  }
}

type CelMap = Record<string, unknown>;

/** The variables that an expression can name, by name, as CEL values. */
export type Variables = Readonly<Record<string, unknown>>;

/** Of each value given to CEL, what it was made of, so that a value which only passes through keeps its secrets and unknowns. */
const ORIGIN = Symbol("origin");

/**
 * A value for CEL that has these fields and no others, such as an instance's spec.
 *
 * @param schema - tells int from double; without one, whole numbers are ints, as in JSON that Kubernetes reads.
 */
export function toCel(value: Value, schema?: JsonSchema): unknown {
  // Its container has a guard in this place.
  if (value instanceof KnownAfterApply || value instanceof Secret) return undefined;
  if (typeof value === "number") {
    return schema?.type === "number" || !Number.isInteger(value) ? value : BigInt(value);
  }
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) {
    const list = value.map((item) => toCel(item, schema?.items));
    for (const [i, item] of value.entries()) guard(list, i, item);
    return remember(schema?.items ? typed(list) : list, value);
  }
  const read = (key: string, field: Value) => toCel(field, schema && fieldSchema(schema, key));
  const marked = schema?.properties || schema?.additionalProperties ? typed : <T>(map: T) => map;
  if (isOdd(value)) return remember(marked(new OddMap(value, read, false)), value);
  const map: CelMap = {};
  for (const [key, field] of Object.entries(value)) {
    map[key] = read(key, field);
    guard(map, key, field);
  }
  return remember(marked(map), value);
}

/** Whether a map has a key by which cel-js tells an object from others, or which an object takes for something else. */
const isOdd = (value: object): boolean => Object.hasOwn(value, "constructor") || Object.hasOwn(value, "__proto__");

/** A map for CEL with such a key. cel-js takes a Map as well, and no key means anything to that. */
class OddMap extends Map<string, unknown> {
  readonly #of: Readonly<Record<string, Value>>;
  readonly #isPartial: boolean;

  /** @param isPartial - the cluster completes it: what isn't there may be there later. */
  constructor(of: Readonly<Record<string, Value>>, read: (key: string, field: Value) => unknown, isPartial: boolean) {
    super(Object.entries(of).map(([key, field]) => [key, isSpecial(field) ? undefined : read(key, field)]));
    this.#of = of;
    this.#isPartial = isPartial;
    // cel-js tells values by it.
    Object.defineProperty(this, "constructor", { value: Map });
  }

  override get(key: string): unknown {
    if (Object.hasOwn(this.#of, key)) throwIfSpecial(this.#of[key]!);
    else if (this.#isPartial) throw new NeedsCluster();
    return super.get(key);
  }

  override has(key: string): boolean {
    if (this.#isPartial && !super.has(key)) throw new NeedsCluster();
    return super.has(key);
  }

  override *entries(): MapIterator<[string, unknown]> {
    for (const key of super.keys()) yield [key, this.get(key)];
    if (this.#isPartial) throw new NeedsCluster();
    return undefined;
  }

  override [Symbol.iterator](): MapIterator<[string, unknown]> {
    return this.entries();
  }
}

/**
 * A value for CEL of an object that the cluster completes: what isn't there may be there later, so that asking for it
 * needs the cluster. What toCel makes has no other fields than those that are there.
 */
export function toPartialCel(value: Value): unknown {
  if (isList(value)) {
    const list = value.map(toPartialCel);
    for (const [i, item] of value.entries()) guard(list, i, item);
    return list;
  }
  if (!isMap(value)) return toCel(value);
  if (isOdd(value)) return new OddMap(value, (_, field) => toPartialCel(field), true);
  return new Proxy(value as CelMap, new Partial(value));
}

/** How CEL reads an object that the cluster completes. */
class Partial implements ProxyHandler<CelMap> {
  readonly #fields = new Map<string, unknown>();
  readonly #of: Readonly<Record<string, Value>>;

  constructor(of: Readonly<Record<string, Value>>) {
    this.#of = of;
  }

  get(target: CelMap, key: string | symbol): unknown {
    // CEL tells maps from other objects by their constructor.
    if (typeof key === "symbol" || key === "constructor") return Reflect.get(target, key);
    if (!Object.hasOwn(this.#of, key)) throw new NeedsCluster();
    const field = this.#of[key]!;
    throwIfSpecial(field);
    if (!this.#fields.has(key)) {
      this.#fields.set(key, key === "data" ? data(this.#of.kind, field) : toPartialCel(field));
    }
    return this.#fields.get(key);
  }

  getOwnPropertyDescriptor(target: CelMap, key: string | symbol): PropertyDescriptor {
    const found = Reflect.getOwnPropertyDescriptor(target, key);
    if (!found) throw new NeedsCluster();
    return found;
  }

  has(target: CelMap, key: string | symbol): boolean {
    if (!Reflect.has(target, key)) throw new NeedsCluster();
    return true;
  }

  ownKeys(target: CelMap): (string | symbol)[] {
    // Whoever goes through all keys comes to one that throws; cel-js looks only at the first for a map's type.
    return [...Reflect.ownKeys(target), "and what the cluster adds"];
  }
}

/** `data` of an object: of a ConfigMap and of a Secret, nobody adds to it; a Secret's is bytes. */
function data(kind: Value | undefined, field: Value): unknown {
  if (kind === "ConfigMap") return toCel(field);
  if (kind !== "Secret" || !isMap(field)) return toPartialCel(field);
  const bytes = (value: Value) => (typeof value === "string" ? Buffer.from(value, "base64") : toPartialCel(value));
  return Object.fromEntries(Object.entries(field).map(([key, value]) => [key, bytes(value)]));
}

/** An object of which nothing is known. */
export const unknownObject = (): unknown => toPartialCel({});

/**
 * What CEL gave, as a value of JSON: what was given to CEL is given back as it was, the rest as kro writes it.
 *
 * @throws NeedsCluster when it holds an object that the cluster completes, EvaluationError for what kro refuses.
 */
export function fromCel(result: unknown): Value {
  const known = originOf(result);
  if (known !== undefined) return known;
  if (Array.isArray(result)) return result.map(fromCel);
  if (result instanceof Optional) return result.hasValue() ? fromCel(result.value()) : null;
  if (result !== undefined && typeName(result) === "map") {
    return Object.fromEntries(entriesOf(result).map(([key, item]) => [stringKey(key), fromCel(item)]));
  }
  return result === undefined ? null : toJson(result);
}

/** The variables with more that aren't known, and throw when an expression reads them. */
export function withUnknown(variables: Variables, names: readonly string[]): Variables {
  const result: CelMap = { ...variables };
  for (const name of names) guard(result, name, new KnownAfterApply(name));
  return result;
}

/** The variables with one more, an element of a list. It is read when the expression names it, and not before. */
export function withElement(variables: Variables, name: string, list: readonly unknown[], i: number): Variables {
  const result: CelMap = Object.defineProperties({}, Object.getOwnPropertyDescriptors(variables));
  return Object.defineProperty(result, name, { enumerable: true, get: () => list[i] });
}

const typed = <T extends object>(value: T): T => Object.assign(value, { [TYPED]: true });

/**
 * The sum of two lists. What kro 0.9.4 computed, and adds to one whose elements have a schema, it reads as if it were
 * JSON: whoever asks for it finds an error in its place.
 *
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/cel/unstructured/valunstructured.go (unstructuredList)
 */
export function listSum(left: readonly unknown[], right: readonly unknown[]): unknown[] {
  const sum = [...left, ...right];
  if (!isTyped(left)) return isTyped(right) ? typed(sum) : sum;
  for (const [i, item] of right.entries()) {
    if (item !== null && !isComputed(item)) continue;
    Object.defineProperty(sum, left.length + i, { enumerable: true, get: () => fail("unsupported type: error") });
  }
  return typed(sum);
}

/** A list or a map that CEL made. */
const isComputed = (value: unknown): boolean =>
  typeof value === "object" && ["list", "map"].includes(typeName(value)) && originOf(value) === undefined;

interface Given {
  [ORIGIN]?: Value;
}

/** CEL sees no symbols. */
function remember<T extends object & Given>(converted: T, value: Value): T {
  converted[ORIGIN] = value;
  return converted;
}

const originOf = (value: unknown): Value | undefined =>
  typeof value === "object" && value !== null ? (value as Given)[ORIGIN] : undefined;

/** Makes a field of a secret or of an unknown value throw when an expression reads it, and not before. */
function guard(container: object, key: string | number, value: Value): void {
  if (!(value instanceof KnownAfterApply || value instanceof Secret)) return;
  Object.defineProperty(container, key, { enumerable: true, get: () => throwIfSpecial(value) });
}

function throwIfSpecial(value: Value): void {
  if (value instanceof NotEvaluated) throw new UnsupportedError(value.reason);
  if (value instanceof KnownAfterApply) throw new NeedsCluster(value);
  if (value instanceof Secret) throw new NeedsSecret(value);
}
