import { deepEqual, equal, match, throws } from "node:assert/strict";
import { DynamoDBClient, DynamoDBServiceException, ResourceInUseException } from "@aws-sdk/client-dynamodb";
import { specDelta, tagsDelta } from "../../sandbox/standins/ack/dynamodb/delta.ts";
import { DynamoTables } from "../../sandbox/standins/ack/dynamodb/dynamoTables.ts";
import type { Table, TableSpec } from "../../sandbox/standins/ack/dynamodb/table.ts";
import {
  adoptionFields,
  adoptionPolicy,
  isAdopted,
  isDeletedWith,
} from "../../sandbox/standins/ack/runtime/annotations.ts";
import { ensureConditions, failed, setNotManaged } from "../../sandbox/standins/ack/runtime/conditions.ts";
import { mergePatch } from "../../sandbox/standins/ack/runtime/mergePatch.ts";
import { InTerminalCondition, Requeue, TerminalError } from "../../sandbox/standins/ack/runtime/outcome.ts";
import { WorkQueue } from "../../sandbox/standins/ack/runtime/workQueue.ts";

const tables = new DynamoTables(new DynamoDBClient(), { accountId: "", region: "", waitMs: 1 });

const spec: TableSpec = {
  tableName: "carts",
  billingMode: "PAY_PER_REQUEST",
  attributeDefinitions: [
    { attributeName: "id", attributeType: "S" },
    { attributeName: "customerId", attributeType: "S" },
  ],
  keySchema: [{ attributeName: "id", keyType: "HASH" }],
  globalSecondaryIndexes: [
    {
      indexName: "idx",
      keySchema: [
        { attributeName: "customerId", keyType: "HASH" },
        { attributeName: "id", keyType: "RANGE" },
      ],
      projection: { projectionType: "ALL" },
    },
  ],
};

function table(annotations: Record<string, string> = {}, tableStatus?: string): Table {
  return {
    apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
    kind: "Table",
    metadata: { name: "carts", namespace: "carts-kro", annotations },
    spec,
    status: { tableStatus },
  };
}

function condition({ status }: Table, type: string): string | undefined {
  return status.conditions?.find((found) => found.type === type)?.status;
}

describe("stand-in for ACK: annotations", () => {
  it("knows ACK's two adoption policies and refuses others", () => {
    equal(adoptionPolicy(table()), undefined);
    equal(adoptionPolicy(table({ "services.k8s.aws/adoption-policy": "adopt-or-create" })), "adopt-or-create");
    throws(() => adoptionPolicy(table({ "services.k8s.aws/adoption-policy": "force" })), TerminalError);
  });

  it("reads the table's name from the adoption fields", () => {
    const adopting = (fields: string) => table({ "services.k8s.aws/adoption-fields": fields });
    equal(tables.populate(table(), adoptionFields(adopting('{"tableName": "old"}'))).spec.tableName, "old");
    throws(() => adoptionFields(table()), /unmarshalling/);
    throws(() => tables.populate(table(), adoptionFields(adopting("{}"))), /required field missing: tableName/);
  });

  it("takes the object's deletion policy before its namespace's, and deletes without either", () => {
    const ofNamespace = { "dynamodb.services.k8s.aws/deletion-policy": "retain" };
    equal(isDeletedWith(table(), "dynamodb", {}), true);
    equal(isDeletedWith(table(), "dynamodb", ofNamespace), false);
    equal(isDeletedWith(table(), "eks", ofNamespace), true);
    equal(isDeletedWith(table({ "services.k8s.aws/deletion-policy": "delete" }), "dynamodb", ofNamespace), true);
    equal(isDeletedWith(table({ "services.k8s.aws/deletion-policy": "Delete" }), "dynamodb", {}), false);
  });

  it("sees the mark of an adopted table", () => {
    equal(isAdopted(table({ "services.k8s.aws/adopted": "True" })), true);
    equal(isAdopted(table()), false);
  });
});

describe("stand-in for ACK: delta", () => {
  it("finds no difference in another order", () => {
    deepEqual(specDelta(spec, { ...spec, attributeDefinitions: [...spec.attributeDefinitions].reverse() }), []);
  });

  it("names the fields that differ", () => {
    const latest = { ...spec, billingMode: undefined, globalSecondaryIndexes: [], tags: [{ key: "a", value: "b" }] };
    deepEqual(specDelta(spec, latest), ["billingMode", "globalSecondaryIndexes", "tags"]);
  });

  it("does not compare the table's name", () => {
    deepEqual(specDelta(spec, { ...spec, tableName: "other" }), []);
  });

  it("takes what the object doesn't have for off, but for a key", () => {
    const off = {
      ...{ deletionProtectionEnabled: false, continuousBackups: { pointInTimeRecoveryEnabled: false } },
      timeToLive: { enabled: false },
    };
    const key = { sseSpecification: { enabled: true, sseType: "KMS", kmsMasterKeyID: "arn:a" } };
    const on = {
      ...{ deletionProtectionEnabled: true, continuousBackups: { pointInTimeRecoveryEnabled: true }, ...key },
      timeToLive: { enabled: true, attributeName: "expires" },
    };
    const all = ["timeToLive", "sseSpecification", "deletionProtectionEnabled", "continuousBackups"];
    deepEqual(specDelta(spec, { ...spec, ...off }), []);
    deepEqual(specDelta({ ...spec, ...off, sseSpecification: { enabled: false } }, { ...spec, ...off }), []);
    deepEqual(specDelta({ ...spec, ...on }, { ...spec, ...on }), []);
    deepEqual(specDelta({ ...spec, ...on }, { ...spec, ...off }), all);
    deepEqual(specDelta(spec, { ...spec, ...on }), all);
    const alias = { ...key.sseSpecification, kmsMasterKeyID: "alias/a" };
    deepEqual(specDelta({ ...spec, ...on, sseSpecification: alias }, { ...spec, ...on }), ["sseSpecification"]);
  });

  it("sets changed tags and takes away others", () => {
    const desired = [
      { key: "same", value: "1" },
      { key: "changed", value: "2" },
      { key: "new", value: "3" },
    ];
    const latest = [
      { key: "same", value: "1" },
      { key: "changed", value: "1" },
      { key: "old", value: "1" },
    ];
    deepEqual(tagsDelta(desired, latest), { added: desired.slice(1), removed: ["old"] });
  });
});

describe("stand-in for ACK: conditions", () => {
  it("calls an active table synced, and any other not", () => {
    for (const [state, synced] of [
      ["ACTIVE", "True"],
      ["CREATING", "False"],
    ] as const) {
      const subject = table({}, state);
      ensureConditions(subject, undefined, tables.isSynced(subject));
      deepEqual([condition(subject, "ACK.ResourceSynced"), condition(subject, "Ready")], [synced, synced]);
    }
  });

  it("does not know while an error stands", () => {
    const subject = table({}, "ACTIVE");
    ensureConditions(subject, new Requeue("table in 'CREATING' state", 5000), true);
    equal(condition(subject, "ACK.ResourceSynced"), "Unknown");
  });

  it("says ACTIVE and not synced at once when the table is somebody else's", () => {
    const subject = table({}, "ACTIVE");
    setNotManaged(subject);
    ensureConditions(subject, new InTerminalCondition(), true);
    equal(subject.status.tableStatus, "ACTIVE");
    deepEqual(
      ["ACK.Terminal", "ACK.ResourceSynced", "Ready"].map((type) => condition(subject, type)),
      ["True", "False", "False"],
    );
  });

  it("puts AWS's validation errors into ACK.Terminal and other errors into ACK.Recoverable, in ACK's words", () => {
    const options = { $fault: "client", $metadata: {} } as const;
    const invalid = failed(table(), new DynamoDBServiceException({ ...options, name: "ValidationException" }), [
      "ValidationException",
    ]);
    equal(condition(invalid.latest!, "ACK.Terminal"), "True");
    equal(invalid.error instanceof InTerminalCondition, true);

    const denied = new DynamoDBServiceException({ ...options, name: "AccessDeniedException", message: "no" });
    const recoverable = failed(table(), denied);
    equal(recoverable.latest?.status.conditions?.[0]?.message, "api error AccessDeniedException: no");
    equal(recoverable.error, denied);

    const allowed = failed(invalid.latest!, denied);
    deepEqual(
      ["ACK.Terminal", "ACK.Recoverable"].map((type) => condition(allowed.latest!, type)),
      ["False", "True"],
    );
    const inUse = failed(table(), new ResourceInUseException({ $metadata: {}, message: "there is one" }));
    match(inUse.latest?.status.conditions?.[0]?.message ?? "", /^ResourceInUseException: there is one/);
  });
});

describe("stand-in for ACK: merge patch", () => {
  it("holds what changed, and null for what is gone", () => {
    const patch = mergePatch({ a: 1, b: { c: [1], d: 2 }, e: 3 }, { a: 1, b: { c: [2], d: 2 } });
    deepEqual(patch, { b: { c: [2] }, e: null });
    equal(mergePatch({ a: [1] }, { a: [1] }), undefined);
  });
});

describe("stand-in for ACK: work queue", () => {
  it("tries a failed key again and never handles two at once", async () => {
    const handled: string[] = [];
    let working = 0;
    await new Promise<void>((done) => {
      const queue = new WorkQueue(
        async (key) => {
          equal(++working, 1);
          await Promise.resolve();
          working--;
          handled.push(key);
          if (handled.length === 1) throw new Error("first try");
          if (handled.length === 3) done();
          return undefined;
        },
        () => {},
      );
      for (const key of ["a", "b", "a"]) queue.add(key);
    });
    deepEqual([...handled].sort(), ["a", "a", "b"]);
  });
});
