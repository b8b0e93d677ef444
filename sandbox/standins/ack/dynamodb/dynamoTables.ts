import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ListTagsOfResourceCommand,
  type TableDescription,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-dynamodb";
import { adoptionField } from "../runtime/annotations.ts";
import { isAwsError } from "../runtime/awsErrors.ts";
import { failed as failedWith, setNotSynced } from "../runtime/conditions.ts";
import type { Kind, Place, Resolved } from "../runtime/kind.ts";
import { NotFound, type Outcome as OutcomeOf, Requeue, TerminalError } from "../runtime/outcome.ts";
import { controllerTags, isSystemTag } from "../runtime/tags.ts";
import { awsTags, createInput } from "./createInput.ts";
import { type SpecField, specDelta, tagsDelta } from "./delta.ts";
import type { GlobalSecondaryIndex, KeySchemaElement, Table, TableStatus, Tag } from "./table.ts";
import { readSettings, sseSpecification, syncSettings } from "./tableSettings.ts";

/** Where the controller works, and how long it waits for DynamoDB. */
export interface Settings extends Place {
  /** Milliseconds until a table that is being made or deleted is looked at again; twice that for an update. */
  waitMs: number;
}

type Outcome = OutcomeOf<Table>;
const SYNCED_STATES = ["ACTIVE", "ARCHIVED"];
const TERMINAL_ERRORS = ["InvalidParameter", "ValidationException"];
const failed = (table: Table, error: Error): Outcome => failedWith(table, error, TERMINAL_ERRORS);

/** What ACK's dynamodb-controller does with DynamoDB for one Table object. */
export class DynamoTables implements Kind<Table> {
  readonly resource = { group: "dynamodb.services.k8s.aws", version: "v1alpha1", plural: "tables" };
  readonly finalizer = "finalizers.dynamodb.services.k8s.aws/Table";
  readonly service = "dynamodb";
  readonly #aws: DynamoDBClient;
  readonly #settings: Settings;

  constructor(aws: DynamoDBClient, settings: Settings) {
    this.#aws = aws;
    this.#settings = settings;
  }

  populate(table: Table, fields: Readonly<Record<string, unknown>>): Table {
    return { ...table, spec: { ...table.spec, tableName: adoptionField(fields, "tableName") } };
  }

  /** A Table has no references. */
  async resolve(object: Table): Promise<Resolved<Table>> {
    return { object, hasReferences: false };
  }

  withControllerTags(table: Table): Table {
    const own = table.spec.tags ?? [];
    const added: Tag[] = Object.entries(controllerTags(table, this.service)).map(([key, value]) => ({ key, value }));
    const missing = added.filter(({ key }) => !own.some((tag) => tag.key === key));
    return { ...structuredClone(table), spec: { ...structuredClone(table.spec), tags: [...own, ...missing] } };
  }

  declared(table: Table): Table {
    const copy = structuredClone(table);
    copy.spec.tags = copy.spec.tags?.filter(({ key }) => !isSystemTag(key));
    if (copy.spec.tags?.length === 0) delete copy.spec.tags;
    return copy;
  }

  delta(wanted: Table, found: Table): SpecField[] {
    return specDelta(wanted.spec, found.spec);
  }

  isSynced({ status }: Table): boolean {
    return SYNCED_STATES.includes(status.tableStatus ?? "");
  }

  /** The object as DynamoDB has it; error NotFound without such a table, Requeue while it is in transition. */
  async read(table: Table): Promise<Outcome> {
    let latest = table;
    try {
      const { Table: found } = await this.#aws.send(new DescribeTableCommand({ TableName: table.spec.tableName }));
      latest = this.#observed(table, found ?? {});
      const waiting = this.#transition(latest);
      if (waiting) return failed(latest, waiting);
      latest.spec.tags = await this.#tags(latest);
      Object.assign(latest.spec, await readSettings(this.#aws, table.spec.tableName));
      return { latest };
    } catch (error) {
      if (isAwsError(error) && error.name === "ResourceNotFoundException") return { error: new NotFound() };
      return failed(latest, error as Error);
    }
  }

  #transition({ status }: Table): Requeue | undefined {
    const { waitMs } = this.#settings;
    const cannot = (what: string, state: string) => `${what} in '${state}' state, cannot be modified or deleted`;
    if (status.tableStatus === "CREATING") return new Requeue(cannot("table", "CREATING"), waitMs);
    if (status.globalSecondaryIndexesDescriptions?.some(({ indexStatus }) => indexStatus !== "ACTIVE")) {
      return new Requeue(cannot("table GSIs", "CREATING"), 2 * waitMs);
    }
    return status.tableStatus === "UPDATING" ? new Requeue(cannot("table", "UPDATING"), 2 * waitMs) : undefined;
  }

  /** Makes the DynamoDB table; the outcome is the object as CreateTable answered. */
  async create(table: Table): Promise<Outcome> {
    try {
      const { TableDescription: made } = await this.#aws.send(new CreateTableCommand(createInput(table)));
      const status = { ...table.status, ...this.#status(table, made ?? {}) };
      delete status.globalSecondaryIndexesDescriptions; // ACK fills them in at the first read
      return { latest: { ...structuredClone(table), status } };
    } catch (error) {
      return failed(table, error as Error);
    }
  }

  /** Makes DynamoDB's table follow the object where this stand-in can, and says so where it cannot. */
  async update(desired: Table, latest: Table, delta: SpecField[]): Promise<Outcome> {
    if (latest.status.tableStatus === "DELETING") {
      const behind = structuredClone(desired);
      setNotSynced(behind, "table is currently being deleted");
      return failed(behind, this.#deleting());
    }
    try {
      if (delta.includes("tags")) await this.#syncTags(desired, latest);
      const refused = delta.filter((field) => field === "billingMode" || field === "globalSecondaryIndexes");
      if (refused.length > 0) {
        const fields = refused.map((field) => `spec.${field}`).join(", ");
        throw new TerminalError(`changing ${fields} in place is not implemented by the sandbox's stand-in for ACK`);
      }
      await syncSettings(this.#aws, desired, delta);
    } catch (error) {
      return failed(latest, error as Error);
    }
    if (delta.every((field) => field === "tags")) return { latest: structuredClone(desired) };
    // ACK looks again whether all is as asked for. A table's key cannot be changed, and it tries and waits for ever.
    const message = "table in 'UPDATING' state, cannot be modified or deleted";
    return failed(desired, new Requeue(message, 2 * this.#settings.waitMs));
  }

  /** Asks DynamoDB to delete the table. ACK does not wait for it to be gone. */
  async delete(observed: Table): Promise<Outcome> {
    if (observed.status.tableStatus === "DELETING") return failed(observed, this.#deleting());
    try {
      await this.#aws.send(new DeleteTableCommand({ TableName: observed.spec.tableName }));
      return {};
    } catch (error) {
      return failed(observed, error as Error);
    }
  }

  #deleting(): Requeue {
    return new Requeue("table in 'DELETING' state, cannot be modified or deleted", this.#settings.waitMs);
  }

  async #syncTags(desired: Table, latest: Table): Promise<void> {
    const ResourceArn = latest.status.ackResourceMetadata?.arn;
    const { added, removed } = tagsDelta(desired.spec.tags, latest.spec.tags);
    if (removed.length > 0) await this.#aws.send(new UntagResourceCommand({ ResourceArn, TagKeys: removed }));
    if (added.length > 0) await this.#aws.send(new TagResourceCommand({ ResourceArn, Tags: awsTags(added) }));
  }

  async #tags(table: Table): Promise<Tag[]> {
    const ResourceArn = table.status.ackResourceMetadata?.arn;
    const tags: Tag[] = [];
    let NextToken: string | undefined;
    do {
      const page = await this.#aws.send(new ListTagsOfResourceCommand({ ResourceArn, NextToken }));
      tags.push(...(page.Tags ?? []).map(({ Key = "", Value = "" }) => ({ key: Key, value: Value })));
      NextToken = page.NextToken;
    } while (NextToken);
    return tags;
  }

  #observed(table: Table, found: TableDescription): Table {
    const copy = structuredClone(table);
    copy.spec = {
      ...copy.spec,
      billingMode: found.BillingModeSummary?.BillingMode ?? "PROVISIONED",
      deletionProtectionEnabled: found.DeletionProtectionEnabled,
      sseSpecification: sseSpecification(found.SSEDescription),
      attributeDefinitions: (found.AttributeDefinitions ?? []).map((attribute) => ({
        attributeName: attribute.AttributeName ?? "",
        attributeType: attribute.AttributeType ?? "",
      })),
      keySchema: keySchema(found.KeySchema),
      globalSecondaryIndexes: found.GlobalSecondaryIndexes?.map(globalSecondaryIndex),
    };
    copy.status = { ...copy.status, ...this.#status(table, found) };
    return copy;
  }

  #status(table: Table, found: TableDescription): TableStatus {
    const known = table.status.ackResourceMetadata;
    return {
      ackResourceMetadata: {
        ...known,
        arn: found.TableArn,
        ownerAccountID: known?.ownerAccountID ?? this.#settings.accountId,
        partition: known?.partition ?? "aws",
        region: known?.region ?? this.#settings.region,
      },
      creationDateTime: found.CreationDateTime?.toISOString(),
      globalSecondaryIndexesDescriptions: found.GlobalSecondaryIndexes?.map((index) => ({
        indexName: index.IndexName,
        indexARN: index.IndexArn,
        indexStatus: index.IndexStatus,
        indexSizeBytes: index.IndexSizeBytes,
        itemCount: index.ItemCount,
        ...(index.Backfilling !== undefined && { backfilling: index.Backfilling }),
      })),
      itemCount: found.ItemCount,
      tableID: found.TableId,
      tableSizeBytes: found.TableSizeBytes,
      tableStatus: found.TableStatus,
    };
  }
}

function keySchema(elements: { AttributeName?: string; KeyType?: string }[] = []): KeySchemaElement[] {
  return elements.map(({ AttributeName = "", KeyType = "" }) => ({ attributeName: AttributeName, keyType: KeyType }));
}

type AwsIndex = NonNullable<TableDescription["GlobalSecondaryIndexes"]>[number];

function globalSecondaryIndex({ IndexName = "", KeySchema, Projection }: AwsIndex): GlobalSecondaryIndex {
  const projection = Projection && {
    ...(Projection.ProjectionType && { projectionType: Projection.ProjectionType }),
    ...(Projection.NonKeyAttributes && { nonKeyAttributes: Projection.NonKeyAttributes }),
  };
  return { indexName: IndexName, keySchema: keySchema(KeySchema), ...(projection && { projection }) };
}
