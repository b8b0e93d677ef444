import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { EKSServiceException } from "@aws-sdk/client-eks";

const UNMODELLED: readonly unknown[] = [DynamoDBServiceException, EKSServiceException];

/** True for an answer of AWS, false for a network fault or our own errors. */
export function isAwsError(error: unknown): error is DynamoDBServiceException | EKSServiceException {
  return error instanceof DynamoDBServiceException || error instanceof EKSServiceException;
}

/**
 * An AWS error as ACK's Go SDK words it: "ResourceInUseException: ..." for errors that the service's model knows,
 * "api error AccessDeniedException: ..." for the others.
 */
export function describeAwsError(error: DynamoDBServiceException | EKSServiceException): string {
  return `${UNMODELLED.includes(error.constructor) ? "api error " : ""}${error.name}: ${error.message}`;
}
