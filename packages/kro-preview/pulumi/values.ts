import { KnownAfterApply, Secret, type Value } from "../../kro/index.ts";
import { conceal, type Side } from "../conceal.ts";

/** Inputs of a resource, by name. */
export type Inputs = { readonly [name: string]: Value };

/** Marks an object that stands for something else than its fields, and the mark of a secret. */
export const PULUMI_SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** What the engine prints in place of a secret's text: alone, or within a longer one. */
export const MASK = "[secret]";

/**
 * What the engine writes for a value that isn't known yet: a boolean, number, string, list, asset, archive or map.
 *
 * @see https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go
 */
const UNKNOWN =
  /1c4a061d-8072-4f0a-a4cb-0ff528b18fe7|3eeb2bf0-c639-47a8-9e75-3b44932eb421|04da6b54-80e4-46f7-96ec-b56ff0331ba9|6a19a0b0-7e62-4c92-b797-7f8e31da9cc2|030794c1-ac77-496b-92df-f27374a8bd58|e48ece36-62e2-4504-bad9-02848725956a|dd056dcd-154b-4c76-9bd3-c8f88648b5ff/;

/** Inputs as an engine event or a state has them. */
export type RawInputs = Readonly<Record<string, unknown>>;

/**
 * Both sides of a step's inputs as an engine event has them, with what is secret or not known yet as such. A text that has
 * a secret on the other side is secret too: it may be what was set again with `--secret`.
 *
 * @param changed - paths that differ, as Pulumi writes them: `spec.environment[0].value`. Undefined where Pulumi names
 *   none of an update's: then what is secret on one side only counts as another one.
 */
export function toSides(
  old: RawInputs | undefined,
  next: RawInputs | undefined,
  changed: readonly string[] | undefined,
): { readonly before: Inputs | undefined; readonly after: Inputs | undefined } {
  const differing = new Set<Secret>();
  const [before, after] = conceal<Value | undefined>(
    old && convertInputs(old, "before", changed ?? [], differing),
    next && convertInputs(next, "after", changed ?? [], differing),
    (secret, side) =>
      changed === undefined || differing.has(secret) ? new Secret(`${side} ${secret.version}`) : secret,
  );
  return { before: before as Inputs | undefined, after: after as Inputs | undefined };
}

/** Inputs that have no other side, as an engine event or a state has them. */
export const toInputs = (inputs: RawInputs, side: Side, changed: readonly string[]): Inputs =>
  convertInputs(inputs, side, changed, new Set());

/**
 * The engine masks a secret on both sides alike, so that only the paths of a step's diff can tell that it changed.
 *
 * @param differing - gets each secret that changed.
 */
function convertInputs(inputs: RawInputs, side: Side, changed: readonly string[], differing: Set<Secret>): Inputs {
  const paths = changed.map(parsePath);
  const convert = (value: unknown, path: readonly string[]): Value => {
    if (typeof value === "string") {
      if (UNKNOWN.test(value)) return new KnownAfterApply("an output of this stack");
      return value.includes(MASK) ? secret(path) : value;
    }
    if (Array.isArray(value)) return value.map((item, i) => convert(item, [...path, String(i)]));
    if (!isObject(value)) return (value ?? null) as Value;
    if (isSecret(value)) return secret(path);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, convert(item, [...path, key])]));
  };
  const secret = (path: readonly string[]): Secret => {
    const differs = paths.some((other) => liesIn(path, other));
    const made = new Secret(JSON.stringify(differs ? [path, side] : [path]));
    if (differs) differing.add(made);
    return made;
  };
  return Object.fromEntries(Object.entries(inputs).map(([key, item]) => [key, convert(item, [key])]));
}

/**
 * Inputs as a state has them, with the text of every secret: for comparing, never for showing. A secret whose text is
 * not there stays Secret.
 */
export const revealed = (inputs: Readonly<Record<string, unknown>>): Inputs =>
  Object.fromEntries(Object.entries(inputs).map(([key, item]) => [key, reveal(item)]));

function reveal(value: unknown): Value {
  if (typeof value === "string") return UNKNOWN.test(value) ? new KnownAfterApply("an output of this stack") : value;
  if (Array.isArray(value)) return value.map(reveal);
  if (!isObject(value)) return (value ?? null) as Value;
  if (!isSecret(value)) return revealed(value);
  const { plaintext, ciphertext } = value;
  return typeof plaintext === "string" ? reveal(JSON.parse(plaintext)) : new Secret(String(ciphertext));
}

/** The parts of a property path: `a.b[0]["c.d"]` is a, b, 0, c.d. */
export const parsePath = (path: string): string[] =>
  [...path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)].map(
    ([, index, quoted, name]) => index ?? quoted?.replace(/\\(.)/g, "$1") ?? name!,
  );

/** Whether what changed at a path may be told of a value at another: that may hold it, or be part of it. */
export const liesIn = (path: readonly string[], changed: readonly string[]): boolean =>
  changed.every((part, i) => i >= path.length || part === path[i]);

/** Whether an object is what Pulumi writes for a secret. */
export const isSecret = (value: RawInputs): boolean => value[PULUMI_SIGNATURE] === SECRET;

/** Whether an object of a step, or a part of one, holds a masked text; what Pulumi knows as a secret is none. */
export function hasMask(value: unknown): boolean {
  if (typeof value === "string") return value.includes(MASK);
  return isObject(value) && !isSecret(value) && Object.values(value).some(hasMask);
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null;
