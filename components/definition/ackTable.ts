/** Name of the ACK Table object. The DynamoDB table has the instance's `tableName`. */
export const TABLE_OBJECT = "carts-table";

/**
 * The fields of ACK's DynamoDB `Table` that the graph uses.
 *
 * @see https://aws-controllers-k8s.github.io/community/reference/dynamodb/v1alpha1/table/
 */
export interface AckTable {
  readonly apiVersion: "dynamodb.services.k8s.aws/v1alpha1";
  readonly kind: "Table";
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly spec: {
    readonly tableName: string;
    readonly billingMode: "PAY_PER_REQUEST" | "PROVISIONED";
    readonly attributeDefinitions: readonly { attributeName: string; attributeType: "S" | "N" | "B" }[];
    readonly keySchema: readonly KeySchemaElement[];
    readonly globalSecondaryIndexes?: readonly {
      indexName: string;
      keySchema: readonly KeySchemaElement[];
      projection: { projectionType: "ALL" | "KEYS_ONLY" | "INCLUDE" };
    }[];
    readonly tags?: readonly AckTag[];
    readonly deletionProtectionEnabled?: boolean | Expression;
    readonly continuousBackups?: { pointInTimeRecoveryEnabled: boolean | Expression };
    readonly sseSpecification?: { enabled: boolean; sseType?: "KMS"; kmsMasterKeyID?: string } | Expression;
    readonly timeToLive?: { enabled: boolean; attributeName?: string } | Expression;
  };
  readonly status?: {
    readonly ackResourceMetadata?: { readonly arn?: string };
    readonly tableStatus?: string;
    readonly conditions?: readonly { type: string; status: string; message?: string }[];
    readonly globalSecondaryIndexesDescriptions?: readonly { indexName?: string; indexStatus?: string }[];
  };
}

/** A CEL expression that gives a value that is no text. */
type Expression = string;

interface KeySchemaElement {
  readonly attributeName: string;
  readonly keyType: "HASH" | "RANGE";
}

/** An AWS tag as ACK writes it. */
export interface AckTag {
  readonly key: string;
  readonly value: string;
}
