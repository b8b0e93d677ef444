import assert from "node:assert/strict";
import { crdSchemas, type DefinitionResource, refusedUpdate, render } from "../../../packages/kro/index.ts";
import { instance, shop } from "./shop.ts";

const text = { type: "string" };

const spec = {
  type: "object",
  required: ["name"],
  properties: {
    name: {
      ...text,
      "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "Value is immutable once set" }],
    },
    size: { type: "integer", default: 3, maximum: 9 },
    note: { ...text, nullable: true },
    port: { "x-kubernetes-int-or-string": true, anyOf: [{ type: "integer" }, { type: "string" }] },
    labels: { type: "object", additionalProperties: text },
    config: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { mode: text } },
    rules: {
      type: "array",
      "x-kubernetes-list-type": "map",
      "x-kubernetes-list-map-keys": ["id"],
      items: {
        type: "object",
        required: ["id"],
        properties: {
          id: text,
          weight: { type: "integer", "x-kubernetes-validations": [{ rule: "self >= oldSelf" }] },
        },
      },
    },
  },
  "x-kubernetes-validations": [
    { rule: "!has(oldSelf.size) || self.size >= oldSelf.size", message: "a bucket can't shrink" },
    { rule: "self.name != 'root'", message: "root is taken" },
    { rule: "oldSelf.hasValue()", optionalOldSelf: true },
    { rule: "self.__namespace__ == oldSelf.__namespace__" },
  ],
};

const crd = (kind: string, scope: string, versions: readonly object[]) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${kind.toLowerCase()}s.aws.example` },
  spec: { group: "aws.example", scope, names: { kind, plural: `${kind.toLowerCase()}s` }, versions },
});

const status = { type: "object", properties: { arn: text, count: { type: "integer" } } };
const openAPIV3Schema = { type: "object", required: ["metadata", "spec"], properties: { spec, status } };

const crds = crdSchemas([
  crd("Bucket", "Namespaced", [
    { name: "v1", served: true, schema: { openAPIV3Schema } },
    { name: "v0", served: false, schema: { openAPIV3Schema } },
  ]),
  crd("Zone", "Cluster", [{ name: "v1", served: true, schema: { openAPIV3Schema } }]),
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "other" } },
  null,
]);

const node = (fields: object, more: Partial<DefinitionResource> = {}, kind = "Bucket"): DefinitionResource => ({
  id: "bucket",
  template: { apiVersion: "aws.example/v1", kind, metadata: { name: "one" }, spec: fields },
  ...more,
});

const made = (...nodes: readonly DefinitionResource[]) => render(shop(nodes), instance(), { crds }).children;

describe("a kind of a CRD", () => {
  for (const [what, fields, path, problem] of [
    ["a field that it doesn't have", { nope: 1 }, "spec.nope", "no such field here"],
    ["a value of another type", { size: "3" }, "spec.size", "must be integer, not string"],
    [
      "an expression of another type",
      { size: "${schema.spec.name}" },
      "spec.size",
      "has the wrong type: string is not int",
    ],
    ["a map's value of another type", { labels: { a: 1 } }, "spec.labels.a", "must be string, not integer"],
  ] as const) {
    it(`takes no ${what}`, () => {
      assert.throws(
        () => made(node({ name: "a", ...fields })),
        (error: Error & { path?: string }) => error.path === path && error.message.includes(problem),
      );
      assert.equal(render(shop([node(fields)]), instance()).children.length, 1, "without the CRD");
    });
  }

  it("takes what is open", () => {
    const fields = { port: "http", config: { mode: 1, any: ["x"] }, labels: { a: "b" } };
    const [bucket] = made(node({ name: "a", ...fields }));
    assert.deepEqual(bucket!.problems, ["Bucket shops/one: spec.config.mode: 1 must be a string"]);
    assert.deepEqual(bucket!.object.spec, { name: "a", ...fields, size: 3 });
  });

  it("types what is read of it", () => {
    const reader = (value: string): DefinitionResource => ({
      id: "reader",
      template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "reader" }, data: { value } },
    });
    assert.throws(() => made(node({ name: "a" }), reader("${bucket.status.count}")), /int is not string/);
    assert.throws(() => made(node({ name: "a" }), reader("${bucket.status.nope}")), /undefined field/);
    assert.equal(made(node({ name: "a" }), reader("${bucket.status.arn}")).length, 2);
    assert.deepEqual(made(node({ name: "a" }), reader("${string(bucket.spec.size)}"))[1]!.object.data, { value: "3" });
    const external: DefinitionResource = {
      id: "bucket",
      externalRef: { apiVersion: "aws.example/v1", kind: "Bucket", metadata: { name: "there" } },
    };
    assert.throws(() => made(external, reader("${bucket.status.count}")), /int is not string/);
    assert.equal(made(external, reader("${bucket.spec.name}")).length, 1);
    const collection = node({ name: "a" }, { forEach: [{ zone: "${schema.spec.zones}" }] });
    const named = { ...collection, template: { ...collection.template, metadata: { name: "${zone}" } } };
    assert.throws(() => made(named, reader("${bucket[0].status.count}")), /int is not string/);
  });

  it("has no namespace where the CRD says so", () => {
    assert.deepEqual(made(node({ name: "a" }, {}, "Zone"))[0]!.object.metadata, { name: "one" });
    assert.deepEqual(made(node({ name: "a" }))[0]!.object.metadata, { name: "one", namespace: "shops" });
  });

  it("is stored with its defaults, and without null where that can't stand", () => {
    const [bucket] = made(node({ name: "a", size: null, note: null, labels: null }));
    assert.deepEqual(bucket!.object.spec, { name: "a", size: 3, note: null });
    assert.deepEqual(bucket!.problems, []);
  });

  it("is refused with what the API server has against it", () => {
    assert.deepEqual(made(node({ name: "a", size: "${schema.spec.replicas + 10}" }))[0]!.problems, [
      "Bucket shops/one: spec.size: 11 must be at most 9",
    ]);
    assert.match(made(node({}))[0]!.problems.join(), /spec.name: must be there/);
    assert.deepEqual(made(node({ name: "root" }))[0]!.problems, [
      'Bucket shops/one: spec: {"name":"root","size":3} root is taken',
    ]);
  });

  it("is one of the versions that are served", () => {
    assert.deepEqual([...crds.keys()], ["aws.example/v1 Bucket", "aws.example/v1 Zone"]);
  });
});

describe("an update of an object of a CRD's kind", () => {
  const refused = (before: object, after: object) => {
    const [was, is] = [before, after].map((fields) => made(node({ name: "a", ...fields }))[0]!);
    return refusedUpdate(was!.object, is!.object, is!.schema!);
  };

  it("is refused where a field is immutable, and where it breaks a rule", () => {
    assert.deepEqual(refused({}, { name: "b" }), [{ path: "spec.name" }]);
    assert.deepEqual(refused({ size: 5 }, { size: 4 }), [{ path: "spec", rule: "a bucket can't shrink" }]);
    assert.deepEqual(refused({ size: 4 }, { size: 5 }), []);
  });

  it("compares the items of a list by their keys", () => {
    const [a, b] = [
      { id: "a", weight: 2 },
      { id: "b", weight: 1 },
    ];
    assert.deepEqual(refused({ rules: [a, b] }, { rules: [b, a] }), []);
    assert.deepEqual(refused({ rules: [a, b] }, { rules: [b, { id: "a", weight: 1 }] }), [
      { path: "spec.rules[1].weight", rule: "self >= oldSelf" },
    ]);
  });
});
