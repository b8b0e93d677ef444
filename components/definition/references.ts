/**
 * A kro resource graph written in TypeScript: templates that are checked against the Kubernetes types, and references
 * between them that are checked against the referenced resource.
 *
 * A reference is an ordinary property path, `ns.metadata.name`; in a template it becomes kro's `${ns.metadata.name}`.
 * kro takes its order from such references alone.
 *
 * @see https://kro.run/docs/concepts/rgd/dependencies-ordering
 */

/** An entry of `spec.resources`, kro's `Resource`: an id, what kro makes or only reads, and when it counts as ready. */
export type KroResource = MadeResource | ReadResource;

interface MadeResource {
  readonly id: string;
  readonly template: object;
  /** CEL expressions, `${...}`; all must be true. kro tries nothing that refers to this resource before. */
  readonly readyWhen?: readonly string[];
}

/**
 * Objects that others make, as a list: all that have these labels. It may be empty, and is ready as soon as it was read.
 * It has no `readyWhen`, because kro 0.9.4 compiles one against the node's id and evaluates it with `each`: never true.
 */
interface ReadResource {
  readonly id: string;
  readonly externalRef: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: {
      readonly namespace: string;
      readonly selector: { readonly matchLabels: Readonly<Record<string, string>> };
    };
  };
}

const path = Symbol("CEL path");

/** The CEL path of a reference, `ns.metadata.name`, or undefined for any other value. */
const pathOf = (value: unknown): string | undefined =>
  (typeof value === "function" && (value as unknown as { [path]?: string })[path]) || undefined;

/**
 * A reference to the object that kro calls `id`: any property path on it is a reference to that field.
 *
 * @typeParam T - the object's type. Fields are taken as present: kro waits for a field that isn't there yet.
 */
export function reference<T>(id: string): Present<T> {
  // A function, because a proxy of one can't be mistaken for a plain object of a template.
  return new Proxy(() => {}, {
    get: (_, key) => {
      if (key === path) return id;
      if (key === Symbol.toPrimitive || key === "toString" || key === "toJSON") return () => `\${${id}}`;
      if (typeof key === "symbol") return undefined;
      if (/^[0-9]+$/.test(key)) return reference(`${id}[${key}]`);
      return reference(/^[A-Za-z_]\w*$/.test(key) ? `${id}.${key}` : `${id}[${JSON.stringify(key)}]`);
    },
  }) as Present<T>;
}

/** T with every optional field present, all the way down. */
export type Present<T> = T extends (infer E)[]
  ? Present<E>[]
  : T extends object
    ? { [K in keyof T]-?: Present<NonNullable<T[K]>> }
    : T;

/**
 * A CEL expression: references in it are paths, other expressions are put in parentheses, strings are literals, and
 * everything else is CEL text.
 *
 * @example cel`${ns.status.phase} == "Active"` // "${ns.status.phase == \"Active\"}"
 */
export function cel(text: TemplateStringsArray, ...values: unknown[]): string {
  const written = (value: unknown): string => {
    const expression = typeof value === "string" ? /^\$\{(.*)\}$/.exec(value)?.[1] : undefined;
    return pathOf(value) ?? (expression ? `(${expression})` : JSON.stringify(value));
  };
  return `\${${text.reduce((all, part, i) => all + written(values[i - 1]) + part)}}`;
}

/** A copy of `template` in which every reference is written as kro reads it. */
export function writeReferences(template: unknown): unknown {
  const reference = pathOf(template);
  if (reference !== undefined) return `\${${reference}}`;
  if (Array.isArray(template)) return template.map(writeReferences);
  if (template !== null && typeof template === "object") {
    return Object.fromEntries(Object.entries(template).map(([key, value]) => [key, writeReferences(value)]));
  }
  return template;
}
