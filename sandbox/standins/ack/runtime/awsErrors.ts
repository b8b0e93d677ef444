import { DynamoDBServiceException } from "@aws-sdk/client-dynamodb";
import { EKSServiceException } from "@aws-sdk/client-eks";

const UNMODELLED: readonly unknown[] = [DynamoDBServiceException, EKSServiceException];
/** In the models of the services, but of none of the operations that are called here: Go's SDK goes by the operation. */
const OF_OTHER_OPERATIONS = ["AccessDeniedException", "ThrottlingException", "ServiceUnavailableException"];

/** True for an answer of AWS, false for a network fault or our own errors. */
export function isAwsError(error: unknown): error is DynamoDBServiceException | EKSServiceException {
  return error instanceof DynamoDBServiceException || error instanceof EKSServiceException;
}

/**
 * An AWS error as ACK's Go SDK words it: "ResourceInUseException: ..." for errors that the operation's model knows,
 * "api error AccessDeniedException: ..." for the others.
 */
export function describeAwsError(error: DynamoDBServiceException | EKSServiceException): string {
  const unmodelled = UNMODELLED.includes(error.constructor) || OF_OTHER_OPERATIONS.includes(error.name);
  return `${unmodelled ? "api error " : ""}${error.name}: ${error.message}`;
}
