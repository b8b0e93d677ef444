/** A function of CEL: one overload. Types are written as cel-js has them: `string`, `list<T>`, `dyn`. */
export interface CelFunction {
  /** With its namespace, such as `lists.range`. */
  readonly name: string;
  /** The type in front of the dot; undefined for a function that is none's method. */
  readonly receiver: string | undefined;
  readonly parameters: readonly string[];
  readonly result: string;
  /** Gets the receiver first. */
  readonly call: (...args: never[]) => unknown;
}

/**
 * An overload from its signature: `string.split(string, int): list<string>`, `lists.range(int): list<int>`.
 * What is in front of the dot is a receiver's type unless the whole name is one of a namespace.
 */
export function method(signature: string, call: (...args: never[]) => unknown): CelFunction {
  const [, receiver, name = "", parameters = "", result = ""] =
    /^([\w.]+(?:<[^(]*>)?)\.(\w+)\((.*)\): (.+)$/.exec(signature) ?? [];
  return { name, receiver, parameters: splitTypes(parameters), result, call };
}

/** An overload of a function that is no method, from its signature: `lists.range(int): list<int>`. */
export function plain(signature: string, call: (...args: never[]) => unknown): CelFunction {
  const [, name = "", parameters = "", result = ""] = /^([\w.]+)\((.*)\): (.+)$/.exec(signature) ?? [];
  return { name, receiver: undefined, parameters: splitTypes(parameters), result, call };
}

/** At the commas that are not within `<...>`, which is at most two deep. */
function splitTypes(types: string): string[] {
  return types.match(/[\w.]+(?:<(?:[^<>]|<[^<>]*>)*>)?/g) ?? [];
}
