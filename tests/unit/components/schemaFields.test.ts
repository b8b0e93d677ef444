import assert from "node:assert/strict";
import { definition } from "../../../components/definition/cartsDefinition.ts";
import { schemaSpec, schemaTypes } from "../../../components/definition/cartsSchema.ts";
import { revisionOf } from "../../../components/definition/revision.ts";
import { compareSchemas } from "../../../components/definition/schemaFields.ts";

const own = {
  spec: {
    name: "string | required=true",
    size: "integer | default=1",
    resources: { requests: { cpu: "string" }, limits: { memory: "string" } },
    tags: "[]Tag | default=[]",
  },
  types: { Tag: { key: "string | required=true", value: "string" } },
};
const compared = (spec: object, types: object = {}) =>
  compareSchemas(own, { spec: { ...own.spec, ...spec }, types: { ...own.types, ...types } });
const same = { lacking: [], required: [] };

describe("the API of another version", () => {
  it("has the fields of this one's, however they are written and whatever else it has", () => {
    assert.deepEqual(compareSchemas({ spec: schemaSpec, types: schemaTypes }, definition.schema as object), same);
    assert.deepEqual(
      compared({ size: ' integer|minimum=3 description="which is required=true"', more: "string" }),
      same,
    );
    const resources = 'Resources | description="of a pod"';
    const types = { Resources: { ...own.spec.resources, limits: "Limits" }, Limits: { memory: "string" } };
    assert.deepEqual(compared({ resources }, types), same);
    assert.deepEqual(compared({ resources: "object" }), same);
  });

  it("lacks fields, or has others by their names", () => {
    for (const [path, spec, types] of [
      ["size", { size: undefined }],
      ["size", { size: "string" }],
      ["resources", { resources: undefined }],
      ["resources", { resources: "map[string]string" }],
      ["resources.limits", { resources: { requests: { cpu: "string" } } }],
      ["tags", { tags: "map[string]string" }],
      ["tags[].key", { tags: "[]string" }],
      ["tags[].value", {}, { Tag: { key: "string" } }],
    ] as [string, object, object?][]) {
      const { lacking, required } = compared(JSON.parse(JSON.stringify(spec)) as object, types);
      const without = Object.keys(spec).filter((key) => (spec as Record<string, unknown>)[key] === undefined);
      const rest = Object.fromEntries(Object.entries(own.spec).filter(([key]) => !without.includes(key)));
      const found = without.length > 0 ? compareSchemas(own, { ...own, spec: rest }).lacking : lacking;
      assert.equal(found[0], path);
      assert.deepEqual(required, []);
    }
  });

  it("requires fields of its own, where nothing fills them in and what holds them is there", () => {
    const { requests, limits } = own.spec.resources;
    for (const [paths, spec, types] of [
      [["owner"], { owner: "string | required=true" }],
      [["owner"], { owner: 'string | description="\\" default=no" required=true' }],
      [["owner"], { owner: "Owner" }, { Owner: "string | required=true" }],
      [["resources.disk"], { resources: { requests, limits, disk: "string | required=true" } }],
      [["tags[].team"], {}, { Tag: { ...own.types.Tag, team: "string | required=true" } }],
      [[], { owner: 'string | required=true default="us"' }],
      [[], { owner: "string | required=false" }],
      [[], { owner: { team: "string | required=true" } }],
    ] as [string[], object, object?][]) {
      assert.deepEqual(compared(spec, types), { lacking: [], required: paths });
    }
  });

  it("may be of types that a stranger has made a loop of", () => {
    assert.deepEqual(compared({ more: "Loop" }, { Loop: { more: "Loop", list: "[]Loop" } }), same);
  });
});

describe("the revision of an RGD", () => {
  const { schema, ...rest } = definition as { schema: { spec: object } };

  it("is the same for what the API server makes of it", () => {
    const { spec, ...others } = schema;
    const stored = { schema: { scope: "Namespaced", spec, group: "kro.run", ...others }, ...rest };
    assert.equal(revisionOf(JSON.parse(JSON.stringify(stored)) as object), revisionOf(definition));
  });

  it("is another with any change", () => {
    for (const other of [
      { ...definition, resources: [] },
      { ...definition, schema: { ...schema, group: "shop.example.com" } },
      { ...definition, schema: { ...schema, spec: { ...schema.spec, more: "string" } } },
      { ...definition, more: true },
    ]) {
      assert.notEqual(revisionOf(other), revisionOf(definition));
    }
  });
});
