import { FUNCTIONS } from "../library/all.ts";
import { memberOverload, type Overload, overload } from "../library/functions.ts";
import { Substitution } from "./substitution.ts";
import { param, parseType, type Type } from "./type.ts";

/** An overload of a function, or of an operator. */
export interface Declaration {
  readonly isMember: boolean;
  /** First of all, what is in front of the dot. */
  readonly parameters: readonly Type[];
  readonly result: Type;
  /** It has parameters such as T. */
  readonly isGeneric: boolean;
}

const TIME = "google.protobuf.Timestamp";
const SPAN = "google.protobuf.Duration";
const KEYED = ["A, list<A>: bool", "A, map<A, B>: bool"];
const ORDERED = ["bool", "int", "uint", "double", "string", "bytes", TIME, SPAN].map(
  (type) => `${type}, ${type}: bool`,
);
const both = (...types: string[]) => types.map((type) => `${type}, ${type}: ${type}`);

/**
 * The operators, with the overloads in cel-go's order: where several fit, the first tells more of what isn't known.
 *
 * @see https://github.com/google/cel-go/blob/v0.31.0/common/stdlib/standard.go
 */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  "!_": ["bool: bool"],
  "-_": ["double: double", "int: int"],
  "_%_": both("int", "uint"),
  "_*_": both("double", "int", "uint"),
  "_/_": both("double", "int", "uint"),
  "_+_": [
    ...both("bytes", "double", SPAN),
    ...[`${SPAN}, ${TIME}: ${TIME}`, `${TIME}, ${SPAN}: ${TIME}`],
    ...both("int", "list<A>", "string", "uint"),
  ],
  "_-_": [...both("double", SPAN, "int"), `${TIME}, ${SPAN}: ${TIME}`, `${TIME}, ${TIME}: ${SPAN}`, ...both("uint")],
  ...{ "_<_": ORDERED, "_<=_": ORDERED, "_>_": ORDERED, "_>=_": ORDERED },
  ...{ "_==_": ["A, A: bool"], "_!=_": ["A, A: bool"], "@in": KEYED },
  "_?_:_": ["bool, A, A: A"],
  "_[_]": [
    ...["list<A>, int: A", "map<A, B>, A: B"],
    ...["optional<list<V>>, int: optional<V>", "optional<map<K, V>>, K: optional<V>"],
  ],
  "_[?_]": [
    ...["list<V>, int: optional<V>", "optional<list<V>>, int: optional<V>"],
    ...["map<K, V>, K: optional<V>", "optional<map<K, V>>, K: optional<V>"],
  ],
  "cel.@mapInsert": ["map<K, V>, map<K, V>: map<K, V>", "map<K, V>, K, V: map<K, V>"],
};

const SORTED_BY = ["int", "uint", "double", "bool", SPAN, TIME, "string", "bytes"];
const OF_TIMES = "getFullYear getMonth getDayOfYear getDayOfMonth getDate getDayOfWeek".split(" ");
const OF_BOTH = "getHours getMinutes getSeconds getMilliseconds".split(" ");

/** Functions that cel-js has as kro has them. */
const STANDARD = [
  ...["bytes", "string"].map((type) => `bytes(${type}): bytes`),
  ...["dyn(A): dyn", "type(A): type<A>"],
  ...["bytes", "list<A>", "map<A, B>", "string"].map((type) => `size(${type}): int`),
  ...["optional.none(): optional<V>", "optional.of(V): optional<V>"],
];
const MEMBERS = [
  ...["bytes", "list<A>", "map<A, B>", "string"].map((type) => `${type}.size(): int`),
  ...["contains", "startsWith", "endsWith"].map((name) => `string.${name}(string): bool`),
  ...[...OF_TIMES, ...OF_BOTH].flatMap((name) => [`${TIME}.${name}(): int`, `${TIME}.${name}(string): int`]),
  ...OF_BOTH.map((name) => `${SPAN}.${name}(): int`),
  ...["optional<V>.hasValue(): bool", "optional<V>.value(): V"],
  ...["optional<V>.or(optional<V>): optional<V>", "optional<V>.orValue(V): V"],
];

const isOpen = ({ kind, of }: Type): boolean => kind === "param" || of.some(isOpen);

function declared({ receiver, parameters, result }: Pick<Overload, "receiver" | "parameters" | "result">): Declaration {
  const types = (receiver ? [receiver, ...parameters] : parameters).map(parseType);
  return {
    isMember: receiver !== undefined,
    parameters: types,
    result: parseType(result),
    isGeneric: types.some(isOpen) || isOpen(parseType(result)),
  };
}

function declareAll(): ReadonlyMap<string, readonly Declaration[]> {
  const all = new Map<string, Declaration[]>();
  const add = (name: string, declaration: Declaration) => {
    const known = all.get(name);
    if (known) known.push(declaration);
    else all.set(name, [declaration]);
  };
  const none = () => undefined;
  for (const [name, signatures] of Object.entries(OPERATORS)) {
    for (const signature of signatures) {
      const { parameters, result } = overload(`operator(${signature.replace(": ", "): ")}`, none);
      add(name, declared({ receiver: undefined, parameters, result }));
    }
  }
  for (const signature of STANDARD) {
    const known = overload(signature, none);
    add(known.name, declared(known));
  }
  for (const signature of MEMBERS) {
    const known = memberOverload(signature, none);
    add(known.name, declared(known));
  }
  for (const key of SORTED_BY) {
    add("@sortByAssociatedKeys", declared({ receiver: "list<T>", parameters: [`list<${key}>`], result: "list<T>" }));
  }
  for (const known of FUNCTIONS) add(known.name, declared(known));
  return all;
}

let declarations: ReadonlyMap<string, readonly Declaration[]> | undefined;

/** The overloads of a function or an operator; none for what kro doesn't know. */
export function declarationsOf(name: string): readonly Declaration[] {
  declarations ??= declareAll();
  return declarations.get(name) ?? [];
}

const PARAMETERS = ["A", "B", "K", "T", "V"].map(param);

/** A declaration with parameters of its own, for one call. */
export function instantiate(
  { parameters, result, isGeneric }: Declaration,
  fresh: () => Type,
): Pick<Declaration, "parameters" | "result"> {
  if (!isGeneric) return { parameters, result };
  const own = new Substitution();
  own.assign(PARAMETERS.map(fresh), PARAMETERS);
  return { parameters: parameters.map((type) => own.applied(type)), result: own.applied(result) };
}
