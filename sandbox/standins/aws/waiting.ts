import { setTimeout as sleep } from "node:timers/promises";
import { isNotFound } from "./awsError.ts";
import type { AwsContext } from "./awsResource.ts";

const pauseMilliseconds = 500;

/** Waits until what EKS makes is ACTIVE. Throws when it has another end, and when the signal aborts. */
export async function untilActive(
  what: string,
  statusOf: () => Promise<string | undefined>,
  { signal }: AwsContext,
): Promise<void> {
  for (;;) {
    const status = await statusOf();
    if (status === "ACTIVE") return;
    if (status !== "CREATING" && status !== "UPDATING") {
      throw new Error(`waiting for ${what}: unexpected state '${status}', wanted target 'ACTIVE'`);
    }
    await sleep(pauseMilliseconds, undefined, { signal });
  }
}

/** Waits until EKS does not find it any more. */
export async function untilGone(look: () => Promise<unknown>, { signal }: AwsContext): Promise<void> {
  for (;;) {
    try {
      await look();
    } catch (error) {
      if (isNotFound(error)) return;
      throw error;
    }
    await sleep(pauseMilliseconds, undefined, { signal });
  }
}
