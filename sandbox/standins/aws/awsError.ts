/** An error answer of an AWS API, worded as the official provider words it. */
export class AwsError extends Error {
  override readonly name = "AwsError";
  /** The API's own code, for example `EntityAlreadyExists` or `ResourceInUseException`. */
  readonly code: string;
  /** The API's own message. */
  readonly detail: string;

  constructor(message: string, code: string, detail: string) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/** Whether an error is the API's answer that the thing asked for does not exist. */
export function isNotFound(error: unknown): boolean {
  return error instanceof AwsError && ["NoSuchEntity", "ResourceNotFoundException"].includes(error.code);
}

/** A request to an API, for example `CreateRole` of `IAM`. */
interface Call {
  readonly service: string;
  readonly operation: string;
  /** URL. */
  readonly endpoint: string;
  /** How often the SDK tries. */
  readonly maxAttempts: number;
}

/** Makes an {@link AwsError} of what the SDK threw for an operation. */
export function toAwsError(error: unknown, { service, operation, endpoint, maxAttempts }: Call): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  const { $metadata: metadata, code } = error as {
    $metadata?: { httpStatusCode?: number; requestId?: string; attempts?: number };
    code?: string;
  };
  if (!metadata?.httpStatusCode) {
    const cause = code ?? error.message;
    return new Error(
      `operation error ${service}: ${operation}: no answer from ${endpoint} (${cause}). ` +
        "Is the sandbox running? See `npm run sandbox:status`, start it with `npm run sandbox`",
    );
  }
  // The SDK names IAM's errors after their classes; on the wire they have no such ending.
  const wireCode = service === "IAM" ? error.name.replace(/Exception$/, "") : error.name;
  const isModelled = error.constructor.name !== `${service}ServiceException`;
  const gaveUp = (metadata.attempts ?? 1) >= maxAttempts && maxAttempts > 1;
  const message =
    `operation error ${service}: ${operation}, ` +
    (gaveUp ? `exceeded maximum number of attempts, ${maxAttempts}, ` : "") +
    `https response error StatusCode: ${metadata.httpStatusCode}, RequestID: ${metadata.requestId ?? ""}, ` +
    `${isModelled ? "" : "api error "}${wireCode}: ${error.message}`;
  return new AwsError(message, wireCode, error.message);
}
