import { explainLock, judge, type Lock } from "./locks.ts";
import type { SelectedStack } from "./selection.ts";
import { nameOfUrn, type StackState } from "./stackState.ts";

/** What a killed run left in a stack's state, and what to do; undefined when it left nothing. */
export function explainPending(stack: string, { pending_operations: pending = [] }: StackState): string | undefined {
  if (pending.length === 0) return undefined;
  const each = pending.map(({ type, resource }) => `${resource.type} ${nameOfUrn(resource.urn)} (${type})`);
  return (
    `a run on the stack ${stack} was killed before it could note what became of ${each.join(", ")}. ` +
    "`--resume` looks each up, takes back what is this stack's own, and goes on."
  );
}

/** Breaks a lock, if that was asked for and is the user's to do. Returns why not, else undefined. */
export async function releaseLock({ stack }: SelectedStack, lock: Lock, resume: boolean): Promise<string | undefined> {
  const verdict = judge(lock);
  if (!resume || !verdict.mayBreak) return explainLock(stack.name, lock, verdict);
  await stack.cancel();
  return undefined;
}

/** TODO */
export async function recover(_s: SelectedStack, _note: (text: string) => void, _signal: AbortSignal): Promise<void> {}
