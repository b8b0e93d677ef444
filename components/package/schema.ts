import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer.js";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema.js";
import { ARGUMENTS } from "../argRules.ts";
import type { ArgRule } from "../rules/argRule.ts";
import * as components from "./index.ts";

/** A Pulumi package, as far as it matters here. https://www.pulumi.com/docs/iac/guides/building-extending/packages/schema/ */
export interface PackageSchema {
  readonly name: string;
  readonly version: string;
  readonly resources: Readonly<Record<string, ResourceSchema>>;
  readonly types: Readonly<Record<string, ObjectSchema>>;
}

interface ObjectSchema {
  readonly properties?: Record<string, PropertySchema>;
}

interface ResourceSchema extends ObjectSchema {
  readonly inputProperties: Record<string, PropertySchema>;
  readonly properties: Record<string, PropertySchema>;
}

interface PropertySchema {
  type?: string;
  readonly description?: string;
}

/** Where the schema is kept that the package is served with. */
export const schemaFile: string = join(import.meta.dirname, "schema.json");

/**
 * The package's schema, by Pulumi's analyzer from the types of index.ts, in seconds.
 *
 * @throws Error with the analyzer's words, for a type that other languages can't have.
 */
export function makeSchema(): PackageSchema {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as Manifest;
  const { name, version, description } = manifest;
  const analyzer = new Analyzer(import.meta.dirname, name, manifest, new Set(Object.keys(components)));
  const { components: found, typeDefinitions, dependencies } = analyzer.analyze();
  const text = JSON.stringify(generateSchema(name, version, description, found, typeDefinitions, dependencies));
  // Pulumi's generators add "Args" to the names of types themselves.
  const schema = JSON.parse(text.replaceAll(/(?<=:index:\w+)Args(?=")/g, "")) as PackageSchema;
  // TypeScript has one type for all numbers.
  for (const { inputProperties } of Object.values(schema.resources)) {
    for (const [key, rule] of Object.entries<ArgRule>(ARGUMENTS)) {
      if (rule.type === "integer" && inputProperties[key]) inputProperties[key].type = "integer";
    }
  }
  return schema;
}

interface Manifest extends Record<string, string> {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

if (import.meta.main) writeFileSync(schemaFile, `${JSON.stringify(makeSchema(), null, 2)}\n`);
