import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { type Definition, type Instance, instanceGvk } from "../../packages/kro/index.ts";
import { makeReport, type Plan, type PlannedChange } from "../../packages/kro-preview/index.ts";

// Compares many RGDs with their instances, before and after, in a process of its own: prints seconds, children and the MB
// that the report keeps, with the compiled RGDs, as JSON.
//   node --expose-gc bench/render/manyReports.ts RGDS INSTANCES     so many instances of each RGD

const [rgds, instances] = process.argv.slice(2).map(Number) as [number, number];

const [document] = parseAllDocuments(readFileSync(new URL("rgd.yaml", import.meta.url), "utf8"));

const definitionOf = (i: number): Definition => {
  const { spec, ...others } = document!.toJS() as Definition;
  const schema = { ...spec.schema, kind: `App${i}` };
  return { ...others, metadata: { name: `app-${i}` }, spec: { ...spec, schema } };
};

const instanceOf = (definition: Definition, i: number, version: number): Instance => {
  const { apiVersion, kind } = instanceGvk(definition);
  return {
    apiVersion,
    kind,
    metadata: { name: `${kind.toLowerCase()}-${i}`, namespace: "default" },
    spec: { image: `app:${version}` },
  };
};

const change = (type: string, name: string, before: object, after: object): PlannedChange => ({
  ...{ urn: `urn:bench:${type}::${name}`, type, name, retained: false, imported: false },
  ...{ action: before === after ? "same" : "update", changed: before === after ? [] : ["spec"] },
  ...({ before, after } as Pick<PlannedChange, "before" | "after">),
});

const definitions = Array.from({ length: rgds }, (_, i) => definitionOf(i));
const changes = definitions.flatMap((definition) => {
  const { apiVersion, kind } = instanceGvk(definition);
  return [
    change("kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", definition.metadata.name, definition, definition),
    ...Array.from({ length: instances }, (_, i) =>
      change(
        `kubernetes:${apiVersion}:${kind}`,
        `${kind}-${i}`,
        instanceOf(definition, i, 1),
        instanceOf(definition, i, 2),
      ),
    ),
  ];
});

/** MB in use after a collection. */
function used(): number {
  globalThis.gc!();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

const before = used();
const from = performance.now();
const report = await makeReport({ title: "bench", changes } as unknown as Plan);
const seconds = (performance.now() - from) / 1000;
console.log(JSON.stringify({ seconds, kept: used() - before, children: report.children.length }));
