import assert from "node:assert/strict";
import { crdSchemas, type DefinitionResource, render } from "../../../packages/kro/index.ts";
import { RULES } from "../../../packages/kro-preview/dangers/index.ts";
import { type DiffOptions, diff } from "../../../packages/kro-preview/diff.ts";
import { instance, shop } from "../kro/shop.ts";

interface Ack {
  readonly kind?: string;
  readonly group?: string;
  readonly name?: string;
  readonly spec?: object;
  /** Without `services.k8s.aws/`. */
  readonly annotations?: Readonly<Record<string, string>>;
}

const node = ({ kind = "Bucket", group = "s3", name = "one", spec = { name: "tea" }, annotations = {} }: Ack) => ({
  id: "made",
  template: {
    apiVersion: `${group}.services.k8s.aws/v1alpha1`,
    kind,
    metadata: {
      name,
      annotations: Object.fromEntries(
        Object.entries(annotations).map(([key, text]) => [`services.k8s.aws/${key}`, text]),
      ),
    },
    spec,
  },
});

const status = { type: "object", "x-kubernetes-preserve-unknown-fields": true };

const crd = (required: readonly string[], properties: object) => ({
  kind: "CustomResourceDefinition",
  spec: {
    group: "rds.services.k8s.aws",
    names: { kind: "DBInstance", plural: "dbinstances" },
    scope: "Namespaced",
    versions: [
      {
        name: "v1alpha1",
        served: true,
        schema: {
          openAPIV3Schema: { type: "object", properties: { spec: { type: "object", required, properties }, status } },
        },
      },
    ],
  },
});

const text = { type: "string" };
const fixed = { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf" }] };

function dangers(
  before: Ack | undefined,
  after: Ack | undefined,
  { crds = [], ...options }: DiffOptions & { readonly crds?: readonly unknown[] } = {},
): string[] {
  const known = { crds: crdSchemas(crds) };
  const [was, is] = [before, after].map(
    (one) => one && render(shop([node(one) as DefinitionResource]), instance(), known),
  );
  const found = diff(was, is, { rules: RULES, ...options }).flatMap((change) => change.dangers);
  return found.map(({ name, message }) => `${name}: ${message}`);
}

const retain = { "deletion-policy": "retain" };
const remove = { "deletion-policy": "delete" };
const adopt = { "adoption-policy": "adopt-or-create" };
const vpc = { kind: "VPC", group: "ec2", spec: { cidrBlocks: ["10.0.0.0/16"] } };

describe("what becomes of a resource in AWS that ACK keeps", () => {
  it("when it is deleted, is up to its deletion policy", () => {
    assert.deepEqual(dangers({ annotations: remove }, undefined), [
      "aws-resource-deleted: the Bucket tea of s3 is deleted in AWS",
    ]);
    assert.deepEqual(dangers({}, undefined), [
      "aws-resource-deleted: the Bucket tea of s3 is deleted in AWS, unless its namespace or ACK's controller has the deletion policy retain",
    ]);
    for (const annotations of [retain, { "read-only": "true" }]) {
      assert.deepEqual(dangers({ annotations }, undefined), [
        "aws-resource-retained: the Bucket tea of s3 stays in AWS, and nothing manages it",
      ]);
    }
    assert.deepEqual(dangers({ annotations: retain }, { annotations: remove }), [
      "aws-resource-goes: the Bucket tea of s3 is deleted in AWS when its instance is",
    ]);
    assert.deepEqual(dangers({ annotations: remove }, { annotations: retain }), []);
  });

  it("when its object is made anew, is up to its adoption policy as well", () => {
    const made = (annotations: Record<string, string>, options?: DiffOptions) =>
      dangers({ annotations }, { annotations, name: "two" }, options);
    assert.deepEqual(made(remove), [
      "aws-resource-replaced: the new object takes up the Bucket tea of s3; then kro deletes the old one, and ACK that in AWS",
      "aws-resource-deleted: the Bucket tea of s3 is deleted in AWS",
    ]);
    assert.match(made(remove, { replaced: true })[0]!, /is deleted in AWS, and made again$/);
    assert.deepEqual(made({ ...retain, ...adopt }), [
      "aws-resource-replaced: the object is made anew and takes up the Bucket tea of s3",
    ]);
    assert.deepEqual(made(retain), [
      "aws-resource-replaced: the new object does not adopt the Bucket tea of s3, which exists: ACK refuses to manage it",
      "aws-resource-retained: the Bucket tea of s3 stays in AWS, and nothing manages it",
    ]);
  });

  it("when it gets another name, is left alone", () => {
    const [two, named] = [{ spec: { name: "coffee" } }, { spec: { queueName: "a" }, kind: "Queue", group: "sqs" }];
    assert.deepEqual(dangers({ annotations: remove }, { annotations: remove, ...two }), [
      "aws-resource-replaced: the Bucket tea of s3 becomes coffee: ACK makes or adopts that one, or refuses the change",
      "aws-resource-retained: the Bucket tea of s3 stays in AWS, and nothing manages it, where ACK takes up the other name in place",
    ]);
    assert.match(
      dangers({ ...named }, { ...named, spec: { queueName: "b" } })[0]!,
      /^aws-resource-replaced: the Queue a of sqs becomes b/,
    );
    assert.deepEqual(dangers({ annotations: remove }, { annotations: remove, name: "two", ...two }), [
      "aws-resource-replaced: the new object is for the Bucket coffee, not tea",
      "aws-resource-deleted: the Bucket tea of s3 is deleted in AWS",
    ]);
  });

  it("when it gets another name and is no longer kept, goes with its instance from now on", () => {
    const [kept, free] = [
      { annotations: { ...retain, ...adopt } },
      { annotations: { ...remove, ...adopt }, spec: { name: "coffee" } },
    ];
    const goes = "aws-resource-goes: the Bucket coffee of s3 is deleted in AWS when its instance is";
    const [inPlace, anew] = [dangers(kept, free), dangers(kept, { ...free, name: "two" })];
    for (const found of [inPlace, anew]) {
      assert.deepEqual(
        found.map((text) => text.split(":")[0]),
        ["aws-resource-replaced", "aws-resource-retained", "aws-resource-goes"],
      );
      assert.equal(found[2], goes);
    }
    const table = { kind: "Table", group: "dynamodb", spec: { tableName: "a" } };
    assert.equal(
      dangers({ ...table, ...kept }, { ...table, ...free, spec: { tableName: "b" } })[2],
      "table-goes: the DynamoDB table b is deleted with its items when its instance is, by a destroy or a replacement",
    );
    assert.deepEqual(
      dangers({ annotations: retain }, { annotations: remove, name: "two" }).map((text) => text.split(":")[0]),
      ["aws-resource-replaced", "aws-resource-retained"],
      "ACK refuses to manage what it does not adopt",
    );
  });

  it("when it gets another name, has another status: what comes from it changes", () => {
    const pointer = {
      id: "pointer",
      template: {
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "pointer" },
        data: {
          arn: "${made.status.ackResourceMetadata.arn}",
          of: "${made.metadata.name}",
          uid: "${made.metadata.uid}",
        },
      },
    };
    const changed = (before: Ack, after: Ack, crds: readonly unknown[] = []) => {
      const [was, is] = [before, after].map((one) =>
        render(shop([node(one) as DefinitionResource, pointer]), instance(), { crds: crdSchemas(crds) }),
      );
      return diff(was, is).flatMap(({ node: id, fields }) => (id === "pointer" ? fields.map(({ path }) => path) : []));
    };
    assert.deepEqual(changed({}, { spec: { name: "coffee" } }), ["data.arn"]);
    assert.deepEqual(changed({ annotations: retain }, { annotations: remove }), []);
    const db = (id: string) => ({ kind: "DBInstance", group: "rds", spec: { dbInstanceIdentifier: id } });
    const refused = [crd(["dbInstanceIdentifier"], { dbInstanceIdentifier: fixed })];
    assert.deepEqual(changed(db("a"), db("b")), ["data.arn"]);
    assert.deepEqual(changed(db("a"), db("b"), refused), [], "the update is refused");
  });

  it("when it is within an instance within, and gets another name, has another status as well", () => {
    const schema = (
      kind: string,
      resources: readonly DefinitionResource[],
      status: Readonly<Record<string, string>>,
    ) => ({
      metadata: { name: kind.toLowerCase() },
      spec: { schema: { apiVersion: "v1alpha1", kind, spec: { table: "string" }, status }, resources },
    });
    const made = node({ kind: "Table", group: "dynamodb", spec: { tableName: "${schema.spec.table}" } });
    const store = schema("Store", [made as DefinitionResource], { arn: "${made.status.ackResourceMetadata.arn}" });
    const inner = {
      apiVersion: "kro.run/v1alpha1",
      kind: "Store",
      metadata: { name: "store" },
      spec: { table: "${schema.spec.table}" },
    };
    const web = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "web" },
      data: { arn: "${store.status.arn}" },
    };
    const outer = schema(
      "Web",
      [
        { id: "store", template: inner },
        { id: "web", template: web },
      ],
      {},
    );
    const of = (table: string) => ({
      apiVersion: "kro.run/v1alpha1",
      kind: "Web",
      metadata: { name: "tea", namespace: "shops" },
      spec: { table },
    });
    const [a, b] = ["a", "b"].map((table) => render(outer, of(table), { definitions: [store] }));
    assert.deepEqual(
      diff(a, b).map(({ node: id, action }) => [id, action]),
      [
        ["store", "update"],
        ["made", "update"],
        ["web", "update"],
      ],
    );
  });

  it("when AWS chose its id, is another one, unless that is adopted", () => {
    const fields = { ...adopt, "adoption-fields": '{"vpcID": "vpc-1"}', ...retain };
    assert.deepEqual(dangers({ ...vpc, annotations: remove }, { ...vpc, name: "two", annotations: remove }), [
      "aws-resource-replaced: AWS makes another VPC in place of the VPC one of ec2: what names its id or its ARN has to follow",
      "aws-resource-deleted: the VPC one of ec2 is deleted in AWS",
    ]);
    assert.deepEqual(dangers({ ...vpc, annotations: fields }, { ...vpc, name: "two", annotations: fields }), [
      "aws-resource-replaced: the object is made anew and takes up the VPC one of ec2",
    ]);
    assert.deepEqual(dangers(vpc, { ...vpc, spec: { cidrBlocks: ["10.1.0.0/16"] } }), []);
  });

  it("is told by the field that its CRD requires", () => {
    const instanceOf = (spec: object) => ({ kind: "DBInstance", group: "rds", spec, annotations: remove });
    const [a, b] = ["a", "b"].map((id) => instanceOf({ name: "x", dbInstanceIdentifier: id }));
    const crds = [crd(["dbInstanceIdentifier"], { name: text, dbInstanceIdentifier: text })];
    assert.match(dangers(a, b, { crds })[0]!, /the DBInstance a of rds becomes b/);
    const other = instanceOf({ name: "y", dbInstanceIdentifier: "a" });
    assert.deepEqual(dangers(a, other, { crds }), []);
    const immutable = [crd(["dbInstanceIdentifier"], { name: text, dbInstanceIdentifier: fixed })];
    assert.deepEqual(dangers(a, b, { crds: immutable }), [
      "immutable-field: spec.dbInstanceIdentifier of DBInstance one can't be changed in place: the update is refused",
    ]);
  });

  it("is none of other kinds", () => {
    assert.deepEqual(dangers({ kind: "AdoptedResource", group: "a.b", annotations: remove }, undefined), []);
    const own = { apiVersion: "services.k8s.aws/v1alpha1", kind: "FieldExport", metadata: { name: "one" } };
    const rendered = render(shop([{ id: "made", template: own }]), instance());
    assert.deepEqual(
      diff(rendered, undefined, { rules: RULES }).flatMap((change) => change.dangers),
      [],
    );
  });
});

describe("a list of a kind whose CRD is known", () => {
  const items = { type: "object", properties: { id: text, port: { type: "integer" }, note: text } };
  const list = { type: "array", items, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id", "port"] };
  const crds = [crd([], { rules: list })];
  const change = (rules: readonly (readonly object[])[], withCrd: boolean) => {
    const known = { crds: crdSchemas(withCrd ? crds : []) };
    const [before, after] = rules.map((one) =>
      render(
        shop([node({ kind: "DBInstance", group: "rds", spec: { rules: one } }) as DefinitionResource]),
        instance(),
        known,
      ),
    );
    return diff(before, after)[0]!.fields;
  };

  it("is compared by the keys that the CRD names", () => {
    const [a, b] = [
      { id: "a", port: 1, note: "x" },
      { id: "a", port: 2, note: "y" },
    ];
    const before = [a, b];
    const after = [b, { ...a, note: "z" }];
    assert.deepEqual(change([before, after], true), [
      {
        path: "spec.rules",
        before: ["id=a,port=1", "id=a,port=2"],
        after: ["id=a,port=2", "id=a,port=1"],
        order: true,
      },
      { path: "spec.rules[id=a,port=1].note", before: "x", after: "z" },
    ]);
    assert.equal(change([before, after], false).length, 4, "else by their positions");
  });
});
