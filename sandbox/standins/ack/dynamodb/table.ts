import type { AckObject } from "../runtime/kind.ts";

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

/** The table as it should be; the same fields as in its CRD. */
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

export type TableStatus = AckObject["status"] & {
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
};

/** A Table object as the API server holds it. */
export interface Table extends AckObject {
  spec: TableSpec;
  status: TableStatus;
}
