import { isDeepStrictEqual } from "node:util";
import { type ComponentResource, log, type Resource, runtime } from "@pulumi/pulumi";
import { ARGUMENTS } from "../argRules.ts";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { NotLooked } from "../cluster/lookInto.ts";
import { definitionOf } from "../definition/cartsDefinition.ts";
import { version } from "../definition/origin.ts";
import { revisionOf } from "../definition/revision.ts";
import { type ServedApi, servedApi } from "../definition/servedApi.ts";
import { isLater, whenKnown } from "../given.ts";
import { Refusal } from "../refusal.ts";
import { sourcesOf } from "../resources.ts";
import type { ArgRule } from "../rules/argRule.ts";

/**
 * The API that the instance is of, where another stack makes it; undefined where it could not be looked at, which is said. Not to
 * be asked where this program makes it.
 *
 * @throws Refusal (a rejection) where it isn't there. In a preview it may still come by one of `prerequisites`.
 */
export async function othersApi(
  component: ComponentResource,
  { api, createDefinition }: CartsStackArgs,
  prerequisites: readonly Resource[],
): Promise<ServedApi | undefined> {
  if (api === undefined && createDefinition !== false) return undefined;
  // What the API comes from is known only when it is there: that is waited for last.
  if ((await Promise.all((await sourcesOf(api)).map(isReference))).includes(false)) return undefined;
  if (!runtime.isDryRun()) await Promise.all(prerequisites.map(({ urn }) => whenKnown(urn)));
  const absent = api === undefined ? "createDefinition is false" : "api is another stack's";
  const served = await servedApi(component, absent).catch((error: Error) => {
    const mayCome = error instanceof Refusal && runtime.isDryRun() && prerequisites.length > 0;
    if (!mayCome) throw error;
    return new NotLooked("it may come with what this CartsStack comes after");
  });
  if (!(served instanceof NotLooked)) return served;
  await log.info(`the CartsStack API of the cluster was not compared with this version's: ${served.reason}`, component);
  return undefined;
}

/** Whether what comes from a resource is another stack's. Of a resource of another language's program there is but the URN. */
async function isReference(resource: Resource): Promise<boolean> {
  const { __pulumiType: type } = resource as { readonly __pulumiType?: string };
  return (type || (await whenKnown(resource.urn))).includes("pulumi:pulumi:StackReference");
}

/**
 * Why an API can't take the instance, undefined where it can: it lacks what is asked for, or asks for what this version
 * doesn't know. What isn't known yet, in a preview, is not judged.
 */
export function apiProblem({ title, difference }: ServedApi, args: ResolvedArgs): string | undefined {
  const lacking = difference.lacking.flatMap((path) => {
    const [key, value] = [nameOf(path), valueAt(args, path)];
    if (path === "revision" || isLater(value) || isDeepStrictEqual(value, valueAt(DEFAULTS, path))) return [];
    const field = path === key ? "no such field" : `no field ${path}`;
    return [`${key} is ${shown(value)}, but ${title} has ${field}: ask its owner to update it, or leave ${key} out`];
  });
  const required = difference.required.flatMap((path) => {
    const value = valueAt(args, path);
    if (path !== nameOf(path) && (isLater(value) || isEmpty(value))) return [];
    return [
      `${title} requires ${path}, which carts-stack ${version} does not know: take a newer one for this program, or ask the API's owner for a default`,
    ];
  });
  return [...lacking, ...required].join("; ") || undefined;
}

/** Says in one line that an API is another version's, and what of the instance is then as that version has it. */
export async function tellDifference({ title, difference, ...served }: ServedApi, parent: Resource): Promise<void> {
  const own = SERVED.map((identities) => revisionOf(definitionOf(identities)));
  if (own.includes(served.revision)) return;
  const revision = own[served.servesAck ? 1 : 0];
  const lacks = difference.lacking.filter((path) => path === "revision" || !isEmpty(valueAt(DEFAULTS, path)));
  const so = lacks.length === 0 ? "" : `. It has no ${lacks.join(", ")}: left out`;
  await log.info(`${title} is not this version's: its revision is ${served.revision}, not ${revision}${so}`, parent);
}

/** What an API of this version may serve. */
const SERVED = [["pulumi"], ["pulumi", "ack"], ["ack"]] as const;

const defaultsOf = ({ fields, default: own }: Pick<ArgRule, "fields" | "default">): unknown =>
  fields ? Object.fromEntries(Object.entries(fields).map(([name, rule]) => [name, defaultsOf(rule)])) : own;

const DEFAULTS = defaultsOf({ fields: ARGUMENTS }) as object;

/** The part of a path that is an argument's: of `tags[].key`, `tags`. */
const nameOf = (path: string): string => path.split("[]")[0]!;

/** What is at a path, or the list that it is in. */
const valueAt = (args: object, path: string): unknown =>
  nameOf(path)
    .split(".")
    .reduce((at: unknown, key) => (isLater(at) ? at : (at as Record<string, unknown> | undefined)?.[key]), args);

const isEmpty = (value: unknown): boolean =>
  value === undefined || (typeof value === "object" && Object.keys(value ?? {}).length === 0);

const shown = (value: unknown): string => JSON.stringify(withoutLater(value));

function withoutLater(value: unknown): unknown {
  if (isLater(value)) return "[unknown]";
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, withoutLater(part)]));
}
