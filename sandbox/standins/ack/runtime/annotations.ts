import type { AckObject } from "./kind.ts";
import { TerminalError } from "./outcome.ts";

const PREFIX = "services.k8s.aws/";
export const ADOPTED = `${PREFIX}adopted`;
const ADOPTION_POLICY = `${PREFIX}adoption-policy`;
const ADOPTION_FIELDS = `${PREFIX}adoption-fields`;
const DELETION_POLICY = `${PREFIX}deletion-policy`;
const READ_ONLY = `${PREFIX}read-only`;
const NOT_IMPLEMENTED = ["region", "owner-account-id", "team-id", "ignore-field-drift"].map((name) => PREFIX + name);

export type AdoptionPolicy = "adopt" | "adopt-or-create";

function annotation(object: AckObject, name: string): string | undefined {
  return object.metadata.annotations?.[name];
}

/** True when something that existed was taken over: such a thing is never made anew. */
export function isAdopted(object: AckObject): boolean {
  return annotation(object, ADOPTED)?.toLowerCase() === "true";
}

/** True when ACK may only look. */
export function isReadOnly(object: AckObject): boolean {
  return annotation(object, READ_ONLY)?.toLowerCase() === "true";
}

/**
 * The object's adoption policy, or undefined without one.
 * @throws TerminalError for a policy that ACK does not know
 * @see https://aws-controllers-k8s.github.io/docs/guides/adopted-resource
 */
export function adoptionPolicy(object: AckObject): AdoptionPolicy | undefined {
  const policy = annotation(object, ADOPTION_POLICY);
  if (policy === undefined || policy === "adopt" || policy === "adopt-or-create") return policy;
  throw new TerminalError(
    `unrecognized adoption policy ${policy}. Supported policies are "adopt" and "adopt-or-create"`,
  );
}

/**
 * What the adoption-fields annotation says: JSON such as {"tableName": "carts"}.
 * @throws TerminalError when the annotation is missing or is no JSON object
 */
export function adoptionFields(object: AckObject): Record<string, unknown> {
  try {
    return { ...(JSON.parse(annotation(object, ADOPTION_FIELDS) ?? "") as object) };
  } catch (error) {
    throw new TerminalError(`unmarshalling adoption-fields annotation: ${(error as Error).message}`);
  }
}

/**
 * A field of the adoption-fields annotation.
 * @throws TerminalError where it is not there
 */
export function adoptionField(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new TerminalError(`Error populating adoption fields: required field missing: ${name}`);
}

/**
 * True when the thing in AWS goes with its object: the policy of the object, then of its namespace, then "delete".
 * ACK keeps it for every other value, a misspelt one too.
 * @param service - AWS's name of it, such as `dynamodb`
 */
export function isDeletedWith(object: AckObject, service: string, ofNamespace: Record<string, string>): boolean {
  const policy = annotation(object, DELETION_POLICY) ?? ofNamespace[`${service}.${PREFIX}deletion-policy`] ?? "delete";
  return policy === "delete";
}

/**
 * Stops at what ACK can do and this stand-in cannot.
 * @throws TerminalError that names the annotation
 */
export function refuseUnimplemented(object: AckObject): void {
  const found = NOT_IMPLEMENTED.find((name) => annotation(object, name) !== undefined);
  if (found) throw new TerminalError(`annotation ${found} is not implemented by the sandbox's stand-in for ACK`);
}
