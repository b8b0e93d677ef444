import { TerminalError } from "./outcome.ts";
import type { Table } from "./table.ts";

const PREFIX = "services.k8s.aws/";
export const ADOPTED = `${PREFIX}adopted`;
const ADOPTION_POLICY = `${PREFIX}adoption-policy`;
const ADOPTION_FIELDS = `${PREFIX}adoption-fields`;
const DELETION_POLICY = `${PREFIX}deletion-policy`;
const NAMESPACE_DELETION_POLICY = `dynamodb.${PREFIX}deletion-policy`;
const NOT_IMPLEMENTED = ["read-only", "region", "owner-account-id", "team-id"].map((name) => PREFIX + name);

export type AdoptionPolicy = "adopt" | "adopt-or-create";

function annotation(table: Table, name: string): string | undefined {
  return table.metadata.annotations?.[name];
}

/** True when an existing DynamoDB table was taken over: such a table is never made anew. */
export function isAdopted(table: Table): boolean {
  return annotation(table, ADOPTED)?.toLowerCase() === "true";
}

/**
 * The Table's adoption policy, or undefined without one.
 * @throws TerminalError for a policy that ACK does not know
 * @see https://aws-controllers-k8s.github.io/docs/guides/adopted-resource
 */
export function adoptionPolicy(table: Table): AdoptionPolicy | undefined {
  const policy = annotation(table, ADOPTION_POLICY);
  if (policy === undefined || policy === "adopt" || policy === "adopt-or-create") return policy;
  throw new TerminalError(
    `unrecognized adoption policy ${policy}. Supported policies are "adopt" and "adopt-or-create"`,
  );
}

/**
 * The DynamoDB table that the adoption-fields annotation names: JSON such as {"tableName": "carts"}.
 * @throws TerminalError when the annotation is missing, is no JSON or names no table
 */
export function adoptionTableName(table: Table): string {
  let fields: { tableName?: unknown };
  try {
    fields = JSON.parse(annotation(table, ADOPTION_FIELDS) ?? "");
  } catch (error) {
    throw new TerminalError(`unmarshalling adoption-fields annotation: ${(error as Error).message}`);
  }
  if (typeof fields?.tableName !== "string") {
    throw new TerminalError("Error populating adoption fields: required field missing: tableName");
  }
  return fields.tableName;
}

/**
 * True when the DynamoDB table goes with its object: the policy of the object, then of its namespace, then "delete".
 * ACK keeps the table for every other value, a misspelt one too.
 */
export function deletesTable(table: Table, namespaceAnnotations: Record<string, string>): boolean {
  const policy = annotation(table, DELETION_POLICY) ?? namespaceAnnotations[NAMESPACE_DELETION_POLICY] ?? "delete";
  return policy === "delete";
}

/**
 * Stops at what ACK can do and this stand-in cannot.
 * @throws TerminalError that names the annotation
 */
export function refuseUnimplemented(table: Table): void {
  const found = NOT_IMPLEMENTED.find((name) => annotation(table, name) !== undefined);
  if (found) throw new TerminalError(`annotation ${found} is not implemented by the sandbox's stand-in for ACK`);
}
