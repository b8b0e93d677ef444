import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Definition, type DefinitionResource, FINDINGS, validate } from "../../../packages/kro/index.ts";
import { cases, changes } from "../../e2e/fidelity/verdicts.ts";
import { configMap, deployment, shop } from "./shop.ts";

/** `node path: problem` of each error. */
const errors = (definition: Definition, before?: Definition): string[] =>
  validate(definition, { before })
    .filter(({ severity }) => severity === "error")
    .map(({ node, path, problem }) => `${node} ${path}: ${problem}`);

const notes = (definition: Definition, before?: Definition): string[] =>
  validate(definition, { before })
    .filter(({ severity }) => severity === "note")
    .map(({ id, node, path }) => `${id} ${node} ${path}`);

const withSchema = (
  fields: object,
  resources: readonly DefinitionResource[] = [],
  annotations?: object,
): Definition => {
  const { metadata, spec } = shop(resources);
  return {
    metadata: { ...metadata, annotations },
    spec: { ...spec, schema: { ...spec.schema, ...fields } },
  } as Definition;
};

describe("the findings on an RGD", () => {
  it("are those of docs/validate.md", () => {
    const page = readFileSync(new URL("../../../docs/validate.md", import.meta.url), "utf8");
    const rows = [...page.matchAll(/^\| `([\w-]+)` +\| (\w+) +\| (.*?) +\| ([\w.]*) *\|$/gm)].map((row) =>
      row.slice(1),
    );
    const known = Object.entries(
      FINDINGS as Readonly<Record<string, { severity: string; meaning: string; since?: string }>>,
    );
    assert.deepEqual(
      rows,
      known.map(([id, { severity, meaning, since = "" }]) => [id, severity, meaning, since]),
    );
  });

  it("on a change have an error exactly where kro or the API server refuses it", () => {
    for (const [title, { before, after, verdict }] of Object.entries(changes)) {
      assert.equal(errors(after, before).length > 0, verdict === "refused", `${title}: ${errors(after, before)}`);
      const isIgnored = notes(after, before).some((note) => note.startsWith("change-not-applied"));
      assert.equal(isIgnored, verdict === "ignored", title);
    }
  });

  it("have an error exactly where kro or the API server refuses it", () => {
    for (const [title, { definition, accepted }] of Object.entries(cases)) {
      assert.equal(errors(definition).length === 0, accepted, `${title}: ${errors(definition).join("; ")}`);
    }
  });

  it("are all there, each with the place where it is in the RGD", () => {
    const definition = shop(
      [
        configMap("first", { a: "${schema.spec.nmae}", b: "${nobody.data.a}", c: "${schema.spec.name +}" }),
        configMap("second", {}, { includeWhen: ["${schema.spec.name}"], readyWhen: ["${first.data.a == 'x'}"] }),
        deployment("third", { replica: 1, replicas: "${schema.spec.name}" }),
        { id: "fourth" },
        configMap("fifth", {}, { name: "a-${x}", forEach: [{ x: "${schema.spec.name}" }] }),
      ],
      { name: "string", size: "integr" },
    );
    const found = validate(definition).map(({ id, node, at }) => `${id} ${node} ${at.join(".")}`);
    assert.deepEqual(found.toSorted(), [
      "expression fifth spec.resources.4.forEach.0.x",
      "expression first spec.resources.0.template.data.a",
      "expression first spec.resources.0.template.data.b",
      "expression first spec.resources.0.template.data.c",
      "expression second spec.resources.1.includeWhen.0",
      "expression second spec.resources.1.readyWhen.0",
      "expression third spec.resources.2.template.spec.replicas",
      "field third spec.resources.2.template.spec.replica",
      "node fourth spec.resources.3.id",
      "schema schema spec.schema.spec.size",
    ]);
  });

  describe("say nothing of what only follows from another:", () => {
    const uses = (id: string) => configMap("user", { a: `\${${id}.data.a}`, b: `\${${id}.nothing.at.all}` });
    const onlyOne: Readonly<Record<string, Definition>> = {
      "a field of the schema": shop([configMap("a", { a: "${schema.spec.size.width}" })], { size: "sise" }),
      "a type that is used twice": withSchema({ spec: { a: "T", b: "[]T" }, types: { T: { c: "nothing" } } }),
      "a node without anything": shop([{ id: "broken" }, uses("broken")]),
      "a node without a kind": shop([{ id: "broken", template: { apiVersion: "v1", metadata: {} } }, uses("broken")]),
      "a node whose id is reserved": shop([configMap("spec", { a: "b" }), configMap("user", { a: "${spec.data.a}" })]),
      "a node that is not as RGDs are": shop([
        { ...configMap("broken", {}), includeWhen: [true] } as unknown as DefinitionResource,
        configMap("user", { a: "${broken.data.a}" }),
      ]),
      "the name of an object of a list": shop([
        configMap("each1", {}, { name: "a-${x +}", forEach: [{ x: "${schema.spec.zones}" }] }),
      ]),
      "the list": shop([
        configMap("a", { b: "${x.y.z}" }, { name: "a-${x}", forEach: [{ x: "${schema.spec.zones +}" }] }),
      ]),
      "an iterator's name": shop([
        configMap("a", {}, { name: "a-${schema2}", forEach: [{ schema2: "${schema.spec.zones}" }] }),
        configMap("b", {}, { name: "${spec}", forEach: [{ spec: "${schema.spec.zones}" }] }),
      ]),
      "nodes that wait for each other": shop([
        configMap("a", { x: "${b.data.x}" }),
        configMap("b", { x: "${a.data.x}" }),
        configMap("c", { x: "${a.data.x}" }),
      ]),
      "a field of the status": withSchema({ status: { a: "${nobody.b}", c: "${schema.spec.name}" } }),
    };
    for (const [what, definition] of Object.entries(onlyOne)) {
      it(what, () => {
        const found = errors(definition);
        assert.equal(found.length, 1, found.join("\n"));
      });
    }
  });

  it("tell two nodes with the same id apart", () => {
    const found = validate(shop([configMap("a", { x: "y" }), configMap("a", { x: "${nobody.b}" })]));
    assert.deepEqual(
      found.map(({ at }) => at.join(".")),
      ["spec.resources.1.id", "spec.resources.1.template.data.x"],
    );
  });

  it("name the unknown keys that the API server drops, and what later versions make of an RGD", () => {
    const definition = withSchema({ validation: [] }, [
      { ...configMap("a", { price: "${x" }), dependsOn: [], deletionPolicy: "Orphaned" } as DefinitionResource,
      { ...configMap("graphengine", {}), externalFields: [] } as DefinitionResource,
      {
        id: "old",
        template: { apiVersion: "apps/v1beta1", kind: "Deployment", metadata: { name: "a" } },
      },
    ]);
    assert.deepEqual(errors(definition), []);
    assert.deepEqual(notes(definition).toSorted(), [
      "deletion-policy a deletionPolicy",
      "external-fields graphengine externalFields",
      "reserved-later graphengine ",
      "unknown-key a dependsOn",
      "unknown-key schema validation",
      "unserved-version old apiVersion",
      "unterminated-expression a data.price",
    ]);
    for (const { id, source } of validate(definition)) assert.equal(source, FINDINGS[id].source);
  });

  describe("of a change", () => {
    const base = withSchema({
      spec: { a: "string", b: "integer | default=1" },
      status: { c: "${schema.metadata.name}" },
    });
    const changed: Readonly<Record<string, readonly [fields: object, errors: readonly string[]]>> = {
      "name a kind that changes": [{ kind: "Store" }, ['schema kind: can\'t change from "Shop" to "Store"']],
      "name a version that changes": [
        { apiVersion: "v1" },
        ['schema apiVersion: can\'t change from "v1alpha1" to "v1"'],
      ],
      "name a group that changes": [
        { group: "shop.example" },
        ['schema group: can\'t change from "kro.run" to "shop.example"'],
      ],
      "name a scope that changes": [
        { scope: "Cluster" },
        ['schema scope: can\'t change from "Namespaced" to "Cluster"'],
      ],
      "take a group and a scope that were there as defaults": [{ group: "kro.run", scope: "Namespaced" }, []],
      "name a field that goes, and a type that changes": [
        { spec: { b: "string" } },
        ["schema spec.a: is removed", "schema spec.b: changes from integer to string"],
      ],
      "name a field that becomes required": [
        { spec: { a: "string | required=true", b: "integer | default=1" } },
        ["schema spec.a: becomes required"],
      ],
      "take a new field": [{ spec: { a: "string", b: "integer | default=1", c: "string" } }, []],
      "name a status field that goes": [{ status: {} }, ["schema status.c: is removed"]],
    };
    for (const [what, [fields, expected]] of Object.entries(changed)) {
      it(what, () => {
        const { spec } = base;
        assert.deepEqual(errors({ ...base, spec: { ...spec, schema: { ...spec.schema, ...fields } } }, base), expected);
      });
    }

    it("are notes where the RGD allows breaking changes", () => {
      const next = withSchema({ spec: {} }, [], { "kro.run/allow-breaking-changes": "true" });
      assert.deepEqual(errors(next, withSchema({ spec: { a: "string" } })), []);
      assert.deepEqual(notes(next, withSchema({ spec: { a: "string" } })), ["allowed-breaking-change schema spec.a"]);
    });

    const unseen: Readonly<Record<string, readonly [string, string]>> = {
      "a rule": ["string", "string | validation=\"self != 'x'\""],
      "an immutable field": ["string", "string | immutable=true"],
      "an enum that is new": ["string", "string | enum=a,b"],
      "the type of a list": ["[]string", "[]string | listType=set"],
      "the values of a map": ["map[string]string", "map[string]integer"],
    };
    for (const [what, [was, is]] of Object.entries(unseen)) {
      it(`name ${what}, which kro does not write into the CRD unless something else changes`, () => {
        const [before, after] = [{ spec: { a: was } }, { spec: { a: is } }].map((fields) => withSchema(fields));
        assert.deepEqual(notes(after!, before), ["change-not-applied schema spec.a"]);
        assert.deepEqual(notes(withSchema({ spec: { a: is, b: "string" } }), before), []);
      });
    }
  });
});
