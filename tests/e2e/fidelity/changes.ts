import { Secret, titleOf, type Value } from "../../../packages/kro/index.ts";
import type { ChildChange, FieldChange } from "../../../packages/kro-preview/index.ts";
import { at, type Path, resolve } from "../paths.ts";
import type { LiveObject } from "./cluster.ts";
import { applied, compare } from "./compare.ts";

/** How the changes that `diff` foretold differ from those that kro made, one line each. */
export function unforeseen(
  changes: readonly ChildChange[],
  before: readonly LiveObject[],
  after: readonly LiveObject[],
): string[] {
  const [foretold, real] = [foretell(changes), happened(before, after)];
  const lines = [...new Set([...foretold.keys(), ...real.keys()])]
    .filter((name) => foretold.get(name) !== real.get(name))
    .map(
      (name) => `${name}: ${foretold.get(name) ?? "nothing"} was foretold, and it was ${real.get(name) ?? "not there"}`,
    );
  const updates = changes.filter(({ action }) => action === "update");
  return [...lines, ...updates.flatMap((change) => unforeseenFields(change, before, after))];
}

/** What becomes of each object, by its identity. */
type Outcomes = Map<string, "created" | "updated" | "recreated" | "deleted" | "same">;

const named = ({ kind, ...metadata }: ChildChange) => titleOf({ kind, metadata });

function foretell(changes: readonly ChildChange[]): Outcomes {
  const past = { create: "created", update: "updated", replace: "recreated", delete: "deleted", same: "same" } as const;
  const result: Outcomes = new Map();
  for (const change of changes) {
    const before = (field: string, value: Value | undefined) =>
      change.fields.find(({ path }) => path === `metadata.${field}`)?.before ?? value;
    const metadata = { namespace: before("namespace", change.namespace), name: before("name", change.name)! };
    const old = titleOf({ kind: change.kind, metadata });
    const renamed = change.action === "replace" && old !== named(change);
    if (renamed) result.set(old, "deleted");
    result.set(named(change), renamed ? "created" : past[change.action]);
  }
  return result;
}

function happened(before: readonly LiveObject[], after: readonly LiveObject[]): Outcomes {
  const result: Outcomes = new Map(before.map((object) => [titleOf(object), "deleted"]));
  for (const object of after) {
    const old = before.find((other) => titleOf(other) === titleOf(object));
    result.set(titleOf(object), old ? becameOf(old, object) : "created");
  }
  return result;
}

function becameOf(before: LiveObject, after: LiveObject) {
  if (before.metadata.uid !== after.metadata.uid) return "recreated";
  if (compare(applied(before), applied(after)).length > 0) return "updated";
  return before.metadata.generation === after.metadata.generation ? "same" : "updated";
}

/** Fields that were foretold to change and did not, or that changed and were not foretold. */
function unforeseenFields(change: ChildChange, before: readonly LiveObject[], after: readonly LiveObject[]): string[] {
  const [old, now] = [before, after].map((objects) => {
    const found = objects.find((object) => titleOf(object) === named(change));
    return found && applied(found);
  });
  const real = compare(old, now).map(({ path }) => path);
  const foretold = change.fields.map((field) => ({ field, path: resolve(field.path, now, old) }));
  return [
    ...foretold
      .filter(({ path }) => !real.some((other) => related(path, other)))
      .map(({ field }) => `${named(change)}: ${field.path} was foretold to change, and did not`),
    ...real
      .filter((path) => !foretold.some((other) => related(path, other.path)))
      .map((path) => `${named(change)}: ${path.join(".")} changed, and was not foretold`),
    ...change.fields
      .filter((field) => !holds(field, old, now))
      .map((field) => `${named(change)}: ${field.path} has other values`),
  ];
}

/** One is the other, or within it. */
const related = (a: Path, b: Path): boolean => {
  const length = Math.min(a.length, b.length);
  return JSON.stringify(a.slice(0, length)) === JSON.stringify(b.slice(0, length));
};

const holds = ({ path, before, after, order }: FieldChange, old: Value | undefined, now: Value | undefined): boolean =>
  // Of an order, the names are told and not what is there.
  order ||
  [[before, old] as const, [after, now] as const].every(([value, object]) => {
    const steps = resolve(path, object);
    // A secret's value is not there to be compared.
    return value === undefined || value instanceof Secret || compare(value, at(object, steps), steps).length === 0;
  });
