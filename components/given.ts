import { all, type Input, type Inputs, Output, output, type Unwrap } from "@pulumi/pulumi";

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

/** Whether a value, or what is within its lists and objects, isn't at hand. */
export const hasLater = (value: unknown): boolean =>
  isLater(value) || (Array.isArray(value) || isPlainObject(value) ? Object.values(value).some(hasLater) : false);

/**
 * What `make` makes of a value once all that is within it is known: at once where it is at hand, else as an Output, whole or not
 * at all. An Output is a dozen promises and more, and a program has hundreds of instances.
 */
export const deriveWhole = <T, R>(value: Given<T>, make: (whole: Unwrap<T>) => R): Given<R> =>
  hasLater(value) ? (output(value as Input<T>).apply(make) as Output<R>) : make(value as Unwrap<T>);

/** What `make` makes of what an Output holds, which may be an Output in turn. */
export const applyTo = <T, R>(value: Output<T>, make: (known: T) => Given<R>): Output<R> =>
  value.apply(make as (known: T) => R);

/** What Pulumi's own types leave out of an Output. */
interface Inside {
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  promise(): Promise<unknown>;
}

/**
 * `value`, or a copy of it in which whatever is known takes the place of its Output or promise, all the way down, as soon as it
 * is. In an update everything becomes known; in a preview what is still unknown stays an Output.
 *
 * @param secrets - gets the texts within that are secret.
 */
export async function settle(value: unknown, secrets: Set<string>, isSecret = false): Promise<unknown> {
  if (!isSecret && !hasLater(value)) return value;
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

/** The value of an Output that is always known, such as a URN; never, where it fails. */
export const whenKnown = <T>(value: Output<T>): Promise<T> =>
  new Promise((resolve) => (value as unknown as Inside).promise().then(resolve as (known: unknown) => void, () => {}));

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
