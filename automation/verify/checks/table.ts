import type { GlobalSecondaryIndexDescription, KeySchemaElement, TableDescription } from "@aws-sdk/client-dynamodb";
import { titleOf } from "../../../packages/kro/index.ts";
import { ackHealth, conditionText } from "../../../packages/live/index.ts";
import { check } from "../check.ts";
import type { ObservedChild } from "../observation.ts";
import type { Check } from "../verification.ts";

/** `spec` of an ACK Table, as far as it is compared with the table in DynamoDB. */
interface TableSpec {
  readonly tableName?: unknown;
  readonly billingMode?: string;
  readonly deletionProtectionEnabled?: boolean;
  readonly sseSpecification?: { readonly enabled?: boolean; readonly kmsMasterKeyID?: string };
  readonly keySchema?: readonly AckKey[];
  readonly attributeDefinitions?: readonly { readonly attributeName: string; readonly attributeType: string }[];
  readonly globalSecondaryIndexes?: readonly {
    readonly indexName: string;
    readonly keySchema: readonly AckKey[];
    readonly projection?: { readonly projectionType?: string };
  }[];
}

interface AckKey {
  readonly attributeName: string;
  readonly keyType: string;
}

const RESYNC =
  "ACK compares the table with its Table when it resyncs, every 10 hours by default, and at once when its controller starts; " +
  "`aws dynamodb update-table` does it by hand";

/** Whether ACK manages the table, and the table in DynamoDB is the one that is declared. */
export function tableChecks(child: ObservedChild): Check[] {
  const { declared, live, table } = child;
  if (!declared.object.apiVersion.startsWith("dynamodb.services.k8s.aws/")) return [];
  const spec = (declared.object.spec ?? {}) as TableSpec;
  const object = `DynamoDB table ${spec.tableName}`;
  const synced = check(
    {
      id: "table-synced",
      object: titleOf(declared.object),
      what: "ACK manages it",
      expected: "ACK.ResourceSynced is True, ACTIVE",
      remedy: "see its conditions: ACK says there what AWS answered",
    },
    live,
    (seen) => {
      const { isSynced, failure } = ackHealth(seen);
      const status = String(seen.status?.tableStatus ?? "no status");
      const said = failure ? `${failure.type} is True: ${failure.message ?? "no message"}\n` : "";
      return {
        ok: isSynced && status === "ACTIVE",
        found: `${said}${conditionText(seen, "ACK.ResourceSynced")}, ${status}`,
      };
    },
  );
  const active = check(
    {
      id: "table-active",
      object,
      what: "status",
      expected: "ACTIVE",
      remedy: "wait, if it is being made or changed; if it is gone, ACK makes it again, empty, when it next resyncs",
    },
    table,
    ({ TableStatus }) => ({ ok: TableStatus === "ACTIVE", found: TableStatus ?? "no status" }),
  );
  const keys = check(
    { id: "table-keys", object, what: "keys and billing", expected: keysOfSpec(spec), remedy: RESYNC },
    table,
    (seen) => ({ ok: keysOfTable(seen) === keysOfSpec(spec), found: keysOfTable(seen) }),
  );
  const indexes = (spec.globalSecondaryIndexes ?? []).map(({ indexName, keySchema, projection }) => {
    const expected = `ACTIVE ${keyText(keySchema)}, ${projection?.projectionType ?? "ALL"}`;
    return check({ id: "table-index", object, what: `index ${indexName}`, expected, remedy: RESYNC }, table, (seen) => {
      const index = seen.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === indexName);
      return {
        ok: index !== undefined && indexText(index) === expected,
        found: index ? indexText(index) : "not there",
      };
    });
  });
  const guards = check(
    { id: "table-guards", object, what: "protection and key", expected: guardsOfSpec(spec), remedy: RESYNC },
    table,
    (seen) => ({ ok: guardsOfTable(seen) === guardsOfSpec(spec), found: guardsOfTable(seen) }),
  );
  return [synced, active, keys, ...(isGuarded(spec) ? [guards] : []), ...indexes];
}

const isGuarded = ({ deletionProtectionEnabled, sseSpecification }: TableSpec): boolean =>
  deletionProtectionEnabled === true || sseSpecification?.enabled === true;

const guardsText = (isProtected: boolean | undefined, key: string | undefined): string =>
  `${isProtected ? "protected" : "not protected"} against deletion, ${key ?? "DynamoDB's own key"}`;

const guardsOfSpec = ({ deletionProtectionEnabled, sseSpecification }: TableSpec): string =>
  guardsText(deletionProtectionEnabled, sseSpecification?.enabled ? sseSpecification.kmsMasterKeyID : undefined);

const guardsOfTable = ({ DeletionProtectionEnabled, SSEDescription }: TableDescription): string =>
  guardsText(DeletionProtectionEnabled, SSEDescription?.KMSMasterKeyArn);

/** `id HASH, customerId RANGE` */
const keyText = (keys: readonly AckKey[]): string =>
  keys.map(({ attributeName, keyType }) => `${attributeName} ${keyType}`).join(", ");

const fromAws = (keys: readonly KeySchemaElement[] = []): AckKey[] =>
  keys.map(({ AttributeName = "", KeyType = "" }) => ({ attributeName: AttributeName, keyType: KeyType }));

const keysOfSpec = ({ keySchema = [], billingMode = "PROVISIONED" }: TableSpec): string =>
  `${keyText(keySchema)}, ${billingMode}`;

// DynamoDB says nothing of the mode of a table that has never been anything but provisioned.
const keysOfTable = ({ KeySchema, BillingModeSummary }: TableDescription): string =>
  `${keyText(fromAws(KeySchema))}, ${BillingModeSummary?.BillingMode ?? "PROVISIONED"}`;

const indexText = ({ IndexStatus, KeySchema, Projection }: GlobalSecondaryIndexDescription): string =>
  `${IndexStatus} ${keyText(fromAws(KeySchema))}, ${Projection?.ProjectionType}`;
