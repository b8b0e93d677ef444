import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";

/** True for an answer of AWS, false for a network fault or our own errors. */
export function isAwsError(error: unknown): error is DynamoDBServiceException {
  return error instanceof DynamoDBServiceException;
}

/**
 * An AWS error as ACK's Go SDK words it: "ResourceInUseException: ..." for errors that DynamoDB's model knows,
 * "api error AccessDeniedException: ..." for the others.
 */
export function describeAwsError(error: DynamoDBServiceException): string {
  const modelled = error.constructor !== DynamoDBServiceException;
  return `${modelled ? "" : "api error "}${error.name}: ${error.message}`;
}
