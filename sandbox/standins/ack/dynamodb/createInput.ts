import type { Tag as AwsTag, CreateTableInput } from "@aws-sdk/client-dynamodb";
import type { KeySchemaElement, Table, Tag } from "./table.ts";

export function awsTags(tags: Tag[] = []): AwsTag[] {
  return tags.map(({ key, value = "" }) => ({ Key: key, Value: value }));
}

/** What CreateTable is asked for. AWS judges the values: its own message reaches the object's conditions. */
export function createInput({ spec }: Table): CreateTableInput {
  const keys = (elements: KeySchemaElement[]) =>
    elements.map(({ attributeName, keyType }) => ({ AttributeName: attributeName, KeyType: keyType }));
  const input = {
    TableName: spec.tableName,
    BillingMode: spec.billingMode,
    DeletionProtectionEnabled: spec.deletionProtectionEnabled,
    SSESpecification: spec.sseSpecification && {
      Enabled: spec.sseSpecification.enabled,
      SSEType: spec.sseSpecification.sseType,
      KMSMasterKeyId: spec.sseSpecification.kmsMasterKeyID,
    },
    AttributeDefinitions: spec.attributeDefinitions.map(({ attributeName, attributeType }) => ({
      AttributeName: attributeName,
      AttributeType: attributeType,
    })),
    KeySchema: keys(spec.keySchema),
    GlobalSecondaryIndexes: spec.globalSecondaryIndexes?.map((index) => ({
      IndexName: index.indexName,
      KeySchema: keys(index.keySchema),
      Projection: index.projection && {
        ProjectionType: index.projection.projectionType,
        NonKeyAttributes: index.projection.nonKeyAttributes,
      },
    })),
    Tags: awsTags(spec.tags),
  };
  return input as CreateTableInput;
}
