/** Kubernetes' `Status` object, in which the API server says why it refused. */
export interface ApiStatus {
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly kind?: string; readonly causes?: readonly { reason?: string; field?: string }[] };
}

/** An answer of the API server that is not a success. Its message is the server's own. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: ApiStatus;

  constructor(httpStatus: number, body: string) {
    const status = parseStatus(body);
    super(status?.message ?? `the server responded with the status code ${httpStatus}: ${body.slice(0, 500)}`);
    this.status = { code: httpStatus, ...status };
  }
}

/** The API server knows no such kind, at least not yet. */
export class NoKindMatchError extends Error {
  override readonly name = "NoKindMatchError";

  constructor(kind: string, apiVersion: string) {
    super(`no matches for kind ${JSON.stringify(kind)} in version ${JSON.stringify(apiVersion)}`);
  }
}

const reasonByCode: Record<number, string> = {
  400: "BadRequest",
  401: "Unauthorized",
  403: "Forbidden",
  404: "NotFound",
  409: "Conflict",
  422: "Invalid",
};

function hasReason(error: unknown, reason: string): boolean {
  if (!(error instanceof ApiError)) return false;
  const { reason: given, code = 0 } = error.status;
  return given ? given === reason : reasonByCode[code] === reason;
}

export const isNotFound = (error: unknown): boolean => hasReason(error, "NotFound");
export const isForbidden = (error: unknown): boolean => hasReason(error, "Forbidden");
export const isConflict = (error: unknown): boolean => hasReason(error, "Conflict");
export const isAlreadyExists = (error: unknown): boolean => hasReason(error, "AlreadyExists");
export const isInvalid = (error: unknown): boolean => hasReason(error, "Invalid");

/** Whether the object's namespace, rather than the object, does not exist. */
export function isNamespaceNotFound(error: unknown): boolean {
  return isNotFound(error) && (error as ApiError).status.details?.kind === "namespaces";
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function parseStatus(body: string): ApiStatus | undefined {
  try {
    const status = JSON.parse(body) as ApiStatus & { kind?: string };
    return status.kind === "Status" ? status : undefined;
  } catch {
    return undefined;
  }
}
