import { interrupted } from "../../packages/console/index.ts";
import { namespacedName } from "../../packages/kro/index.ts";
import { awsOf, type ManagedStack, tableOwners } from "../stack/index.ts";
import type { InstanceState } from "./live/progress.ts";

/** What is still there after a destroy. */
export interface Left {
  /** `DynamoDB table`, a kind of Kubernetes', or the type of a resource of Pulumi's, such as `Role`. */
  readonly kind: string;
  /** In AWS, in the cluster, or its id. */
  readonly name: string;
  /** Of a table that is protected against deletion; else left out. */
  readonly protected?: true;
}

/**
 * @param before - the stack before the destroy.
 * @param after - and after it; undefined where that can't be read.
 * @param instances - what was last seen in the cluster.
 * @param note - called with what could not be looked at.
 */
export async function leftBehind(
  before: ManagedStack,
  after: ManagedStack | undefined,
  instances: readonly InstanceState[],
  note: (text: string) => void,
): Promise<Left[]> {
  const owned = (after ?? before).resources.filter(({ type }) => !type.startsWith("pulumi:"));
  const children = instances.flatMap(({ children }) => children).filter(({ phase }) => phase !== "absent");
  return [
    ...(await tablesLeft(before, note)),
    ...(owned.length === 0 ? [] : children.map((child) => ({ kind: child.kind, name: namespacedName(child) }))),
    ...owned.map(({ type, id }) => ({ kind: type.split(":").at(-1)!, name: id })),
  ];
}

const TABLE = "DynamoDB table";

async function tablesLeft(before: ManagedStack, note: (text: string) => void): Promise<Left[]> {
  const owners = tableOwners(before);
  if (owners.length === 0) return [];
  const aws = awsOf(before, interrupted);
  const found = owners.map(async ({ table }): Promise<Left[]> => {
    const there = await aws.table(table).catch((error: Error) => {
      note(`whether the DynamoDB table ${table} is still there was not seen: ${error.message}`);
      return undefined;
    });
    if (!there || there.TableStatus === "DELETING") return [];
    return [{ kind: TABLE, name: table, ...(there.DeletionProtectionEnabled && { protected: true }) }];
  });
  return (await Promise.all(found)).flat();
}

/** Lines about it for a person. */
export function leftLines(left: readonly Left[], succeeded: boolean): string[] {
  if (left.length === 0) return [];
  if (!succeeded) return [`left behind: ${left.map(({ kind, name }) => `${kind} ${name}`).join(", ")}`];
  return left
    .filter(({ kind }) => kind === TABLE)
    .map(({ name, protected: isProtected }) => {
      const remove = `\`aws dynamodb delete-table --table-name ${name}\` deletes it`;
      const unprotect = `\`aws dynamodb update-table --table-name ${name} --no-deletion-protection-enabled\``;
      return `the ${TABLE} ${name} stays, with its items: ${isProtected ? `it is protected; after ${unprotect} ` : ""}${remove}`;
    });
}
