import { createHash } from "node:crypto";
import { titleOf } from "../../packages/kro/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { parsed } from "./mark.ts";

/** Annotation of an RGD: the definition that a rollout went back from last, a {@link Refused}. */
export const REFUSED = "carts-stack/refused";

/** What is noted of a definition that a rollout went back from. */
export interface Refused {
  /** Of its spec: {@link digestOf}. */
  readonly digest: string;
  /** Full name of the stack whose program declares it. */
  readonly of: string;
  /** Who rolled it out: `user@host`. */
  readonly by: string;
  /** RFC 3339. */
  readonly at: string;
  /** Why it went no further: a paragraph. */
  readonly why: string;
}

/** Longer a reason is not noted. */
const LONGEST = 500;

/** What tells one spec of an RGD from another, whatever the order of its fields: SHA-256, in hex. */
export const digestOf = (spec: unknown): string =>
  createHash("sha256")
    .update(JSON.stringify(sorted(spec)) ?? "")
    .digest("hex");

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== undefined);
  return Object.fromEntries(entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]));
}

export const refusedText = ({ why, ...refused }: Refused): string =>
  JSON.stringify({ ...refused, why: why.slice(0, LONGEST) });

/** What is noted of an RGD, and a sentence about it, without its end. */
export interface RefusedBefore extends Refused {
  /** Such as `ResourceGraphDefinition cartsstack`. */
  readonly object: string;
  readonly text: string;
}

/**
 * The definition that a rollout of an RGD went back from.
 *
 * @param definition - only if it is this one. Default: whichever it is.
 */
export function refusedBefore(object: LiveObject, definition?: { readonly spec?: unknown }): RefusedBefore | undefined {
  if (object.kind !== "ResourceGraphDefinition") return undefined;
  const found = parsed<Refused>(object.metadata.annotations?.[REFUSED] ?? "");
  if (!found?.digest || (definition && digestOf(definition.spec) !== found.digest)) return undefined;
  const { at, by, why, of } = found;
  const title = titleOf(object);
  const text = `a rollout of ${title} (of the stack ${of}, by ${by}) went back from it at ${at}: ${why.replace(/\.$/, "")}`;
  return { ...found, object: title, text };
}
