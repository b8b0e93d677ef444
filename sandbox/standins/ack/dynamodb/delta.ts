import { isDeepStrictEqual } from "node:util";
import type { GlobalSecondaryIndex, TableSpec, Tag } from "./table.ts";
import { settingsDelta } from "./tableSettings.ts";

export type SpecField = Exclude<keyof TableSpec, "tableName">;

/**
 * The fields in which the object and the DynamoDB table differ; lists are compared without their order, an unset
 * billing mode is AWS's default. The table's name is not among them: it is what the table was found by.
 */
export function specDelta(desired: TableSpec, latest: TableSpec): SpecField[] {
  const fields: [SpecField, boolean][] = [
    ["billingMode", (desired.billingMode ?? "PROVISIONED") === (latest.billingMode ?? "PROVISIONED")],
    ["keySchema", sameList(desired.keySchema, latest.keySchema)],
    ["attributeDefinitions", sameList(desired.attributeDefinitions, latest.attributeDefinitions)],
    [
      "globalSecondaryIndexes",
      sameList(desired.globalSecondaryIndexes?.map(comparable), latest.globalSecondaryIndexes?.map(comparable)),
    ],
    ["tags", sameTags(desired.tags, latest.tags)],
  ];
  return [...fields.filter(([, same]) => !same).map(([field]) => field), ...settingsDelta(desired, latest)];
}

/** Tags to set and keys to take away, so that `latest` becomes `desired`. */
export function tagsDelta(desired: Tag[] = [], latest: Tag[] = []): { added: Tag[]; removed: string[] } {
  const had = new Map(latest.map(({ key, value = "" }) => [key, value]));
  const wanted = new Set(desired.map(({ key }) => key));
  return {
    added: desired.filter(({ key, value = "" }) => had.get(key) !== value),
    removed: latest.map(({ key }) => key).filter((key) => !wanted.has(key)),
  };
}

function sameTags(a: Tag[] | undefined, b: Tag[] | undefined): boolean {
  const { added, removed } = tagsDelta(a, b);
  return added.length === 0 && removed.length === 0;
}

function comparable({ indexName, keySchema, projection }: GlobalSecondaryIndex): GlobalSecondaryIndex {
  return { indexName, keySchema: sorted(keySchema), projection };
}

function sameList(a: object[] = [], b: object[] = []): boolean {
  return isDeepStrictEqual(sorted(a), sorted(b));
}

/** By text: the elements are small plain objects, and JSON with sorted keys is the same for equal ones. */
function sorted<T extends object>(list: T[]): T[] {
  const text = (value: unknown): string =>
    JSON.stringify(value, (_key, inner) =>
      inner !== null && typeof inner === "object" && !Array.isArray(inner)
        ? Object.fromEntries(Object.entries(inner).sort(([x], [y]) => (x < y ? -1 : 1)))
        : inner,
    );
  return [...list].sort((x, y) => (text(x) < text(y) ? -1 : 1));
}
