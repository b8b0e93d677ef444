import { isDeepStrictEqual } from "node:util";
import { DefinitionError } from "../../errors.ts";
import type { Definition } from "../../objects.ts";
import { build, graphOf, kindsOf } from "../builder.ts";
import type { Graph } from "../graph.ts";
import type { JsonSchema } from "../schema/jsonSchema.ts";
import type { Kinds, Known } from "../schema/kinds.ts";
import { servedStatus } from "./crd.ts";

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
 * @see https://kro.run/docs/concepts/rgd/overview
 */
export const breakingChanges = (before: Definition, after: Definition, known?: Known): string[] =>
  compareApis(before, after, known).breaking.map(({ path, problem }) => `${path} ${problem}`);

/** Of what is wrong in an RGD, or can't be known, nothing is said. */
export function compareApis(before: Definition, after: Definition, known?: Known): Comparison {
  const [old, next] = [before, after].map((definition) => graphAtHand(definition, kindsOf(known))) as [Graph, Graph];
  const comparing = new Comparing();
  comparing.compare("spec", old.schema, next.schema);
  comparing.compare("status", servedStatus(old.statusTypes), servedStatus(next.statusTypes));
  const part = ({ spec }: Definition, key: string) => (spec.schema as Readonly<Record<string, unknown>>)[key];
  if (!isDeepStrictEqual(part(before, "metadata"), part(after, "metadata"))) {
    comparing.unseen.push({ path: "metadata", problem: "changes" });
  }
  // Of the status a cluster knows more.
  const isSeen =
    comparing.isSeen ||
    ["status", "additionalPrinterColumns", "shortNames", "categories"].some(
      (key) => !isDeepStrictEqual(part(before, key), part(after, key)),
    );
  return { breaking: comparing.breaking, unseen: isSeen ? [] : comparing.unseen };
}

function graphAtHand(definition: Definition, kinds: Kinds): Graph {
  try {
    return graphOf(definition, kinds);
  } catch (error) {
    if (error instanceof DefinitionError) return build(definition, () => {}, kinds);
    throw error;
  }
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
    // Types may contain themselves. What may be anything is wrong, or of a kind that isn't known.
    if (before === after) return;
    if (before.type === undefined || after.type === undefined) return;
    if (before.type !== after.type) {
      this.#breaks(path, `changes from ${before.type} to ${after.type}`);
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
