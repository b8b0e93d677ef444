import { type Child, KnownAfterApply, titleOf, type Value } from "../../../packages/kro/index.ts";
import type { Path } from "../paths.ts";
import { type FieldSet, KRO, type LiveObject } from "./cluster.ts";

/**
 * How the children that kro made differ from those that were rendered, one line each. None must be missing, none too
 * many; every rendered field must be there with its value, and every field that kro applied must have been rendered.
 */
export function notAsRendered(rendered: readonly Child[], live: readonly LiveObject[]): string[] {
  const found = new Map(live.map((object) => [titleOf(object), object]));
  const lines = rendered.flatMap(({ node, object, deletionWave }) => {
    const name = titleOf(object);
    const made = found.get(name);
    found.delete(name);
    if (!made) return [`${node}: ${name} was rendered, and kro has not made it`];
    const ofNode = made.metadata.labels?.["kro.run/node-id"];
    if (ofNode !== node) return [`${node}: ${name} was rendered, and kro made it of its node ${ofNode}`];
    const order = made.metadata.annotations?.["internal.kro.run/apply-order"];
    if (order !== String(deletionWave))
      return [`${node}: ${name} is in deletion wave ${deletionWave}, with kro ${order}`];
    const whole: Path[] = [];
    return compare(object as Value, applied(made, whole))
      .filter(({ path, rendered }) => rendered !== undefined || !whole.some((outer) => isWithin(path, outer)))
      .map(
        ({ path, rendered, live }) =>
          `${node}: ${name} at ${path.join(".")}: rendered ${show(rendered)}, live ${show(live)}`,
      );
  });
  return [...lines, ...[...found.keys()].map((name) => `kro made ${name}, and it was not rendered`)];
}

/** Where a rendering says that only the cluster will know: `node: path`. */
export function unknownFields(rendered: readonly Child[]): string[] {
  const paths = (value: Value, path: Path): string[] => {
    if (value instanceof KnownAfterApply) return [path.join(".")];
    return value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, item]) => paths(item, [...path, key]))
      : [];
  };
  return rendered.flatMap(({ node, object, condition }) => [
    ...(condition === undefined ? [] : [`${node}: ${condition}`]),
    ...paths(object as Value, []).map((path) => `${node}: ${path}`),
  ]);
}

/** How many values there are in what is rendered. */
export function countFields(rendered: readonly Child[]): number {
  const count = (value: Value): number =>
    value !== null && typeof value === "object" && !(value instanceof KnownAfterApply)
      ? Object.values(value).reduce((sum, item) => sum + count(item), 0)
      : 1;
  return rendered.reduce((sum, { object }) => sum + count(object as Value), 0);
}

export interface Difference {
  readonly path: Path;
  readonly rendered: Value | undefined;
  readonly live: Value | undefined;
}

/** @param live - what kro applied, see {@link applied}. */
export function compare(rendered: Value | undefined, live: Value | undefined, path: Path = []): Difference[] {
  const different = [{ path, rendered, live }];
  if (rendered instanceof KnownAfterApply) return live === undefined || live === null ? different : [];
  if (rendered === live) return [];
  if (live === LEFT_OUT) return isEmptyValue(rendered) ? [] : different;
  if (live === undefined) return isEmptyContainer(rendered) ? [] : different;
  if (Array.isArray(rendered) && Array.isArray(live) && rendered.length === live.length) {
    return rendered.flatMap((item, i) => compare(item, live[i], [...path, i]));
  }
  if (isMap(rendered) && isMap(live)) {
    const keys = new Set([...Object.keys(rendered), ...Object.keys(live)]);
    return [...keys].flatMap((key) => compare(rendered[key], live[key], [...path, key]));
  }
  return different;
}

/**
 * A field that kro applied, and that isn't in the object: the API server leaves out null, and what is empty where the
 * kind's Go type says so (`omitempty`).
 */
const LEFT_OUT = "(left out)";

const isEmptyValue = (value: Value | undefined): boolean =>
  value === undefined || value === "" || value === 0 || value === false || isEmptyContainer(value);

/** A list or a map without anything in it: nobody is told of as having set it. */
const isEmptyContainer = (value: Value | undefined): boolean =>
  (isMap(value) || Array.isArray(value)) && Object.keys(value).length === 0;

/**
 * What kro applied of a live object, and nobody else, without the labels and annotations that kro adds.
 *
 * @param whole - takes the paths of what has one owner with all that is in it: nobody tells what in there is the API
 *   server's default.
 */
export function applied(object: LiveObject, whole: Path[] = []): Value {
  const { apiVersion, kind, metadata } = object;
  const { fieldsV1 } = metadata.managedFields.find(
    ({ manager, operation }) => manager === KRO && operation === "Apply",
  )!;
  const own = project(inData(fieldsV1), object as Value, whole) as { metadata?: Record<string, Value> };
  for (const key of ["labels", "annotations"]) {
    const entries = Object.entries((own.metadata?.[key] ?? {}) as Record<string, Value>);
    const users = entries.filter(([name]) => !KRO_KEYS.test(name));
    own.metadata![key] = users.length > 0 ? Object.fromEntries(users) : LEFT_OUT;
  }
  const { name, namespace } = metadata;
  return { ...own, apiVersion, kind, metadata: { ...own.metadata, name, ...(namespace && { namespace }) } } as Value;
}

/** The API server keeps in `data` what a Secret was given as `stringData`. */
const inData = ({ "f:stringData": texts, ...fields }: FieldSet): FieldSet =>
  texts ? { ...fields, "f:data": { ...fields["f:data"], ...texts } } : fields;

const isWithin = (path: Path, outer: Path): boolean => outer.every((step, i) => step === path[i]);

const KRO_KEYS = /^((internal\.)?kro\.run|applyset\.kubernetes\.io)\/|^app\.kubernetes\.io\/managed-by$/;

/** The part of a value that a field set names. */
function project(fields: FieldSet, value: Value | undefined, whole: Path[], path: Path = []): Value {
  const steps = Object.entries(fields).filter(([key]) => key !== ".");
  if (value === undefined) return LEFT_OUT;
  if (steps.length === 0) {
    whole.push(path);
    return value;
  }
  if (Array.isArray(value)) {
    const items = steps.map(([key, below]) => [positionOf(key, value), below] as const);
    return items.sort(([a], [b]) => a - b).map(([at, below], i) => project(below, value[at]!, whole, [...path, i]));
  }
  const named = steps.map(([key, below]) => [key.slice("f:".length), below] as const);
  return Object.fromEntries(
    named.map(([name, below]) => [
      name,
      project(below, (value as Record<string, Value>)[name], whole, [...path, name]),
    ]),
  );
}

/** `k:{"name":"app"}` names an item of a list by its keys, `v:"x"` by its value, `i:0` by its position. */
function positionOf(key: string, items: readonly Value[]): number {
  const named = JSON.parse(key.slice(2));
  if (key.startsWith("i:")) return named;
  if (key.startsWith("v:")) return items.indexOf(named);
  return items.findIndex((item) => Object.entries(named).every(([name, value]) => isMap(item) && item[name] === value));
}

const isMap = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof KnownAfterApply);

const show = (value: unknown): string =>
  value instanceof KnownAfterApply ? String(value) : (JSON.stringify(value) ?? "nothing");
