/** Name of the role's inline policy. */
export const POLICY_NAME = "carts-dynamo";

/** What a role may use. */
export interface RoleUse {
  /** ARN of the tables, with or without a `*`. */
  readonly tables: string;
  /** The key that encrypts them, and its region; undefined for DynamoDB's own. */
  readonly key: { readonly arn: string; readonly region: string } | undefined;
}

/** A policy, as JSON, for what the carts service calls: on items of the tables, and on their indexes. */
export const rolePolicy = ({ tables, key }: RoleUse): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "Carts",
        Effect: "Allow",
        Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
        Resource: tables,
      },
      {
        Sid: "CartsOfCustomer",
        Effect: "Allow",
        Action: "dynamodb:Query",
        Resource: `${tables}/index/*`,
      },
      ...(key ? [useOfKey(key.arn, key.region)] : []),
    ],
  });

/**
 * DynamoDB decrypts the table's own key as whoever reads or writes an item.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.usagenotes.html
 */
const useOfKey = (key: string, region: string) => ({
  Sid: "CartsKey",
  Effect: "Allow",
  Action: ["kms:Decrypt", "kms:DescribeKey"],
  Resource: key,
  Condition: { StringEquals: { "kms:ViaService": `dynamodb.${region}.amazonaws.com` } },
});
