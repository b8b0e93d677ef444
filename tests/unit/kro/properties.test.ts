import assert from "node:assert/strict";
import fc from "fast-check";
import type { JsonSchema } from "../../../packages/kro/graph/schema/jsonSchema.ts";
import {
  buildGraph,
  type Definition,
  fieldPath,
  type Instance,
  KnownAfterApply,
  type KubernetesObject,
  type Rendering,
  render,
  Secret,
  type Value,
} from "../../../packages/kro/index.ts";
import { diff } from "../../../packages/kro-preview/index.ts";
import { carts, structures, values } from "../../e2e/fidelity/variants.ts";

/** Enough to find what one line too few or too many does, and a few seconds. */
/** The same instances at each run, so that a failure is of a change; another seed finds others. */
const RUNS = { numRuns: 50, seed: Number(process.env.FAST_CHECK_SEED ?? 4) };

/** Any text that holds no expression itself. */
const text = fc.string({ unit: "grapheme", maxLength: 20 }).map((any) => any.replaceAll("$", ""));
/** Any JSON, without what could be taken for an expression. */
const json = fc.jsonValue({ maxDepth: 2 }).map((any) => JSON.parse(JSON.stringify(any).replaceAll("$", "")) as Value);

/** Any value that a schema allows; what is optional is sometimes not there. */
function anyOf(schema: JsonSchema): fc.Arbitrary<Value> {
  if (schema.enum) return fc.constantFrom(...(schema.enum as Value[]));
  switch (schema.type) {
    case "string":
      return textOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1000, max: schema.maximum ?? 1000 });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true, min: schema.minimum, max: schema.maximum });
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(anyOf(schema.items!), { minLength: schema.minItems, maxLength: schema.maxItems ?? 4 });
    default:
      return mapOf(schema);
  }
}

const textOf = ({ pattern, minLength = 0, maxLength = Number.POSITIVE_INFINITY }: JsonSchema): fc.Arbitrary<string> =>
  (pattern ? fc.stringMatching(new RegExp(pattern)) : text).filter(
    (any) => any.length >= minLength && any.length <= maxLength,
  );

function mapOf({ properties, required = [], additionalProperties }: JsonSchema): fc.Arbitrary<Value> {
  if (additionalProperties) return fc.dictionary(text, anyOf(additionalProperties), { maxKeys: 4 });
  if (!properties) return fc.dictionary(text, json, { maxKeys: 4 });
  const fields = Object.entries(properties).map(([name, schema]) => {
    return anyOf(schema).map((value) => [[name, value] as const]);
  });
  const given = fields.map((field, i) => {
    const isRequired = required.includes(Object.keys(properties)[i]!);
    return isRequired ? field : fc.option(field, { nil: [] });
  });
  return fc.tuple(...given).map((all) => Object.fromEntries(all.flat()));
}

/** A value with a secret in place of any of its texts and numbers, and something unknown in place of another. */
const hiddenIn = (value: Value): fc.Arbitrary<Value> =>
  fc.infiniteStream(fc.nat(9)).map((numbers) => hide(value, numbers));

function hide(value: Value, numbers: Iterator<number>): Value {
  if (Array.isArray(value)) return value.map((item) => hide(item, numbers));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, hide(item, numbers)]));
  }
  const number = numbers.next().value;
  return number === 0 ? new Secret("1") : number === 1 ? new KnownAfterApply("(output)") : value;
}

const instanceOf = (definition: Definition): fc.Arbitrary<Instance> => {
  const { apiVersion, kind, schema } = buildGraph(definition);
  return anyOf(schema).map((spec) => {
    return { apiVersion, kind, metadata: { name: "any", namespace: "default" }, spec } as Instance;
  });
};

/** Every leaf by its path; items of a list that have names go by them. A map or list without anything in it is a leaf. */
function leaves(value: Value, path = "", found = new Map<string, Value>()): Map<string, Value> {
  const items =
    value instanceof KnownAfterApply || value === null || typeof value !== "object" ? [] : entries(value, path);
  if (items.length === 0) found.set(path, value);
  for (const [below, item] of items) leaves(item, below, found);
  return found;
}

function entries(value: object, path: string): [string, Value][] {
  if (!Array.isArray(value)) return Object.entries(value).map(([key, item]) => [fieldPath(path, key), item]);
  const key = ["name", "key", "mountPath"].find((field) => {
    const names = value.map((item) => item?.[field]);
    return names.every((name) => typeof name === "string") && new Set(names).size === names.length;
  });
  return value.map((item, i) => [`${path}[${key ? `${key}=${item[key]}` : i}]`, item]);
}

const within = (path: string, other: string): boolean => path.startsWith(other) || other.startsWith(path);

/** What is wrong with a diff: fields that differ and are not in it, and the other way round. */
function wrongFields(before: Rendering, after: Rendering): string[] {
  return diff(before, after).flatMap(({ node, action, namespace, name, fields }) => {
    const next = leavesOf(after, node, (child) => child.namespace === namespace && child.name === name);
    const previous = leavesOf(before, node, (child) => action === "replace" || child.name === name);
    if (!previous || !next || action === "create" || action === "delete") return [];
    const same = (path: string) => show(previous, path) === show(next, path);
    const different = [...new Set([...previous.keys(), ...next.keys()])].filter((path) => !same(path));
    // What only the cluster knows is new with its source, whether or not it is written alike.
    // Leaves have no order.
    const certain = fields.filter(({ before, order }) => !order && !(before instanceof KnownAfterApply));
    return [
      ...different
        .filter((path) => !fields.some((field) => within(path, field.path)))
        .map((path) => `${node}: ${path} differs`),
      ...certain
        .filter(({ path }) => !different.some((other) => within(path, other)))
        .map(({ path }) => `${node}: ${path} is the same`),
      ...((fields.length === 0) === (action === "same") ? [] : [`${node}: ${action}`]),
    ];
  });
}

function leavesOf(
  { children }: Rendering,
  node: string,
  matches: (metadata: KubernetesObject["metadata"]) => boolean,
): Map<string, Value> | undefined {
  const found = children.filter((child) => child.node === node && matches(child.object.metadata));
  // A Secret's fields are shown as secrets, and objects of a collection may have each other's place.
  if (found.length !== 1 || found[0]!.object.kind === "Secret") return undefined;
  return leaves(found[0]!.object as Value);
}

const show = (found: ReadonlyMap<string, Value>, path: string): string | undefined => JSON.stringify(found.get(path));

/** kro refuses them, so that nobody needs to tell them apart. */
const hasTwins = ({ children }: Rendering): boolean =>
  children.some(({ problems }) => problems.some((problem) => problem.includes("is made twice")));

/** Two instances that have some fields in common. */
const pairOf = (any: fc.Arbitrary<Instance>): fc.Arbitrary<readonly [Instance, Instance]> =>
  fc.tuple(any, any, fc.infiniteStream(fc.boolean())).map(([one, other, coins]) => {
    const fields = [...Object.entries(one.spec!), ...Object.entries(other.spec!).filter(() => coins.next().value)];
    return [one, { ...one, spec: Object.fromEntries(fields) }] as const;
  });

function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === "object" && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

/** Texts of the RGD `values` that hold `${` on purpose. */
const ON_PURPOSE = ["spec.texts.open", "spec.texts.nestedDollar"];

describe("whatever the instance", () => {
  for (const [title, definition] of Object.entries({ carts, values, structures })) {
    const any = instanceOf(definition);
    deepFreeze(definition);

    describe(`of the RGD ${title}`, () => {
      it("every child is rendered, and no expression is left but where only the cluster knows", () => {
        fc.assert(
          fc.property(any, (instance) => {
            for (const { object } of render(definition, instance).children) {
              for (const [path, value] of leaves(object as Value)) {
                if (value instanceof KnownAfterApply || ON_PURPOSE.includes(path)) continue;
                assert.ok(!String(value).includes("${"), `${path}: ${value}`);
              }
            }
          }),
          RUNS,
        );
      });

      it("it is rendered alike each time, and is not changed by it", () => {
        fc.assert(
          fc.property(any, (instance) => {
            const first = render(definition, deepFreeze(instance));
            assert.deepEqual(first, render(definition, structuredClone(instance)));
            assert.deepEqual(
              diff(first, first).filter(({ action }) => action !== "same"),
              [],
            );
          }),
          RUNS,
        );
      });

      it("it may hold secrets, and values that Pulumi doesn't know yet", () => {
        const hidden = any.chain((instance) =>
          hiddenIn(instance.spec as Value).map((spec) => ({ ...instance, spec }) as Instance),
        );
        fc.assert(
          fc.property(hidden, (instance) => {
            const rendering = render(definition, instance);
            assert.ok(!JSON.stringify(rendering).includes("[object"));
            assert.deepEqual(
              diff(rendering, rendering).filter(({ action }) => action !== "same"),
              [],
            );
          }),
          RUNS,
        );
      });

      it("a diff has the fields that differ, and no others", () => {
        fc.assert(
          fc.property(pairOf(any), ([one, other]) => {
            const [before, after] = [render(definition, one), render(definition, other)];
            fc.pre(![before, after].some(hasTwins));
            assert.deepEqual(wrongFields(before, after), []);
          }),
          RUNS,
        );
      });
    });
  }
});
