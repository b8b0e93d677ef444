import { isDeepStrictEqual } from "node:util";
import type { Value } from "../../packages/kro/index.ts";
import { toInputs } from "../../packages/kro-preview/index.ts";

/** A field that was changed by somebody else. What isn't there is left out; a secret is `[secret]`. */
export interface FieldDrift {
  readonly path: string;
  /** As the last update left it. */
  readonly expected?: Value;
  readonly found?: Value;
}

type Inputs = Readonly<Record<string, unknown>>;

/** The fields in which inputs differ. */
export function fieldDrifts(expected: Inputs, found: Inputs): FieldDrift[] {
  return differences("", toInputs(expected, "before", []), toInputs(found, "after", []));
}

function differences(path: string, expected: Value | undefined, found: Value | undefined): FieldDrift[] {
  if (isDeepStrictEqual(expected, found)) return [];
  if (isMap(expected) && isMap(found)) {
    const keys = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
    return keys.flatMap((key) => differences(join(path, key), expected[key], found[key]));
  }
  if (isList(expected) && isList(found) && expected.length === found.length) {
    return expected.flatMap((item, i) => differences(`${path}[${i}]`, item, found[i]));
  }
  return [{ path, ...(expected !== undefined && { expected }), ...(found !== undefined && { found }) }];
}

const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

const isMap = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const join = (path: string, key: string): string => {
  if (!/^[\w-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};
