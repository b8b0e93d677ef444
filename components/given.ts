import { all, type Input, type Inputs, Output, output } from "@pulumi/pulumi";

/** A value, or an Output of it where it comes from another resource. */
export type Given<T> = T | Output<T>;

/** Whether a value isn't at hand: an Output, or a promise. */
export const isLater = (value: unknown): value is Output<unknown> | Promise<unknown> =>
  Output.isInstance(value) || value instanceof Promise;

/** What `make` makes of the values: at once where each is at hand, else as an Output. */
export function derive<T extends readonly unknown[], R>(
  values: { readonly [K in keyof T]: Given<T[K]> },
  make: (...values: T) => R,
): Given<R> {
  if (!values.some(isLater)) return make(...(values as unknown as T));
  return all([...values] as Input<unknown>[]).apply((known) => make(...(known as unknown as T))) as Output<R>;
}

/** What Pulumi's own types leave out of an Output. */
interface Inside {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(): Promise<unknown>;
}

/**
 * A copy of `value` in which whatever is known takes the place of its Output or promise, all the way down, as soon as it
 * is. In an update everything becomes known; in a preview what is still unknown stays an Output.
 *
 * @param secrets - gets the texts within that are secret.
 */
export async function settle(value: unknown, secrets: Set<string>, isSecret = false): Promise<unknown> {
  if (value instanceof Promise) return settle(await value, secrets, isSecret);
  if (Output.isInstance(value)) {
    const inside = value as unknown as Inside;
    if (!(await inside.isKnown)) return value;
    return settle(await inside.promise(), secrets, isSecret || (await inside.isSecret));
  }
  if (isSecret && typeof value === "string" && value !== "") secrets.add(value);
  if (Array.isArray(value)) return Promise.all(value.map((item) => settle(item, secrets, isSecret)));
  if (!isPlainObject(value)) return value;
  const entries = Object.entries(value).map(async ([key, item]) => [key, await settle(item, secrets, isSecret)]);
  return Object.fromEntries(await Promise.all(entries));
}

const isPlainObject = (value: unknown): value is Inputs =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** The value of an Output that is always known, such as a URN. */
export const whenKnown = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => value.apply(resolve));

/** When an Output is known, or is never going to be. */
export const whenOver = (value: Output<unknown>): Promise<unknown> =>
  (value as unknown as Inside).promise().catch(() => undefined);

/** `known` where a value is given, else `missing`. */
export const orElse = <T>(
  given: Input<T | undefined> | undefined,
  missing: Given<T> | undefined,
): Given<T> | undefined =>
  isLater(given)
    ? (output(given).apply((value) => value ?? missing) as Output<T>)
    : ((given as T | undefined | null) ?? missing);
