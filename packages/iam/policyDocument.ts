import { isDeepStrictEqual } from "node:util";
import { isList, isMap, type Value } from "../kro/index.ts";

/** Whether two of IAM's policies, as JSON, mean the same however they are written. A text that is no JSON is only itself. */
export const samePolicy = (one: string, other: string): boolean => {
  const [a, b] = comparablePolicies(one, other);
  return isDeepStrictEqual(a, b);
};

/**
 * Two policies in a form in which what differs is what they mean: one text and a list of it are the same, and so are texts
 * and statements in another order. The names of operators, condition keys and actions have no case: the second's are
 * written as the first's.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
 */
export function comparablePolicies(one: string, other: string): readonly [Value, Value] {
  const [a, b] = [one, other].map((text) => plain(parse(text))) as [Value, Value];
  const names = new Map(namesIn(a).map((name) => [name.toLowerCase(), name]));
  const first = canonical(a, (name) => name);
  return [
    first,
    inOrderOf(
      first,
      canonical(b, (name) => names.get(name.toLowerCase()) ?? name),
    ),
  ];
}

function parse(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** With the statements as a list. */
const plain = (policy: Value): Value =>
  isMap(policy) && isMap(policy.Statement) ? { ...policy, Statement: [policy.Statement] } : policy;

/** The statements of one of IAM's policies, as JSON; none of a text that is no policy. */
export const policyStatements = (text: string): readonly Value[] => statementsOf(plain(parse(text)));

const statementsOf = (policy: Value): readonly Value[] =>
  isMap(policy) && isList(policy.Statement) ? policy.Statement : [];

/** Of operators, condition keys and actions. */
const namesIn = (policy: Value): string[] =>
  statementsOf(policy).flatMap((statement) => {
    if (!isMap(statement)) return [];
    const blocks = isMap(statement.Condition) ? Object.entries(statement.Condition) : [];
    return [
      ...blocks.flatMap(([operator, block]) => [operator, ...(isMap(block) ? Object.keys(block) : [])]),
      ...[statement.Action ?? [], statement.NotAction ?? []].flat().map(String),
    ];
  });

function canonical(policy: Value, spelled: (name: string) => string): Value {
  if (!isMap(policy)) return policy;
  const statements = statementsOf(policy).map((statement) =>
    isMap(statement) ? meant(statement, spelled) : statement,
  );
  return sorted({ ...policy, ...(isList(policy.Statement) && { Statement: statements }) });
}

function meant(statement: { readonly [key: string]: Value }, spelled: (name: string) => string): Value {
  const entries = Object.entries(statement).map(([key, value]): [string, Value] => {
    if (key === "Action" || key === "NotAction")
      return [key, isList(value) ? value.map((one) => spelled(String(one))) : spelled(String(value))];
    if (key === "Principal" || key === "NotPrincipal") return [key, value === "*" ? { AWS: "*" } : value];
    if (key !== "Condition" || !isMap(value)) return [key, value];
    const blocks = Object.entries(value).map(([operator, block]) => [
      spelled(operator),
      isMap(block) ? respelled(block, spelled) : block,
    ]);
    return [key, Object.fromEntries(blocks)];
  });
  return Object.fromEntries(entries);
}

const respelled = (block: { readonly [key: string]: Value }, spelled: (name: string) => string) =>
  Object.fromEntries(
    Object.entries(block).map(([key, values]) => [spelled(key), isList(values) ? values.map(String) : String(values)]),
  );

function sorted(value: Value): Value {
  if (isList(value)) {
    const items = value.map(sorted);
    if (!items.every((item) => typeof item === "string")) return items;
    return items.length === 1 ? items[0]! : [...items].sort();
  }
  if (!isMap(value)) return value;
  const entries = Object.entries(value).map(([key, item]): [string, Value] => [key, sorted(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The second policy, with its statements in the order of the first's where they are the same ones. */
function inOrderOf(first: Value, second: Value): Value {
  const left = [...statementsOf(second)];
  const found = statementsOf(first).flatMap((statement) => {
    const i = left.findIndex((one) => isDeepStrictEqual(one, statement));
    return i < 0 ? [] : left.splice(i, 1);
  });
  const isSame = left.length === 0 && found.length === statementsOf(first).length;
  return isSame && isMap(second) && found.length > 0 ? { ...second, Statement: found } : second;
}
