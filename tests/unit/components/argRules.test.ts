import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { ARGUMENTS, type ArgRule, DEFINITION_NAME, definition } from "../../../components/index.ts";
import { buildGraph, type Definition } from "../../../packages/kro/index.ts";
import { pulumiConfig, readmeTable } from "./argTables.ts";

const textOf = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

/** The rules for single values, by path. */
const leaves = (rules: Readonly<Record<string, ArgRule>>, path: readonly string[] = []): [string[], ArgRule][] =>
  Object.entries(rules).flatMap(([name, rule]) =>
    rule.fields ? leaves(rule.fields, [...path, name]) : [[[...path, name], rule] as [string[], ArgRule]],
  );

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly [keyword: string]: unknown;
}

describe("the rules for arguments", () => {
  it("are what Pulumi.yaml declares", () => {
    const text = textOf("Pulumi.yaml");
    const expected = pulumiConfig();
    assert.equal(text.slice(text.indexOf("config:\n")), expected, `Pulumi.yaml's config should be:\n${expected}`);
  });

  it("are README's table", () => {
    const [table] = /^\| key .*\n(\|.*\n)+/m.exec(textOf("README.md")) ?? [];
    const expected = readmeTable();
    assert.equal(table, expected, `README.md's table of keys should be:\n${expected}`);
  });

  it("are in the RGD's schema, for every field that an instance has", () => {
    const graph = buildGraph({ metadata: { name: DEFINITION_NAME }, spec: definition } as unknown as Definition);
    const fields = leaves(ARGUMENTS).filter(([[name], rule]) => name! in graph.schema.properties! && !rule.entries);
    assert.ok(fields.length > 5);
    for (const [path, rule] of fields) {
      const found = path.reduce<Schema>((schema, name) => schema.properties![name]!, graph.schema as unknown as Schema);
      const isRequired = (graph.schema.required ?? []).includes(path[0]!);
      const { type, pattern, minLength, maxLength, minimum, description } = rule;
      const expected = { type, pattern, minLength, maxLength, minimum, enum: rule.enum, description };
      // An argument that may be left out without a value is an empty text there: CEL can ask for it then.
      const byDefault = isRequired ? undefined : (rule.default ?? "");
      for (const [keyword, value] of Object.entries({ ...expected, default: byDefault })) {
        assert.deepEqual(found[keyword], value, `${path.join(".")}: ${keyword}`);
      }
    }
  });

  const docs = Object.fromEntries(
    [
      ...textOf("components/args.ts")
        .split("interface ResolvedArgs")[0]!
        .matchAll(/\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s+readonly (\w+)\??:/g),
    ].map(([, text, name]) => [name!, text!]),
  );

  it("are what the arguments' docstrings say of lengths, least values and shapes", () => {
    for (const [[name, field], rule] of leaves(ARGUMENTS)) {
      const said = docs[field ?? name!] ?? "";
      const [, least, most] = /(\d+) to (\d+) (?:characters|letters)/.exec(said) ?? [];
      if (most !== undefined)
        assert.deepEqual([Number(least), Number(most)], [rule.minLength ?? 1, rule.maxLength], name);
      const [, minimum] = /(\d+) or more/.exec(said) ?? [];
      if (minimum !== undefined) assert.equal(Number(minimum), rule.minimum, name);
      assert.equal(/DNS label/.test(said), /DNS label/.test(rule.must ?? "") && /DNS label/.test(said), name);
    }
    // As many as there are: one that is worded otherwise would not be held.
    const lengths = Object.values(docs).filter((text) => /\d+ to \d+ (?:characters|letters)/.test(text));
    assert.ok(lengths.length >= 2, `${lengths.length} docstrings name lengths`);
  });

  it("have the defaults that the arguments' docstrings name", () => {
    for (const [[name], rule] of leaves(ARGUMENTS)) {
      if (typeof rule.default === "object" || rule.default === undefined) continue;
      assert.ok(docs[name!]?.includes(String(rule.default)), `${name}: ${rule.default}`);
    }
  });
});
