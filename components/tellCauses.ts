import { setTimeout as sleep } from "node:timers/promises";
import type { ComponentResource } from "@pulumi/pulumi";
import type { ClusterClient, LiveObject } from "../packages/live/index.ts";
import { lookInto, NotLooked } from "./cluster/lookInto.ts";
import { sharedGet } from "./sharedLooks.ts";

type Get = ClusterClient["get"];

/** Names an object in the cluster. */
export type ObjectKey = Parameters<Get>[0];

/** What is looked at, and how often. */
export interface Watched {
  /** An RGD or an instance. */
  readonly object: ObjectKey;
  /** Objects of ACK's and Deployments that kro makes of it. */
  readonly children: readonly ObjectKey[];
  /** Milliseconds between two looks. */
  readonly interval: number;
  /** Ends it. */
  readonly over: AbortSignal;
}

/**
 * Looks at an object of kro's that is being waited for, and tells what it is waited for in vain, or will be: each cause once,
 * and nothing of what only isn't ready yet. Where the cluster can't be reached from here, nothing. Keeps no process alive.
 */
export async function tellCauses(
  parent: ComponentResource,
  { object, children, interval, over }: Watched,
  tell: (cause: string) => Promise<void>,
): Promise<void> {
  const look = await lookInto(parent);
  if (look instanceof NotLooked) return;
  const find = causeFinder(sharedGet(look, interval, over), object, children);
  while (!over.aborted) {
    const causes = await find().catch(() => []);
    if (!over.aborted) await Promise.all(causes.map(tell));
    await sleep(interval, undefined, { ref: false });
  }
}

/**
 * A function that looks once, and gives the causes that are seen for the second time in a row, each once.
 *
 * @throws Error (the function) where the cluster can't be asked.
 */
export function causeFinder(get: Get, object: ObjectKey, children: readonly ObjectKey[]): () => Promise<string[]> {
  let before: readonly string[] = [];
  const told = new Set<string>();
  return async () => {
    const causes = await causesOf(get, object, children);
    const fresh = causes.filter((cause) => before.includes(keyOf(cause)) && !told.has(keyOf(cause)));
    before = causes.map(keyOf);
    for (const cause of fresh) told.add(keyOf(cause));
    return fresh;
  };
}

/** AWS gives each of its answers an id of its own. */
const keyOf = (cause: string): string => cause.replace(/[\w-]{20,}/g, "");

async function causesOf(get: Get, object: ObjectKey, children: readonly ObjectKey[]): Promise<string[]> {
  const { refusalOf } = await import("../packages/live/index.ts");
  const [found, ...others] = await Promise.all([object, ...children].map(get));
  const causes = [found && refusalOf(found), ...(await Promise.all(others.map(childCause)))];
  return causes.flatMap((cause) => cause?.replace(/\s+/g, " ") ?? []);
}

async function childCause(child: LiveObject | undefined): Promise<string | undefined> {
  const { ackHealth, isOfAck, rolloutOf } = await import("../packages/live/index.ts");
  if (!child) return undefined;
  const failure = isOfAck(child) ? ackHealth(child).failure : undefined;
  const said = failure ? `${failure.type}: ${failure.message ?? "no message"}` : rolloutOf(child).refused;
  return said && `${child.kind} ${child.metadata.name}: ${said}`;
}
