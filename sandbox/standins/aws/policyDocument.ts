import { isProperties, type PropertyValue } from "../plugin/values.ts";

/**
 * The form in which the official provider keeps a policy document: compact JSON with sorted keys, for inline policies
 * with `Version` before the rest. Throws when the text is not JSON.
 */
export function normalizePolicy(document: string, options: { versionFirst: boolean }): string {
  const sorted = sortKeys(JSON.parse(document) as PropertyValue);
  if (!options.versionFirst || !isProperties(sorted) || sorted.Version === undefined) return JSON.stringify(sorted);
  const { Version, ...rest } = sorted;
  return JSON.stringify({ Version, ...rest });
}

/**
 * Whether two policy documents mean the same: blind to whitespace, key order, statement order, the order of actions and
 * resources, one value or a list of one, and an account's id or its root ARN as principal.
 * Grammar: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export function equivalentPolicies(a: string, b: string): boolean {
  try {
    return a === b || canonical(a) === canonical(b);
  } catch {
    return false;
  }
}

function canonical(document: string): string {
  const policy = JSON.parse(document) as PropertyValue;
  if (!isProperties(policy)) return JSON.stringify(policy);
  const statements = asList(policy.Statement).map((statement) => JSON.stringify(canonicalStatement(statement)));
  return JSON.stringify(sortKeys({ ...policy, Statement: statements.sort() }));
}

function canonicalStatement(statement: PropertyValue): PropertyValue {
  if (!isProperties(statement)) return statement;
  const result = { ...statement };
  for (const key of ["Action", "NotAction", "Resource", "NotResource"]) {
    if (result[key] !== undefined) result[key] = sortedTexts(result[key]);
  }
  for (const key of ["Principal", "NotPrincipal"]) {
    const principals = result[key] === "*" ? { AWS: "*" } : result[key];
    if (isProperties(principals))
      result[key] = mapValues(principals, (value) => sortedTexts(value).map(accountOf).sort());
  }
  if (isProperties(result.Condition)) {
    result.Condition = mapValues(result.Condition, (test) =>
      isProperties(test) ? mapValues(test, sortedTexts) : test,
    );
  }
  return sortKeys(result);
}

function accountOf(principal: string): string {
  return /^arn:aws[\w-]*:iam::(\d{12}):root$/.exec(principal)?.[1] ?? principal;
}

function asList(value: PropertyValue | undefined): PropertyValue[] {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : [value];
}

function sortedTexts(value: PropertyValue | undefined): string[] {
  return asList(value).map(String).sort();
}

function mapValues(map: { [key: string]: PropertyValue | undefined }, change: (value: PropertyValue) => PropertyValue) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value ?? null)]));
}

function sortKeys(value: PropertyValue): PropertyValue {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (!isProperties(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, sortKeys(member ?? null)] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
