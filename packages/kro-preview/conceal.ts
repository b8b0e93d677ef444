import { isList, isMap, type JsonSchema, KnownAfterApply, Secret, type Value } from "../kro/index.ts";
import { areAlike, entries, partSchema } from "./lists.ts";

/** Which of the two sides of a change. */
export type Side = "before" | "after";

/** The secret that stands for a text of the given side, beside a secret of the other. */
export type Cover = (secret: Secret, side: Side) => Secret;

/**
 * Both sides of a change, with every text covered that has a secret on the other side: it may be that secret's own, of
 * before it was one.
 *
 * @param schema - of both, where it is known: by what the elements of lists are told apart.
 */
export function conceal<T extends Value | undefined>(
  before: T,
  after: T,
  cover: Cover,
  schema?: JsonSchema,
): readonly [T, T] {
  const [old, next] = [secretIn(before), secretIn(after)];
  if (before === undefined || after === undefined || (!old && !next)) return [before, after];
  const [a, b] = [entries(before, schema), entries(after, schema)];
  if (a && b && areAlike(before, after, schema)) {
    const of = (key: string) => conceal(a.get(key), b.get(key), cover, partSchema(schema, after as Value, key));
    const pairs = new Map([...a.keys(), ...b.keys()].map((key) => [key, of(key)]));
    const rebuilt = ([container, keys]: readonly [Value, Iterable<string>], side: 0 | 1) => {
      const parts = [...keys].map((key) => [key, pairs.get(key)![side]!] as const);
      return (isList(container) ? parts.map(([, part]) => part) : Object.fromEntries(parts)) as T;
    };
    return [rebuilt([before, a.keys()], 0), rebuilt([after, b.keys()], 1)];
  }
  const covered = (value: T, secret: Secret | undefined, side: Side): T =>
    secret === undefined || value instanceof Secret || value instanceof KnownAfterApply
      ? value
      : (cover(secret, side) as T);
  return [covered(before, next, "before"), covered(after, old, "after")];
}

/** The first secret in a value. */
export function secretIn(value: Value | undefined): Secret | undefined {
  if (value instanceof Secret) return value;
  if (!isMap(value) && !isList(value)) return undefined;
  for (const part of Object.values(value)) {
    const secret = secretIn(part);
    if (secret) return secret;
  }
  return undefined;
}
