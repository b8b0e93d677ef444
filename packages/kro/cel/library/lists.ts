import { Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { spend } from "../budget.ts";
import { compare, equal, fail, inInt64, nanoseconds, typeName } from "../values.ts";
import { memberOverload, type Overload, overload } from "./functions.ts";

type List = readonly unknown[];

const SUMMABLE = ["int", "uint", "double", "google.protobuf.Duration"];
/** Types that have an order. */
export const COMPARABLE = [...SUMMABLE, "bool", "string", "bytes", "google.protobuf.Timestamp"];

/** Functions on lists: of cel-go, of Kubernetes and of kro. */
export const LISTS: readonly Overload[] = [
  overload("lists.range(int): list<int>", range),
  memberOverload("list<T>.slice(int, int): list<T>", slice),
  memberOverload("list<list<T>>.flatten(): list<T>", (list: List) => flatten(list, 1n)),
  memberOverload("list<dyn>.flatten(int): list<dyn>", flatten),
  memberOverload("list<T>.distinct(): list<T>", distinct),
  memberOverload("list<T>.reverse(): list<T>", (list: List) => [...list].reverse()),
  memberOverload("list<T>.first(): optional<T>", (list: List) => Optional.of(list[0])),
  memberOverload("list<T>.last(): optional<T>", (list: List) => Optional.of(list.at(-1))),
  ...COMPARABLE.flatMap((type) => [
    memberOverload(`list<${type}>.sort(): list<${type}>`, (list: List) => sortByKeys(list, list)),
    memberOverload(`list<${type}>.isSorted(): bool`, isSorted),
    memberOverload(`list<${type}>.max(): ${type}`, (list: List) => best("max", list, (order) => order < 0)),
    memberOverload(`list<${type}>.min(): ${type}`, (list: List) => best("min", list, (order) => order > 0)),
  ]),
  ...SUMMABLE.map((type) => memberOverload(`list<${type}>.sum(): ${type}`, sum)),
  memberOverload("list<T>.indexOf(T): int", (list: List, item: unknown) =>
    BigInt(list.findIndex((other) => equal(other, item))),
  ),
  memberOverload("list<T>.lastIndexOf(T): int", (list: List, item: unknown) =>
    BigInt(list.findLastIndex((other) => equal(other, item))),
  ),
  overload("lists.setAtIndex(list<T>, int, T): list<T>", (list: List, at: bigint, item: unknown) => {
    checkIndex("setAtIndex", at, list.length, at < list.length);
    return list.with(Number(at), item);
  }),
  overload("lists.insertAtIndex(list<T>, int, T): list<T>", (list: List, at: bigint, item: unknown) => {
    checkIndex("insertAtIndex", at, list.length, at <= list.length);
    return list.toSpliced(Number(at), 0, item);
  }),
  overload("lists.removeAtIndex(list<T>, int): list<T>", (list: List, at: bigint) => {
    checkIndex("removeAtIndex", at, list.length, at < list.length);
    return list.toSpliced(Number(at), 1);
  }),
];

/** cel-go's limit is a million, and the API server's object is full much earlier. */
const MAX_RANGE = 1_000_000n;

function range(size: bigint): bigint[] {
  if (size < 0n) fail(`lists.range: size must be non-negative, got ${size}`);
  if (size > MAX_RANGE) fail(`lists.range: size ${size} exceeds maximum allowed (${MAX_RANGE})`);
  spend(Number(size));
  return Array.from({ length: Number(size) }, (_, at) => BigInt(at));
}

function slice(list: List, start: bigint, end: bigint): unknown[] {
  const call = `cannot slice(${start}, ${end})`;
  if (start < 0n || end < 0n) fail(`${call}, negative indexes not supported`);
  if (start > end) fail(`${call}, start index must be less than or equal to end index`);
  if (end > list.length) fail(`${call}, list is length ${list.length}`);
  return list.slice(Number(start), Number(end));
}

function flatten(list: List, depth: bigint): unknown[] {
  if (depth < 0n) fail("level must be non-negative");
  return list.flat(Number(depth));
}

function distinct(list: List): unknown[] {
  const kept: unknown[] = [];
  for (const item of list) {
    spend(kept.length);
    if (!kept.some((other) => equal(item, other))) kept.push(item);
  }
  return kept;
}

/** A list in the order of its keys, which are comparable and of one type. */
export function sortByKeys(list: List, keys: List): unknown[] {
  if (list.length === 0) return [];
  const type = typeName(keys[0]);
  if (compare(keys[0], keys[0]) === undefined) fail("list elements must be comparable");
  if (keys.length > 1 && keys.some((key) => typeName(key) !== type)) fail("list elements must have the same type");
  const order = list.map((_, at) => at).sort((a, b) => compare(keys[a], keys[b]) ?? 0);
  return order.map((at) => list[at]);
}

function isSorted(list: List): boolean {
  if (!list.every((item) => COMPARABLE.includes(typeName(item)))) fail("no such overload");
  return list.every((item, at) => at === 0 || (compare(list[at - 1], item) ?? 0) <= 0);
}

function best(name: string, list: List, isBetter: (order: number) => boolean): unknown {
  if (list.length === 0) fail(`${name} called on empty list`);
  if (!COMPARABLE.includes(typeName(list[0]))) fail("no such overload");
  return list.reduce((kept, item) => (isBetter(compare(kept, item) ?? 0) ? item : kept));
}

function sum(list: List): unknown {
  const first = list[0];
  if (first === undefined) return 0n;
  if (!SUMMABLE.includes(typeName(first))) fail("no such overload");
  return list.slice(1).reduce((total, item) => add(total, item), first);
}

function add(a: unknown, b: unknown): unknown {
  if (typeof a === "bigint" && typeof b === "bigint") return inInt64(a + b);
  if (typeof a === "number" && typeof b === "number") return a + b;
  if (a instanceof UnsignedInt && b instanceof UnsignedInt) return new UnsignedInt(a.valueOf() + b.valueOf());
  if (a instanceof Duration && b instanceof Duration) {
    const total = nanoseconds(a) + nanoseconds(b);
    return new Duration(total / 1_000_000_000n, Number(total % 1_000_000_000n));
  }
  return fail("no such overload");
}

function checkIndex(name: string, at: bigint, length: number, fits: boolean): void {
  const bounds = name === "insertAtIndex" ? `[0, ${length}]` : `[0, ${length})`;
  if (at < 0n || !fits) fail(`lists.${name}: index ${at} out of bounds ${bounds}`);
}
