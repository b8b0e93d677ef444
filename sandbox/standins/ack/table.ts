import type { V1ObjectMeta } from "@kubernetes/client-node";

/** API group, version and plural of ACK's DynamoDB Table. */
export const TABLES = { group: "dynamodb.services.k8s.aws", version: "v1alpha1", plural: "tables" } as const;

/** While a Table carries it, ACK manages the DynamoDB table of that name. */
export const FINALIZER = "finalizers.dynamodb.services.k8s.aws/Table";

export interface KeySchemaElement {
  attributeName: string;
  keyType: string;
}

export interface GlobalSecondaryIndex {
  indexName: string;
  keySchema: KeySchemaElement[];
  projection?: { projectionType?: string; nonKeyAttributes?: string[] };
}

export interface Tag {
  key: string;
  value?: string;
}

export interface SseSpecification {
  enabled?: boolean;
  sseType?: string;
  kmsMasterKeyID?: string;
}

/** The table as it should be; the same fields as in the CRD beside this file. */
export interface TableSpec {
  tableName: string;
  billingMode?: string;
  deletionProtectionEnabled?: boolean;
  continuousBackups?: { pointInTimeRecoveryEnabled?: boolean };
  sseSpecification?: SseSpecification;
  timeToLive?: { attributeName?: string; enabled?: boolean };
  attributeDefinitions: { attributeName: string; attributeType: string }[];
  keySchema: KeySchemaElement[];
  globalSecondaryIndexes?: GlobalSecondaryIndex[];
  tags?: Tag[];
}

export interface Condition {
  type: string;
  status: "True" | "False" | "Unknown";
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
}

export interface TableStatus {
  ackResourceMetadata?: { arn?: string; ownerAccountID?: string; partition?: string; region?: string };
  conditions?: Condition[];
  creationDateTime?: string;
  globalSecondaryIndexesDescriptions?: {
    indexName?: string;
    indexARN?: string;
    indexStatus?: string;
    indexSizeBytes?: number;
    itemCount?: number;
    backfilling?: boolean;
  }[];
  itemCount?: number;
  tableID?: string;
  tableSizeBytes?: number;
  tableStatus?: string;
}

/** A Table object as the API server holds it. */
export interface Table {
  apiVersion: string;
  kind: string;
  metadata: V1ObjectMeta & { name: string; namespace: string };
  spec: TableSpec;
  status: TableStatus;
}

/** True while the object carries ACK's finalizer. */
export function isManaged(table: Table): boolean {
  return table.metadata.finalizers?.includes(FINALIZER) ?? false;
}
