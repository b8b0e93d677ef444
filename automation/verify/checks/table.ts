import type { GlobalSecondaryIndexDescription, KeySchemaElement, TableDescription } from "@aws-sdk/client-dynamodb";
import { titleOf } from "../../../packages/kro/index.ts";
import { ackHealth, conditionText, patchCommand } from "../../../packages/live/index.ts";
import { check } from "../check.ts";
import type { ObservedChild } from "../observation.ts";
import { isThere } from "../reading.ts";
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

/**
 * When ACK compares a table with its Table. At once, if that changes to what is so already: an absent protection is none to
 * ACK. Where it is declared, kro puts it back, and ACK compares once more.
 *
 * @param table - as it is in AWS; undefined for one that is gone.
 */
function compares({ declared: { object }, live }: ObservedChild, table: TableDescription | undefined): string {
  const resync = "when it resyncs, every 10 hours by default, and when its controller starts";
  const { deletionProtectionEnabled: declared } = (object.spec ?? {}) as Spec;
  const { deletionProtectionEnabled: now } = ((isThere(live) ? live.spec : undefined) ?? {}) as Spec;
  const isProtected = table?.DeletionProtectionEnabled === true;
  if (!isThere(live) || declared === true || (now !== undefined && (now || isProtected))) return resync;
  const patch = { spec: { deletionProtectionEnabled: now === undefined ? isProtected : null } };
  return `${resync}; at once after \`${patchCommand(object, patch)}\``;
}

/** What ACK notes of a table that was there before its Table. */
const ADOPTED = "services.k8s.aws/adopted";

interface Spec {
  readonly deletionProtectionEnabled?: boolean;
}

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
  const isAdopted = isThere(live) && live.metadata.annotations?.[ADOPTED] === "true";
  const gone = isAdopted
    ? "ACK, which had taken it up, makes none in its place: restore it from a backup under the same name"
    : `ACK makes it again, empty, ${compares(child, undefined)}. Items that are missed are restored before: docs/reliability.md`;
  const active = check(
    { id: "table-active", object, what: "status", expected: "ACTIVE", remedy: gone },
    table,
    ({ TableStatus }) => ({
      ok: TableStatus === "ACTIVE",
      found: TableStatus ?? "no status",
      remedy: "wait: it is being made or changed",
    }),
  );
  const keys = check(
    { id: "table-keys", object, what: "keys and billing", expected: keysOfSpec(spec), remedy: gone },
    table,
    (seen) => ({
      ok: keysOfTable(seen) === keysOfSpec(spec),
      found: keysOfTable(seen),
      remedy:
        keyText(fromAws(seen.KeySchema)) === keyText(spec.keySchema ?? [])
          ? `ACK puts it back ${compares(child, seen)}`
          : `nobody can change a table's keys: it is none that ACK has made. \`aws dynamodb delete-table --table-name ${spec.tableName}\` deletes it with its items; ${gone}`,
    }),
  );
  const indexes = (spec.globalSecondaryIndexes ?? []).map(({ indexName, keySchema, projection }) => {
    const definition = `${keyText(keySchema)}, ${projection?.projectionType ?? "ALL"}`;
    const question = { id: "table-index", object, what: `index ${indexName}`, expected: `ACTIVE ${definition}` };
    return check({ ...question, remedy: gone }, table, (seen) => {
      const index = seen.GlobalSecondaryIndexes?.find(({ IndexName }) => IndexName === indexName);
      const again = `ACK makes it again ${compares(child, seen)}`;
      if (!index) return { ok: false, found: "not there", remedy: again };
      const other = indexText(index) !== definition;
      const remove = JSON.stringify([{ Delete: { IndexName: indexName } }]);
      return {
        ok: index.IndexStatus === "ACTIVE" && !other,
        found: `${index.IndexStatus} ${indexText(index)}`,
        remedy: other
          ? `nobody can change an index: \`aws dynamodb update-table --table-name ${spec.tableName} --global-secondary-index-updates '${remove}'\` deletes it, and ${again}`
          : "wait: it is being made or changed",
      };
    });
  });
  const guards = check(
    { id: "table-guards", object, what: "protection and key", expected: guardsOfSpec(spec), remedy: gone },
    table,
    (seen) => ({
      ok: guardsOfTable(seen) === guardsOfSpec(spec),
      found: guardsOfTable(seen),
      remedy: `ACK puts it back ${compares(child, seen)}`,
    }),
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

const indexText = ({ KeySchema, Projection }: GlobalSecondaryIndexDescription): string =>
  `${keyText(fromAws(KeySchema))}, ${Projection?.ProjectionType}`;
