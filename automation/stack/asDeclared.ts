import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { isList, isMap, KnownAfterApply, Secret, type Value } from "../../packages/kro/index.ts";

/**
 * What `value` has of that which is declared. What others add, or the API server fills in, is left out.
 *
 * @param isSecret - whether a text holds a secret: it may have come to another place.
 */
export function asDeclared(
  declared: Value,
  value: Value | undefined,
  plain: Value | undefined,
  isSecret: (text: string) => boolean,
): Value | undefined {
  if (value === undefined || declared instanceof KnownAfterApply) return value;
  if (declared instanceof Secret) return isDeepStrictEqual(value, plain) ? declared : another(value);
  const open = (plain ?? {}) as { readonly [key: string]: Value };
  if (isList(declared) && isList(value)) {
    return value.map((item, i) =>
      i < declared.length ? asDeclared(declared[i]!, item, open[i], isSecret)! : concealed(item, isSecret),
    );
  }
  if (!isMap(declared) || !isMap(value)) return value === declared ? value : concealed(value, isSecret);
  return Object.fromEntries(
    Object.entries(declared).flatMap(([key, item]) => {
      const found = asDeclared(item, value[key], open[key], isSecret);
      return found === undefined ? [] : [[key, found]];
    }),
  );
}

const another = (value: Value): Secret => new Secret(createHash("sha256").update(JSON.stringify(value)).digest("hex"));

function concealed(value: Value, isSecret: (text: string) => boolean): Value {
  if (typeof value === "string") return isSecret(value) ? another(value) : value;
  if (isList(value)) return value.map((item) => concealed(item, isSecret));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, concealed(item, isSecret)]));
}

/** Whether a text holds one of those that are secret among what is declared. */
export function secretTexts(declared: Value, plain: Value | undefined): (text: string) => boolean {
  const texts: string[] = [];
  const collect = (value: Value | undefined): void => {
    if (typeof value === "string" && value !== "") texts.push(value);
    else if (typeof value === "object") for (const item of Object.values(value ?? {})) collect(item);
  };
  const walk = (one: Value, beside: Value | undefined): void => {
    if (one instanceof Secret) collect(beside);
    else if (isList(one) || isMap(one)) {
      const open = (beside ?? {}) as { readonly [key: string]: Value };
      for (const [key, item] of Object.entries(one)) walk(item, open[key]);
    }
  };
  walk(declared, plain);
  return (text) => texts.some((secret) => text.includes(secret));
}
