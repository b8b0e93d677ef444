import { readWhole } from "../exported.ts";
import type { SelectedStack } from "../selection.ts";
import type { ResourceState, StackState } from "../state.ts";
import type { Found } from "./found.ts";

/** How far clocks may be apart, in milliseconds. */
const SKEW = 10_000;

/** What ownership is judged by. */
export interface Claims {
  /** Nothing older can be of the killed run. */
  readonly since: Date | undefined;
  /** Names of the stacks that have an object, by its uid or ARN. */
  readonly owners: ReadonlyMap<string, string>;
}

/** Why an object is not this stack's own, or undefined when it is. */
export function foreignness({ fingerprint, created, differs }: Found, { since, owners }: Claims): string | undefined {
  const owner = fingerprint && owners.get(fingerprint);
  if (owner) return `the stack ${owner} owns it`;
  if (since && created && created.getTime() < since.getTime() - SKEW) {
    return `it was made ${created.toISOString()}, before the run that was killed can have begun`;
  }
  return differs.length > 0 ? `it differs from what this stack declares in ${differs.join(", ")}` : undefined;
}

/** Looks into the stack's history, and into every other stack of the backend that can be read. */
export async function claimsOf({ stack, state }: SelectedStack, note: (text: string) => void): Promise<Claims> {
  const { workspace } = stack;
  const history = await stack.history(100, 1, false);
  const last = history.find(({ kind, result }) => kind === "update" && result === "succeeded");
  const made = (state.resources ?? []).flatMap(({ created }) => created ?? []).sort()[0];
  const since = last ? new Date(last.endTime) : made ? new Date(made) : undefined;
  const owners = new Map<string, string>();
  const others = (await readWhole(() => workspace.listStacks({ all: true })))
    .map(({ name }) => name)
    .filter((name) => !isSame(name, stack.name));
  for (const name of others) {
    const exported = await readWhole(() => workspace.exportStack(name)).catch(() => undefined);
    if (!exported) note(`The stack ${name} can't be read: whether it owns what is recovered was not looked at.`);
    for (const resource of (exported?.deployment as StackState | undefined)?.resources ?? []) {
      for (const key of fingerprints(resource)) owners.set(key, name);
    }
  }
  return { since, owners };
}

/** A stack may be listed by its full name, `organization/project/stack`. */
const isSame = (listed: string, name: string): boolean => listed === name || listed.endsWith(`/${name}`);

/** What is unique to a resource: uid or ARN. */
function fingerprints({ outputs = {} }: ResourceState): string[] {
  const { metadata, arn, associationArn } = outputs as { readonly [key: string]: unknown };
  const uid = (metadata as { readonly uid?: unknown } | undefined)?.uid;
  return [uid, arn, associationArn].filter((text): text is string => typeof text === "string");
}
