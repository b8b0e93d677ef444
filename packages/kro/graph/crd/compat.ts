import type { Definition } from "../../objects.ts";
import { toJsonSchema } from "../../simpleschema/simpleSchema.ts";
import type { JsonSchema } from "../schema/jsonSchema.ts";

/** With this annotation an RGD may change its API in a way that instances don't expect. */
export const ALLOW_BREAKING_CHANGES = "kro.run/allow-breaking-changes";

/**
 * Why kro refuses a change of an RGD's API, a sentence each: what an instance could say before, it could not say after.
 *
 * @see https://kro.run/docs/concepts/rgd/overview
 */
export function breakingChanges(before: Definition, after: Definition): string[] {
  const [old, next] = [before.spec.schema, after.spec.schema];
  return [
    ...compare("spec", toJsonSchema(old.spec ?? {}, old.types ?? {}), toJsonSchema(next.spec ?? {}, next.types ?? {})),
    ...removed("status", old.status ?? {}, next.status ?? {}),
  ];
}

function compare(path: string, before: JsonSchema, after: JsonSchema): string[] {
  if (before.type !== after.type) return [`${path} changes from ${before.type} to ${after.type}`];
  const found: string[] = [];
  if (after.pattern !== undefined && after.pattern !== before.pattern) {
    found.push(`${path} must match ${after.pattern}`);
  }
  for (const [bound, isTighter] of BOUNDS) {
    const [was, is] = [before[bound], after[bound]];
    if (is !== undefined && (was === undefined || isTighter(is, was))) found.push(`${path} has the ${bound} ${is}`);
  }
  for (const value of before.enum ?? []) {
    if (after.enum && !after.enum.includes(value)) found.push(`${path} can't be ${JSON.stringify(value)} any more`);
  }
  for (const [name, field] of Object.entries(before.properties ?? {})) {
    const next = after.properties?.[name];
    found.push(...(next ? compare(`${path}.${name}`, field, next) : [`${path}.${name} is removed`]));
  }
  for (const name of after.required ?? []) {
    const [was, is] = [before.properties?.[name], after.properties?.[name]];
    const mandatory = before.required?.includes(name) && was?.default === undefined;
    const stillOptional = !before.required?.includes(name) && !was && is?.default !== undefined;
    const sameDefault = before.required?.includes(name) && is?.default !== undefined;
    if (!mandatory && !stillOptional && !sameDefault) found.push(`${path}.${name} becomes required`);
  }
  if (before.items && after.items) found.push(...compare(`${path}[]`, before.items, after.items));
  return found;
}

const more = (is: number, was: number): boolean => is > was;
const less = (is: number, was: number): boolean => is < was;
const BOUNDS = [
  ["minimum", more],
  ["maximum", less],
  ["minLength", more],
  ["maxLength", less],
  ["minItems", more],
  ["maxItems", less],
] as const;

/** Of the status, kro infers the types; what is certain without a cluster is which fields go. */
function removed(path: string, before: object, after: object): string[] {
  return Object.entries(before).flatMap(([name, field]) => {
    const next = (after as Record<string, unknown>)[name];
    if (next === undefined) return [`${path}.${name} is removed`];
    const nested = isMap(field) && isMap(next);
    return nested ? removed(`${path}.${name}`, field, next) : [];
  });
}

const isMap = (value: unknown): value is object => value !== null && typeof value === "object" && !Array.isArray(value);
