/** One overload of a function of CEL. Types are written as cel-js has them: `string`, `list<T>`, `dyn`. */
export interface Overload {
  /** With its namespace, such as `lists.range`. */
  readonly name: string;
  /** The type in front of the dot; undefined for one that is not called on a value. */
  readonly receiver: string | undefined;
  readonly parameters: readonly string[];
  readonly result: string;
  /** Gets the receiver first. */
  readonly call: (...args: never[]) => unknown;
}

/** An overload that is called on a value, from its signature: `string.split(string, int): list<string>`. */
export function memberOverload(signature: string, call: (...args: never[]) => unknown): Overload {
  const [, receiver, name = "", parameters = "", result = ""] =
    /^([\w.]+(?:<[^(]*>)?)\.(\w+)\((.*)\): (.+)$/.exec(signature) ?? [];
  return { name, receiver, parameters: splitTypes(parameters), result, call };
}

/** An overload that is not called on a value, from its signature: `lists.range(int): list<int>`. */
export function overload(signature: string, call: (...args: never[]) => unknown): Overload {
  const [, name = "", parameters = "", result = ""] = /^([\w.]+)\((.*)\): (.+)$/.exec(signature) ?? [];
  return { name, receiver: undefined, parameters: splitTypes(parameters), result, call };
}

/** At the commas that are not within `<...>`, which is at most two deep. */
function splitTypes(types: string): string[] {
  return types.match(/[\w.]+(?:<(?:[^<>]|<[^<>]*>)*>)?/g) ?? [];
}
