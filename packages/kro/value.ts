/** A value of JSON, or one that can't be written down before the update: see {@link KnownAfterApply} and {@link Secret}. */
export type Value =
  | string
  | number
  | boolean
  | null
  | KnownAfterApply
  | Secret
  | readonly Value[]
  | { readonly [key: string]: Value };

/** A value that only the cluster can know, with the CEL expression (or the text around several) that it will come from. */
export class KnownAfterApply {
  /** As written in the RGD, `${...}` included; or a caller's name for a value that it gives and doesn't know yet. */
  readonly expression: string;
  /** Ids of the nodes that it depends on. */
  readonly nodes: readonly string[];

  readonly #inputs: string;

  constructor(expression: string, nodes: readonly string[] = [], inputs = "") {
    this.expression = expression;
    this.nodes = nodes;
    this.#inputs = inputs;
  }

  /** What is known of the values that it will come from: with another, it may be another itself. Not to be shown. */
  get inputs(): string {
    return this.#inputs;
  }

  /** The same value, as one that depends on nodes of other ids. */
  withNodes(nodes: readonly string[]): KnownAfterApply {
    return new KnownAfterApply(this.expression, nodes, this.inputs);
  }

  toJSON(): { knownAfterApply: string } {
    return { knownAfterApply: this.expression };
  }

  /** What it is, in words. */
  get label(): string {
    return "known after apply";
  }

  toString(): string {
    return `(${this.label}: ${this.expression})`;
  }
}

/**
 * A value that the cluster would know, and kro's CEL would give, but that can't be worked out here: the expression uses
 * something that previews don't have.
 */
export class NotEvaluated extends KnownAfterApply {
  /** What it uses: a sentence without its stop. */
  readonly reason: string;

  constructor(reason: string, expression: string, nodes: readonly string[] = [], inputs = "") {
    super(expression, nodes, inputs);
    this.reason = reason;
  }

  override withNodes(nodes: readonly string[]): NotEvaluated {
    return new NotEvaluated(this.reason, this.expression, nodes, this.inputs);
  }

  override get label(): string {
    return "not evaluated";
  }
}

/**
 * A secret. Its text is not here: nothing that prints a rendering could give it away. Two of the same `version` are
 * the same secret; a changed one has another.
 */
export class Secret {
  readonly version: string;

  constructor(version = "") {
    this.version = version;
  }

  toJSON(): string {
    return "[secret]";
  }

  toString(): string {
    return "[secret]";
  }
}

/** Not known, or not to be looked at. */
export const isSpecial = (value: unknown): value is KnownAfterApply | Secret =>
  value instanceof KnownAfterApply || value instanceof Secret;

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

/** A map of JSON; nothing that stands for a value is one. */
export const isMap = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && !isList(value) && !isSpecial(value);

/** Sets a field of a map of JSON. `__proto__` is a name like others. To gather entries first would take several times as long. */
export function setField<T>(map: Record<string, T>, name: string, value: T): void {
  if (name === "__proto__") {
    Object.defineProperty(map, name, { value, enumerable: true, configurable: true, writable: true });
  } else map[name] = value;
}
