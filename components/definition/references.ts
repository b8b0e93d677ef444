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
export type KroResource = MadeResource | ManyResource | ReadResource;

interface MadeResource {
  readonly id: string;
  readonly template: object;
  /** CEL expressions, `${...}`; all must be true. kro tries nothing that refers to this resource before. */
  readonly readyWhen?: readonly string[];
}

/**
 * One object for each element of a list, which may be empty: what refers to them is made then all the same, where a node that is
 * left out by `includeWhen` takes along whatever refers to it.
 */
interface ManyResource extends MadeResource {
  /** The name of an element in the template, and the list. Each object's identity must come from its element. */
  readonly forEach: readonly Readonly<Record<string, string>>[];
}

/**
 * What is read and not made: one object by its name, ready as soon as it is there, or a list of all that have some labels, which
 * may be empty, and is ready as soon as it was read. A list has no `readyWhen`, because kro 0.9.4 compiles one against the node's id and evaluates it with `each`: never true.
 */
interface ReadResource {
  readonly id: string;
  readonly externalRef: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata:
      | { readonly namespace: string; readonly selector: { readonly matchLabels: Readonly<Record<string, string>> } }
      | { readonly namespace: string; readonly name: string };
  };
}

/** Writes `text`, which has neither `'` nor `\\`, as CEL, each of the keys of `values` in it as that expression. */
export function celText(text: string, values: Readonly<Record<string, string>>): string {
  const pieces = text.split(new RegExp(`(${Object.keys(values).join("|")})`));
  const written = pieces.filter(Boolean).map((piece) => {
    const value = values[piece];
    // In single quotes, where JSON has double ones.
    return value === undefined ? `'${piece}'` : `(${/^\$\{(.*)\}$/s.exec(value)?.[1] ?? value})`;
  });
  return `\${${written.join(" + ")}}`;
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

/** The same as a part of other expressions, without parentheses there. */
export const celPart = (text: TemplateStringsArray, ...values: unknown[]): unknown =>
  reference(cel(text, ...values).slice(2, -1));

/** A map of texts and text expressions as CEL. */
export const celMap = (entries: Readonly<Record<string, unknown>>): string =>
  `\${{${Object.entries(entries)
    .map(([key, value]) => `${JSON.stringify(key)}: ${cel`${value}`.slice(2, -1)}`)
    .join(", ")}}}`;

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
