import type { GetTableResult } from "@pulumi/aws/dynamodb/getTable.js";
import { type ComponentResource, log } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { isLater } from "../given.ts";
import { type Owner, ownerOf, TAGS } from "../tags.ts";
import type { PreviousInstance } from "./tableGuard.ts";

/** A table as AWS has it, as far as it matters here. */
export type AwsTable = Partial<
  Pick<GetTableResult, "tags" | "ttl" | "deletionProtectionEnabled" | "pointInTimeRecovery" | "serverSideEncryption">
>;

/**
 * Why the table that AWS has can't be taken up, or can't become what is asked for; undefined where it can, and where there is
 * none. Says as a warning what a table that is taken up will lose.
 *
 * AWS is asked by the provider of the component's own AWS resources, and only for a table that the stack's state doesn't have, or
 * whose time to live is to change, or was never declared. Where it doesn't answer, that is said as a warning. What isn't known
 * yet, in a preview, is not judged.
 *
 * @param previous - the instance that the CartsStack had after the stack's last update.
 */
export async function tableInAwsProblem(
  component: ComponentResource,
  previous: PreviousInstance | undefined,
  args: ResolvedArgs,
): Promise<string | undefined> {
  const { tableName } = args;
  if (isLater(tableName)) return undefined;
  const isNew = previous?.spec.tableName !== tableName;
  // A spec without the field is of a version that didn't have it: it says nothing of what was turned on by hand.
  if (!isNew && previous.spec.tableTtlAttribute === (args.tableTtlAttribute ?? "")) return undefined;
  const table = await tableOf(component, tableName as string);
  if (!table) return undefined;
  const problem = (isNew ? ownerProblem(table, args) : undefined) ?? ttlProblem(table, args);
  const losses = isNew && !problem ? lossesOf(table, args) : [];
  if (losses.length > 0) {
    await log.warn(`the table ${tableName} exists, and is taken up: ${losses.join(", ")}`, component);
  }
  return problem;
}

/** Why a table that exists is not to be taken up: it is another's by its tags, and `adoptTable` doesn't say so. */
export function ownerProblem({ tags = {} }: AwsTable, args: ResolvedArgs): string | undefined {
  const next = ownerOf(args);
  if (isLater(next) || args.adoptTable !== false) return undefined;
  const found = SHOWN.filter(([key]) => tags[TAGS[key]] !== undefined);
  const isSame = (key: keyof Owner): boolean => tags[TAGS[key]] === (next as Owner)[key];
  // A stack that an update was killed of, or failed, may be about to give its table to another instance of its own.
  if (isSame("managedBy") || found.every(([key]) => key === "managedBy" || isSame(key))) return undefined;
  const owner = found.map(([key, title]) => `${title} ${tags[TAGS[key]]}`).join(", ");
  return (
    `tableName is "${args.tableName}", but that table exists and is another's by its tags, of ${owner}: both would write to it, ` +
    "and one could delete it. Set tableName to another name, or adoptTable to true to take it up with its items."
  );
}

const SHOWN: readonly (readonly [key: keyof Owner, title: string])[] = [
  ["managedBy", "the stack"],
  ["cluster", "cluster"],
  ["namespace", "namespace"],
  ["instance", "instance"],
];

/** Why a table's time to live can't become what is asked for: AWS wants the old attribute's name to turn it off, and ACK has it no more. */
export function ttlProblem({ ttl }: AwsTable, { tableName, tableTtlAttribute }: ResolvedArgs): string | undefined {
  if (!ttl?.enabled || isLater(tableTtlAttribute) || ttl.attributeName === tableTtlAttribute) return undefined;
  const now = tableTtlAttribute ? `is "${tableTtlAttribute}"` : "isn't set";
  return (
    `tableTtlAttribute ${now}, but the items of the table ${tableName} expire by their attribute "${ttl.attributeName}", and ACK can ` +
    `neither turn that off nor move it. Set tableTtlAttribute to "${ttl.attributeName}", or turn it off first, and wait until AWS ` +
    "says DISABLED, which may take an hour:\n" +
    `  aws dynamodb update-time-to-live --table-name ${tableName} --time-to-live-specification Enabled=false,AttributeName=${ttl.attributeName}\n` +
    `  aws dynamodb describe-time-to-live --table-name ${tableName}`
  );
}

/** What ACK takes off a table that is taken up, because the arguments don't ask for it. */
export function lossesOf(
  { deletionProtectionEnabled, pointInTimeRecovery, serverSideEncryption }: AwsTable,
  { tableProtection, tableOnDestroy, tableKmsKey }: ResolvedArgs,
): readonly string[] {
  const isGuarded = isLater(tableProtection) || tableProtection === "standard";
  const key = serverSideEncryption?.enabled ? serverSideEncryption.kmsKeyArn : undefined;
  return [
    ...(deletionProtectionEnabled && !(isGuarded && tableOnDestroy !== "delete")
      ? ["its deletion protection is taken off"]
      : []),
    ...(pointInTimeRecovery?.enabled && !isGuarded ? ["its point-in-time recovery is turned off"] : []),
    ...(key && !isLater(tableKmsKey) && key !== tableKmsKey ? [`it is no longer encrypted with ${key}`] : []),
  ];
}

async function tableOf(component: ComponentResource, name: string): Promise<AwsTable | undefined> {
  const { getTable } = await import("@pulumi/aws/dynamodb/getTable.js");
  try {
    return await getTable({ name }, { parent: component });
  } catch (error) {
    const { message } = error as Error;
    if (/ResourceNotFoundException|couldn't find resource|not found/i.test(message)) return undefined;
    await log.warn(
      `did not ask AWS whose the table ${name} is (${message.replace(/\s+/g, " ").trim()}): one that is another's by its tags is ` +
        "refused where that is seen, and taken up where it isn't",
      component,
    );
    return undefined;
  }
}
