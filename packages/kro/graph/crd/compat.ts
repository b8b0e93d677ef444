import { isDeepStrictEqual } from "node:util";
import type { Definition } from "../../objects.ts";
import { toJsonSchema } from "../../simpleschema/simpleSchema.ts";
import type { JsonSchema } from "../schema/jsonSchema.ts";

/** With this annotation an RGD may change its API in a way that instances don't expect. */
export const ALLOW_BREAKING_CHANGES = "kro.run/allow-breaking-changes";

/** A change of an RGD's API. */
export interface ApiChange {
  /** Within `schema`, such as `spec.replicas`. */
  readonly path: string;
  /** The half of a sentence, such as `is removed`. */
  readonly problem: string;
}

/** The changes of an RGD's API, as kro compares the CRDs. */
export interface Comparison {
  /** What an instance could say before, it could not say after: kro refuses these. */
  readonly breaking: readonly ApiChange[];
  /** What kro doesn't compare: these alone don't make it write the CRD. Empty where it writes it for others. */
  readonly unseen: readonly ApiChange[];
}

/**
 * Why kro refuses a change of an RGD's API, a sentence each.
 *
 * @throws DefinitionError for a schema that kro refuses.
 * @see https://kro.run/docs/concepts/rgd/overview
 */
export const breakingChanges = (before: Definition, after: Definition): string[] =>
  compareApis(before, after).breaking.map(({ path, problem }) => `${path} ${problem}`);

/** @throws DefinitionError for a schema that kro refuses. */
export function compareApis(before: Definition, after: Definition): Comparison {
  const [old, next] = [before.spec.schema, after.spec.schema] as const;
  const comparing = new Comparing();
  comparing.compare(
    "spec",
    toJsonSchema(old.spec ?? {}, old.types ?? {}),
    toJsonSchema(next.spec ?? {}, next.types ?? {}),
  );
  comparing.breaking.push(...removed("status", old.status ?? {}, next.status ?? {}));
  const part = (schema: object, key: string) => (schema as Readonly<Record<string, unknown>>)[key];
  if (!isDeepStrictEqual(part(old, "metadata"), part(next, "metadata"))) {
    comparing.unseen.push({ path: "metadata", problem: "changes" });
  }
  const isSeen =
    comparing.isSeen ||
    ["status", "additionalPrinterColumns", "shortNames", "categories"].some(
      (key) => !isDeepStrictEqual(part(old, key), part(next, key)),
    );
  return { breaking: comparing.breaking, unseen: isSeen ? [] : comparing.unseen };
}

/** What kro's comparison of two schemas looks at. */
const COMPARED = [
  "description",
  "default",
  "pattern",
  "minimum",
  "maximum",
  "minLength",
  "maxLength",
  "minItems",
  "maxItems",
] as const;

/** What it passes over, and what that is for whoever writes an RGD. */
const PASSED_OVER = [
  ["validations", "other rules of validation"],
  ["immutable", "another immutable"],
  ["listType", "another listType"],
  ["listMapKeys", "other listMapKeys"],
  ["x-kubernetes-preserve-unknown-fields", "another openness for unknown fields"],
] as const;

class Comparing {
  readonly breaking: ApiChange[] = [];
  readonly unseen: ApiChange[] = [];
  /** Whether there is anything that kro sees. */
  isSeen = false;

  compare(path: string, before: JsonSchema, after: JsonSchema): void {
    if (COMPARED.some((key) => !isDeepStrictEqual(before[key], after[key]))) this.isSeen = true;
    if (before.type !== after.type) {
      this.#breaks(path, `changes from ${before.type ?? "any type"} to ${after.type ?? "any type"}`);
      return;
    }
    if (after.pattern !== undefined && after.pattern !== before.pattern)
      this.#breaks(path, `must match ${after.pattern}`);
    for (const [bound, isTighter] of BOUNDS) {
      const [was, is] = [before[bound], after[bound]];
      if (is !== undefined && (was === undefined || isTighter(is, was))) this.#breaks(path, `has the ${bound} ${is}`);
    }
    this.#compareEnums(path, before, after);
    this.#compareProperties(path, before, after);
    if (before.items && after.items) this.compare(`${path}[]`, before.items, after.items);
    for (const [key, what] of PASSED_OVER) {
      if (!isDeepStrictEqual(before[key], after[key])) this.unseen.push({ path, problem: `has ${what}` });
    }
    if (!isDeepStrictEqual(plain(before.additionalProperties), plain(after.additionalProperties))) {
      this.unseen.push({ path, problem: "has other values in its map" });
    }
  }

  #breaks(path: string, problem: string): void {
    this.isSeen = true;
    this.breaking.push({ path, problem });
  }

  #compareEnums(path: string, before: JsonSchema, after: JsonSchema): void {
    if (isDeepStrictEqual(before.enum, after.enum)) return;
    if (!before.enum || !after.enum) {
      this.unseen.push({ path, problem: after.enum ? "has an enum" : "has no enum any more" });
      return;
    }
    this.isSeen = true;
    for (const value of before.enum) {
      if (!after.enum.includes(value)) this.#breaks(path, `can't be ${JSON.stringify(value)} any more`);
    }
  }

  #compareProperties(path: string, before: JsonSchema, after: JsonSchema): void {
    const [old, next] = [before.properties ?? {}, after.properties ?? {}];
    for (const [name, field] of Object.entries(old)) {
      const at = `${path}.${name}`;
      if (next[name]) this.compare(at, field, next[name]);
      else this.#breaks(at, "is removed");
    }
    if (Object.keys(next).some((name) => !old[name])) this.isSeen = true;
    if (!isDeepStrictEqual(before.required ?? [], after.required ?? [])) this.isSeen = true;
    for (const name of after.required ?? []) {
      const [was, is] = [old[name], next[name]];
      const hasDefault = is?.default !== undefined;
      const at = `${path}.${name}`;
      if (!was) {
        if (!hasDefault) this.#breaks(at, "becomes required");
      } else if (!before.required?.includes(name)) this.#breaks(at, "becomes required");
      else if (was.default !== undefined && !hasDefault) this.#breaks(at, "is required, and loses its default");
    }
  }
}

/** A schema whose properties may be made when they are asked for. */
const plain = (schema: JsonSchema | undefined): unknown => schema && JSON.parse(JSON.stringify(schema));

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

/** Of the status, kro infers the types; what is certain without a cluster is which fields go, and which become maps. */
function removed(path: string, before: object, after: object): ApiChange[] {
  return Object.entries(before).flatMap(([name, field]) => {
    // Conditions are kro's own in any case.
    if (path === "status" && name === "conditions") return [];
    const next = (after as Record<string, unknown>)[name];
    const at = `${path}.${name}`;
    if (next === undefined) return path === "status" && name === "state" ? [] : [{ path: at, problem: "is removed" }];
    return isMap(field) && isMap(next) ? removed(at, field, next) : [];
  });
}

const isMap = (value: unknown): value is object => value !== null && typeof value === "object" && !Array.isArray(value);
