import { KnownAfterApply, type Value } from "../kro/index.ts";
import type { ChildChange, FieldChange } from "./changes.ts";
import type { InstanceChildChange } from "./report.ts";

/** So many different ones are remembered: of what no two instances have alike, remembering costs more than it saves. */
const REMEMBERED = 4096;

/** What is equal, once. */
export class Pool<T> {
  readonly #known = new Map<string, T>();

  of(key: string, value: T): T {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= REMEMBERED) this.#known.clear();
    this.#known.set(key, value);
    return value;
  }
}

/**
 * Keeps children for a report. Hundreds of instances of an RGD change in the same fields, mostly to the same values: what
 * they have alike is there once, so that an instance costs little more than its names.
 */
export class Sharing {
  readonly #texts = new Pool<string>();
  readonly #values = new Pool<KnownAfterApply>();
  readonly #fields = new Pool<FieldChange>();
  readonly #lists = new Pool<readonly FieldChange[]>();

  /**
   * The children of an instance, for a report.
   *
   * @param instance - `namespace/name`.
   */
  children(changes: readonly ChildChange[], instance: string, otherStack: boolean): InstanceChildChange[] {
    const names = new Map<string, string>([[flat(instance), instance]]);
    const nameOf = (value: Value): Value => {
      if (typeof value !== "string") return value;
      const known = names.get(value);
      if (known === undefined) names.set(flat(value), value);
      return known ?? value;
    };
    return changes.map(({ fields, dangers, ...child }) => ({
      ...child,
      ...(child.namespace !== undefined && { namespace: nameOf(child.namespace) }),
      name: nameOf(child.name),
      fields: this.#listOf(child.action, fields),
      dangers: dangers.length === 0 ? NONE : dangers.map(({ name, message }) => ({ name, message: flat(message) })),
      instance,
      otherStack,
    }));
  }

  #listOf(action: ChildChange["action"], fields: readonly FieldChange[]): readonly FieldChange[] {
    if (fields.length === 0) return NONE;
    const keys: string[] = [];
    const all = fields.map((field) => {
      const [key, shared] = this.#fieldOf(field);
      if (key !== undefined) keys.push(key);
      return shared;
    });
    // What comes or goes whole has the names of its own instance.
    if (action === "create" || action === "delete" || keys.length < all.length) return all;
    return this.#lists.of(keys.join("\n"), all);
  }

  #fieldOf(field: FieldChange): readonly [key: string | undefined, field: FieldChange] {
    const { before, after, order } = field;
    const path = this.#texts.of(flat(field.path), field.path);
    if (order || !isPlain(before) || !isPlain(after)) {
      return [undefined, { ...field, path, before: this.#valueOf(before), after: this.#valueOf(after) }];
    }
    const key = `${path} ${keyOf(before)} ${keyOf(after)}`;
    return [key, this.#fields.of(key, { path, before, after })];
  }

  #valueOf(value: Value | undefined): Value | undefined {
    if (!(value instanceof KnownAfterApply)) return value;
    const { label, expression, nodes, inputs } = value;
    return value.constructor === KnownAfterApply
      ? this.#values.of(JSON.stringify([label, expression, nodes, inputs]), value)
      : value;
  }
}

const NONE: readonly never[] = [];

const isPlain = (value: Value | undefined): value is string | number | boolean | null | undefined =>
  typeof value !== "object" || value === null;

/** A text, and nothing else, is quoted. */
const keyOf = (value: Value | undefined): string => (typeof value === "string" ? JSON.stringify(value) : String(value));

/** A text that was put together holds its parts, and one that was cut out holds the whole, until it is looked into. */
export function flat(text: string): string {
  text.charCodeAt(0);
  return text;
}
