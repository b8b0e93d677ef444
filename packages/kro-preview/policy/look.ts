import { fieldPath, isList, KnownAfterApply, Secret, type Value } from "../../kro/index.ts";
import { entries } from "../lists.ts";

/** Called with the path of a value on which a rule depends, and that is secret, or that only the cluster can know. */
export type Untold = (path: string) => void;

/**
 * A place in an object, as a rule looks at it. A value that can't be told breaks no rule: whoever asks is told so by
 * `untold`. What is null counts as not there, as the API server has it.
 */
export class Look {
  readonly #value: Value | undefined;
  /** As in a diff: `spec.containers[name=carts].image`. */
  readonly path: string;
  readonly #untold: Untold;

  constructor(value: Value | undefined, path: string, untold: Untold) {
    this.#value = value ?? undefined;
    this.path = path;
    this.#untold = untold;
  }

  /** A field of a field ...; of what can't be told, that itself. */
  at(...keys: readonly string[]): Look {
    const [key, ...rest] = keys;
    if (key === undefined) return this;
    const value = this.#value;
    if (isSpecial(value)) return this;
    const part = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return new Look(part, fieldPath(this.path, key), this.#untold).at(...rest);
  }

  /** The elements of a list, or the fields of a map; none where it isn't there, or can't be told. */
  items(): (Look & { readonly key: string })[] {
    const parts = [...(entries(this.told()) ?? [])];
    const path = (key: string) => (isList(this.#value) ? `${this.path}[${key}]` : fieldPath(this.path, key));
    return parts.map(([key, part]) => Object.assign(new Look(part, path(key), this.#untold), { key }));
  }

  /** Whether the value is known, and so; what can't be told is told as such. */
  is(test: (value: Value | undefined) => boolean): boolean {
    if (!isSpecial(this.#value)) return test(this.#value);
    this.#untold(this.path);
    return false;
  }

  get isKnown(): boolean {
    return this.is(() => true);
  }

  /** Whether anything is there, known or not. */
  get isThere(): boolean {
    return this.#value !== undefined;
  }

  /** The value, undefined where it isn't there, or can't be told. */
  told(): Value | undefined {
    return this.is(() => true) ? this.#value : undefined;
  }

  /** The same, and nobody is told where it can't be. */
  peek(): Value | undefined {
    return isSpecial(this.#value) ? undefined : this.#value;
  }

  /** {@link told} as a text; undefined also for what is none. */
  text(): string | undefined {
    const value = this.told();
    return typeof value === "string" ? value : undefined;
  }

  /** What a message calls a container or a volume. */
  get name(): string {
    const { name } = (isObject(this.#value) ? this.#value : {}) as { readonly name?: Value };
    return typeof name === "string" ? name : String(name ?? "");
  }
}

const isSpecial = (value: Value | undefined): value is KnownAfterApply | Secret =>
  value instanceof KnownAfterApply || value instanceof Secret;

const isObject = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && !isList(value) && !isSpecial(value);
