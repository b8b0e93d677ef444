import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { RULES } from "../../../packages/kro-preview/dangers/index.ts";
import { DANGERS } from "../../../packages/kro-preview/dangers/names.ts";
import { formatJson } from "../../../packages/kro-preview/format/json.ts";
import type { Report } from "../../../packages/kro-preview/report.ts";
import * as reports from "./formatReports.ts";

const schema = JSON.parse(readFileSync(new URL("../../../docs/preview.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema);

const samples: Record<string, Report> = {
  image: reports.imageReport,
  table: reports.tableReport,
  definition: reports.definitionReport(),
  create: reports.createReport,
  order: reports.orderReport,
  hostile: reports.hostileReport,
  findings: reports.findingsReport,
  empty: reports.report(),
  running: reports.report({ running: "an update is running" }),
};

describe("formatJson", () => {
  for (const [name, report] of Object.entries(samples)) {
    it(`is what docs/preview.schema.json says, and nothing else: ${name}`, () => {
      const json = JSON.parse(formatJson(report));
      assert.ok(validate(json), JSON.stringify(validate.errors, null, 2));
      const known = new Ajv2020({ removeAdditional: "all", allowUnionTypes: true }).compile({
        ...schema,
        $defs: { ...schema.$defs, value: true, name: true },
      });
      const pruned = structuredClone(json);
      assert.ok(known(pruned));
      assert.deepEqual(pruned, json, "every property is in the schema");
    });
  }

  for (const [name, report] of Object.entries(samples)) {
    it(`is what JSON.stringify makes of it: ${name}`, () => {
      assert.equal(formatJson(report), `${JSON.stringify(report, null, 2)}\n`);
    });
  }

  it("writes what is known after apply, secrets and what isn't there", () => {
    const { children } = JSON.parse(formatJson(reports.createReport));
    const [ns, , , serviceAccount, deployment] = children;
    assert.ok(!("namespace" in ns));
    assert.deepEqual(serviceAccount.fields[1], {
      path: 'metadata.annotations["carts-stack/table-arn"]',
      after: { knownAfterApply: "${table.status.ackResourceMetadata.arn}" },
    });
    assert.deepEqual(deployment.fields[5], { path: "env.PASSWORD", after: "[secret]" });
    assert.doesNotMatch(formatJson(reports.createReport), /hash-of-it/);
  });

  it("is indented by two and ends with a newline", () => {
    assert.match(formatJson(reports.report()), /^\{\n {2}"version": 1,\n[\s\S]*\n\}\n$/);
  });
});

describe("docs/preview.schema.json", () => {
  it("allows the name of every danger", () => {
    for (const name of Object.keys(DANGERS)) assert.match(name, new RegExp(schema.$defs.dangerName.pattern));
  });

  it("refuses what is not a report", () => {
    // biome-ignore lint/suspicious/noExplicitAny: it is about to become something else
    const bad = (change: (json: any) => void) => {
      const json = JSON.parse(formatJson(reports.imageReport));
      change(json);
      return validate(json);
    };
    assert.ok(bad(() => {}));
    assert.ok(!bad((json) => delete json.children));
    assert.ok(!bad((json) => (json.version = 2)));
    assert.ok(!bad((json) => (json.children[0].action = "changed")));
    assert.ok(!bad((json) => (json.children[0].wave = 0)));
    assert.ok(!bad((json) => (json.children[0].name = 1)));
    assert.ok(!bad((json) => (json.dangers[0].name = "Not a name")));
  });
});

describe("the registry of dangers", () => {
  it("says one thing of each name", () => {
    for (const { name, meaning } of RULES) assert.equal(meaning, DANGERS[name], name);
    assert.deepEqual(new Set(RULES.map(({ name }) => name)), new Set(Object.keys(DANGERS)));
  });
});

describe("docs/previews.md", () => {
  it("explains every danger in the words of the program", () => {
    const text = readFileSync(new URL("../../../docs/previews.md", import.meta.url), "utf8");
    const rows = [...text.matchAll(/^\| `([a-z-]+)` +\| (.*?) +\|$/gm)].map(([, name, meaning]) => [name, meaning]);
    const known = rows.filter(([name]) => Object.hasOwn(DANGERS, name!));
    assert.deepEqual(known, Object.entries(DANGERS));
  });
});
