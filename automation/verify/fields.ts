import { createHash } from "node:crypto";
import { isList, KnownAfterApply, type KubernetesObject, Secret, type Value } from "../../packages/kro/index.ts";
import type { FieldChange } from "../../packages/kro-preview/index.ts";
import { fieldChanges, parsePath, valueTexts } from "../../packages/kro-preview/index.ts";

/** Maps that nobody but their owner writes into: what is not declared does not belong there. */
const WHOLE: Readonly<Record<string, RegExp>> = { ConfigMap: /^(data|binaryData)\b/, Secret: /^data\b/ };

/**
 * The declared fields that the object in the cluster has otherwise. What others have added to it, or the API server has
 * filled in, is none.
 *
 * @param declared - with Secret for secrets.
 * @param plain - the same with the text of every secret.
 */
export function differences(
  declared: KubernetesObject,
  plain: KubernetesObject,
  live: KubernetesObject,
): FieldChange[] {
  const secrets: Value[] = [];
  const numbered = number(written(declared), written(plain), secrets) as unknown as KubernetesObject;
  return changes(live, numbered, secrets);
}

/** Every difference between two documents, such as policies. */
export const documentDifferences = (declared: Value, live: Value): FieldChange[] =>
  compare(wrapped(live), wrapped(declared)).map(({ path, ...sides }) => ({
    path: path.replace(/^value\.?/, ""),
    ...sides,
  }));

const wrapped = (value: Value | undefined): KubernetesObject => ({
  apiVersion: "",
  kind: "",
  metadata: { name: "" },
  value,
});

const compare = (live: KubernetesObject, declared: KubernetesObject): FieldChange[] =>
  // The API server may keep a list in another order; and what is secret has to be compared before it is covered.
  fieldChanges({ ...live, metadata: named(live, declared) }, declared, { order: false, concealed: false });

function changes(live: KubernetesObject, declared: KubernetesObject, secrets: readonly Value[]): FieldChange[] {
  return compare(live, declared)
    .filter(({ path, after }) => after !== undefined || isWhole(path, declared))
    .flatMap((change) => {
      const { path, before, after } = change;
      const text = after instanceof Secret ? secrets[Number(after.version)] : undefined;
      // Anything else that is a Secret, fanout has compared by its digest.
      if (text === undefined) return isSame(path, before, after) ? [] : [change];
      return isOther(before, text) ? [{ path, before: before === undefined ? before : new Secret(), after }] : [];
    });
}

/** @param text - of a secret. */
function isOther(live: Value | undefined, text: Value): boolean {
  // In a Secret, fanout has put digests in place of the texts.
  if (live instanceof Secret) return live.version !== createHash("sha256").update(JSON.stringify(text)).digest("hex");
  return changes(wrapped(live), wrapped(text), []).length > 0;
}

/** Both have the same name, so that they are compared and not replaced. Who has written which field is nobody's to declare. */
const named = ({ metadata }: KubernetesObject, { metadata: { name, namespace } }: KubernetesObject) => {
  const { managedFields: _, ...others } = metadata;
  return { ...others, name, ...(namespace !== undefined && { namespace }) };
};

/** Whether what is declared here is all that may be here: a list that is told by position, or one of {@link WHOLE}. */
function isWhole(path: string, declared: KubernetesObject): boolean {
  const [list] = /^.*(?=\[\d+\]$)/.exec(path) ?? [];
  return (list !== undefined && at(declared, list) !== undefined) || (WHOLE[declared.kind]?.test(path) ?? false);
}

/** The value at a path as fanout writes it. */
const at = (object: unknown, path: string): unknown =>
  parsePath(path).reduce((value: unknown, part) => {
    if (value === null || typeof value !== "object") return undefined;
    const [key, name] = part.split(/=(.*)/s) as [string, string?];
    if (name === undefined || !Array.isArray(value)) return (value as Readonly<Record<string, unknown>>)[part];
    return value.find((item) => item?.[key] === name);
  }, object);

/** Every secret replaced by one whose version is the position of its text in `secrets`. */
function number(value: Value, plain: Value | undefined, secrets: Value[]): Value {
  if (value instanceof Secret) return new Secret(String(secrets.push(plain ?? null) - 1));
  if (value === null || typeof value !== "object" || value instanceof KnownAfterApply) return value;
  const others = (plain ?? {}) as { readonly [key: string]: Value };
  if (isList(value)) return value.map((item, i) => number(item, others[i], secrets));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, number(item, others[key], secrets)]));
}

/** As the API server keeps it: `stringData` of a Secret in its `data`. */
function written(object: KubernetesObject): Value {
  const { stringData, ...others } = object as { readonly [key: string]: Value };
  if (object.kind !== "Secret" || object.apiVersion !== "v1" || stringData === undefined) return object as Value;
  const encode = (value: Value) => (typeof value === "string" ? Buffer.from(value).toString("base64") : value);
  const data = Object.entries(stringData as object).map(([key, value]) => [key, encode(value)]);
  return { ...others, data: { ...(others.data as object), ...Object.fromEntries(data) } };
}

/** The API server leaves out what is empty, and writes quantities in their shortest form. */
function isSame(path: string, live: Value | undefined, declared: Value | undefined): boolean {
  if (declared instanceof KnownAfterApply) return true;
  if (live === undefined) return isEmpty(declared);
  if (live === null || declared === undefined || declared === null) return live === declared;
  if (String(live) === String(declared) && typeof live !== "object") return true;
  if (!/\b(requests|limits|hard|capacity|sizeLimit)\b/.test(path)) return false;
  const [a, b] = [quantity(live), quantity(declared)];
  return a !== undefined && a === b;
}

const isEmpty = (value: Value | undefined): boolean =>
  value === "" || value === 0 || value === false || value === null || isEmptyContainer(value);

const isEmptyContainer = (value: Value | undefined): boolean =>
  typeof value === "object" &&
  value !== null &&
  !(value instanceof Secret || value instanceof KnownAfterApply) &&
  Object.keys(value).length === 0;

const FACTORS: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
};

/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/ */
function quantity(value: Value): number | undefined {
  if (typeof value !== "string" && typeof value !== "number") return undefined;
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)([a-zA-Z]*)$/.exec(String(value)) ?? [];
  const factor = FACTORS[unit];
  return amount === undefined || factor === undefined ? undefined : Number((Number(amount) * factor).toPrecision(12));
}

/** Longest text of a value. */
const LENGTH = 60;

/** `spec.replicas is 3, not 1` */
export function differenceText({ path, before, after }: FieldChange): string {
  const [found, wanted] = valueTexts(before, after, LENGTH);
  if (before === undefined) return `${path} is missing, not ${wanted}`;
  if (before instanceof Secret && after instanceof Secret) return `${path} is another secret`;
  return after === undefined ? `${path} is ${found}, and not declared` : `${path} is ${found}, not ${wanted}`;
}
