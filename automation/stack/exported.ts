import { setTimeout as sleep } from "node:timers/promises";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import type { StackState } from "./state.ts";

/**
 * What Pulumi says of a state in a folder whose attributes are empty, for a moment, while it writes them, or for good: the
 * second where it lists the stacks, of any of them.
 */
const TORN = /failed to load checkpoint: (unexpected )?EOF|^error: EOF$/m;

/** Whether Pulumi has met a state that is only half there. */
export const isTornState = (error: unknown): boolean => TORN.test(String(error));

/**
 * Reads a stack's state, which somebody's update may be writing: in a folder it is two files, written one after the other,
 * and the first of them in place.
 *
 * @returns what `read` does, once it meets none half there, or what it failed with after ten tries in a second.
 * @see https://pkg.go.dev/gocloud.dev/blob/fileblob
 */
export async function readWhole<T>(read: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await read();
    } catch (error) {
      if (!isTornState(error) || tries === 10) throw error;
      await sleep(100);
    }
  }
}

/** A stack's state, with its secrets shown. */
export const exportedState = async (stack: Pick<Stack, "exportStack">): Promise<StackState> =>
  (await readWhole(() => stack.exportStack())).deployment as StackState;
