import assert from "node:assert/strict";
import type { DynamoDB } from "@aws-sdk/client-dynamodb";

type Call = (dynamodb: DynamoDB, TableName: string) => Promise<unknown>;

const INDEX = "idx_global_customerId";
const Key = { id: { S: "shopper:item" } };
const Item = { ...Key, customerId: { S: "shopper" }, quantity: { N: "1" } };
const ofShopper = {
  KeyConditionExpression: "customerId = :shopper",
  ExpressionAttributeValues: { ":shopper": { S: "shopper" } },
};

/**
 * What the carts service calls, in the order in which a cart comes to be and goes. It queries its index when it starts, too.
 *
 * @see https://github.com/aws-containers/retail-store-sample-app/blob/main/src/cart/src/main/java/com/amazon/sample/carts/services/DynamoDBCartService.java
 */
export const CARTS_CALLS: Readonly<Record<string, Call>> = {
  PutItem: (dynamodb, TableName) => dynamodb.putItem({ TableName, Item }),
  GetItem: (dynamodb, TableName) => dynamodb.getItem({ TableName, Key }),
  UpdateItem: (dynamodb, TableName) =>
    dynamodb.updateItem({
      ...{ TableName, Key, UpdateExpression: "SET quantity = :two" },
      ExpressionAttributeValues: { ":two": { N: "2" } },
    }),
  "Query of the index": (dynamodb, TableName) => dynamodb.query({ TableName, IndexName: INDEX, ...ofShopper }),
  DeleteItem: (dynamodb, TableName) => dynamodb.deleteItem({ TableName, Key }),
};

/** What else DynamoDB can be asked for about a table: its items, all of them, its settings, the table itself. */
export const OTHER_CALLS: Readonly<Record<string, Call>> = {
  "Query of the table": (dynamodb, TableName) =>
    dynamodb.query({
      ...{ TableName, KeyConditionExpression: "id = :id" },
      ExpressionAttributeValues: { ":id": Key.id },
    }),
  Scan: (dynamodb, TableName) => dynamodb.scan({ TableName }),
  "Scan of the index": (dynamodb, TableName) => dynamodb.scan({ TableName, IndexName: INDEX }),
  BatchGetItem: (dynamodb, TableName) => dynamodb.batchGetItem({ RequestItems: { [TableName]: { Keys: [Key] } } }),
  BatchWriteItem: (dynamodb, TableName) =>
    dynamodb.batchWriteItem({ RequestItems: { [TableName]: [{ PutRequest: { Item } }] } }),
  ConditionCheck: (dynamodb, TableName) =>
    dynamodb.transactWriteItems({
      TransactItems: [{ ConditionCheck: { TableName, Key, ConditionExpression: "attribute_exists(id)" } }],
    }),
  ExecuteStatement: (dynamodb, TableName) => dynamodb.executeStatement({ Statement: `SELECT * FROM "${TableName}"` }),
  DescribeTable: (dynamodb, TableName) => dynamodb.describeTable({ TableName }),
  CreateTable: (dynamodb, TableName) =>
    dynamodb.createTable({
      ...{ TableName, BillingMode: "PAY_PER_REQUEST" },
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  UpdateTable: (dynamodb, TableName) => dynamodb.updateTable({ TableName, DeletionProtectionEnabled: false }),
  DeleteTable: (dynamodb, TableName) => dynamodb.deleteTable({ TableName }),
  UpdateTimeToLive: (dynamodb, TableName) =>
    dynamodb.updateTimeToLive({
      ...{ TableName, TimeToLiveSpecification: { Enabled: true, AttributeName: "expires" } },
    }),
  UpdateContinuousBackups: (dynamodb, TableName) =>
    dynamodb.updateContinuousBackups({
      ...{ TableName, PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: false } },
    }),
  CreateBackup: (dynamodb, TableName) => dynamodb.createBackup({ TableName, BackupName: "copy" }),
  ListTables: (dynamodb) => dynamodb.listTables({}),
};

/** Whether IAM allows a call: one that does any other harm is an error. */
async function verdictOf(call: Call, dynamodb: DynamoDB, table: string): Promise<"allowed" | "denied"> {
  try {
    await call(dynamodb, table);
    return "allowed";
  } catch (error) {
    const { name, message } = error as Error;
    if (name !== "AccessDeniedException") throw error;
    assert.match(message, /assumed-role\/.* is not authorized to perform: dynamodb:\w+ on resource: /);
    return "denied";
  }
}

/** By call, the verdict for each of the tables. */
export type Verdicts = Readonly<Record<string, readonly ("allowed" | "denied")[]>>;

export async function verdictsOf(dynamodb: DynamoDB, tables: readonly string[]): Promise<Verdicts> {
  const columns = await Promise.all(
    tables.map(async (table) => {
      const column: Record<string, "allowed" | "denied"> = {};
      for (const [name, call] of Object.entries({ ...CARTS_CALLS, ...OTHER_CALLS })) {
        column[name] = await verdictOf(call, dynamodb, table);
      }
      return column;
    }),
  );
  const names = Object.keys(columns[0]!);
  return Object.fromEntries(names.map((name) => [name, columns.map((column) => column[name]!)]));
}
