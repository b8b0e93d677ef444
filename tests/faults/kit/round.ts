import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import * as aws from "../../e2e/aws.ts";
import { TABLE } from "../../e2e/carts/expected.ts";
import { type Finished, type Stack, sandbox, until } from "../../e2e/kit/index.ts";
import type { End, Fault } from "./fault.ts";
import { assertConverged, ITEMS, itemsLost } from "./look.ts";
import type { Operation } from "./operations.ts";
import { note } from "./results.ts";

/** Times of its waits: in a fault no wait should last for minutes. */
const TIMEOUTS = { create: "60s", update: "60s", delete: "60s" };

/** How many further runs an operation may need to converge. */
const RUNS = 2;

/** Runs an operation with a fault in its midst, then again as its user would, until all is as it was to be. */
export async function round(stack: Stack, operation: Operation, fault: Fault, moment: number): Promise<void> {
  const { first, begun } = await withFault(stack, operation, fault, moment);
  const ended = Date.now();
  const runs: Finished[] = [];
  while (first.code !== 0 && runs.length < RUNS && runs.at(-1)?.code !== 0) runs.push(await again(stack, operation));
  const seconds = (Date.now() - ended) / 1000;
  const failures = [first, ...runs].map(({ output }) => output).join("\n--- again ---\n");
  if (runs.length > 0) assert.equal(runs.at(-1)!.code, 0, failures);
  await assertConverged(stack, operation);
  if (operation.name === "create") await aws.putItems(TABLE, ITEMS);
  const lost = await itemsLost(operation);
  const { code } = first;
  note({ operation: operation.name, fault: fault.name, moment, begun, code, runs: runs.length, seconds, lost });
  assert.equal(lost, 0);
}

async function withFault(
  stack: Stack,
  operation: Operation,
  fault: Fault,
  moment: number,
): Promise<{ readonly first: Finished; readonly begun: boolean }> {
  let end: End | undefined;
  const { env } = sandbox;
  try {
    if (fault.before) end = await fault.begin(undefined, stack, operation);
    if (fault.env) sandbox.env = { ...env, ...fault.env() };
    const running = await stack.begin(operation.command, { timeouts: TIMEOUTS, ...operation.config });
    sandbox.env = env;
    if (!fault.before) {
      const done = await Promise.race([sleep(moment * 1000, false), running.finished]);
      // A fast machine may be done before.
      if (!done) end = await fault.begin(running, stack, operation);
    }
    if (fault.seconds) await sleep(fault.seconds * 1000);
    if (fault.seconds) await end?.();
    const first = await running.finished;
    if (!fault.seconds) await end?.();
    return { first, begun: end !== undefined };
  } finally {
    sandbox.env = env;
  }
}

/** What was killed may have left the engine at work: it is waited for, as the message says. */
async function again(stack: Stack, { command, config }: Operation): Promise<Finished> {
  const run = () => stack.carts(command, { timeouts: TIMEOUTS, ...config }, "--resume");
  return until("no other update runs", async () => {
    const finished = await run();
    if (/is still running/.test(finished.output)) return false;
    if (!/state is cut off/.test(finished.output)) return finished;
    // As the message says.
    await copyFile(`${stack.stateFile}.bak`, stack.stateFile);
    return run();
  });
}
