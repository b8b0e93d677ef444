import { preloadAws } from "../../packages/aws/index.ts";
import { interrupted } from "../../packages/console/index.ts";
import { type Drift, driftLines } from "../../packages/kro-preview/index.ts";
import { preload } from "../../packages/live/index.ts";
import { preflight } from "../doctor/index.ts";
import {
  completeTaken,
  explainPending,
  lockIn,
  probeLock,
  quickDrift,
  readState,
  recover,
  refreshDrift,
  releaseLeft,
  releaseLock,
  selectStack,
} from "../stack/index.ts";
import { attemptUpdate } from "./attempt.ts";
import type { CauseName } from "./causes/cause.ts";
import { groundCause } from "./causes/ground.ts";
import { suspendedTexts } from "./causes/held.ts";
import { definitionInUse } from "./definitionsInUse.ts";
import type { Result, UpdateOptions, UpdateReport } from "./report.ts";
import { forgetRolledBack, rolledBack } from "./rolledBack.ts";
import { heldByRollout, rolloutUnderWay } from "./rolloutUnderWay.ts";
import { standingRefusals } from "./standing.ts";
import { tableNotRetained } from "./tableNotRetained.ts";
import { refusedTables } from "./wakeAck.ts";

/** Runs `pulumi up` or `pulumi destroy`, unless something is in the way of it that is known before, as {@link attemptUpdate} does. */
export async function update(command: "up" | "destroy", options: UpdateOptions): Promise<UpdateReport> {
  const started = Date.now();
  preload();
  if (command === "up") preloadAws();
  let selected = await selectStack(options);
  let drift: readonly Drift[] = [];
  const { project, stack } = selected;
  const report = (result: Result, found: Partial<UpdateReport> = {}): UpdateReport => ({
    version: 1,
    command,
    project,
    stack: stack.name,
    result,
    changes: {},
    outputs: {},
    drift,
    instances: [],
    healed: [],
    ...found,
    seconds: Math.round((Date.now() - started) / 100) / 10,
  });
  const blocked = (name: CauseName, message: string) =>
    report("blocked", { cause: { name, object: stack.name, message } });
  try {
    const pending = explainPending(stack.name, selected.state);
    if (pending) {
      await probeLock(selected);
      if (!options.resume) return blocked("pending-operations", pending);
      await recover(selected, { ...options, note: (text) => console.error(text) });
      selected = await selectStack(options);
    }
    if (await completeTaken(command, selected, (text) => console.error(text))) selected = await selectStack(options);
    const managed = readState(selected.state, project, stack.name);
    const look = { ...options, note: (text: string) => console.error(`note: ${text}`) };
    const [use, loss, refused, found, wrong, rollout] = await Promise.all([
      definitionInUse(command, managed.revealed, look),
      command === "destroy" ? tableNotRetained(managed, look) : undefined,
      refusedTables(managed, look),
      command === "up" ? quickDrift(managed, options) : undefined,
      command === "up" && options.preflight !== false
        ? preflight(selected, managed, { ...look, signal: interrupted })
        : [],
      command === "destroy" ? rolloutUnderWay(managed, look) : undefined,
    ]);
    const { cause: held, objects } = found
      ? await heldByRollout(managed, look, found)
      : { cause: rollout, objects: new Map() };
    const early = held ?? use ?? loss ?? groundCause(wrong);
    const stop = early ?? (options.allowRolledBack ? undefined : await rolledBack(managed, objects, look));
    if (stop) return report("blocked", { cause: stop });
    await refused.wake();
    found?.notes.forEach(look.note);
    if (command === "up") for (const text of suspendedTexts([...objects.values()])) look.note(text);
    if (found) await releaseLeft(selected, managed, found.objects, look);
    drift = found?.strays.map((stray) => stray.drift) ?? [];
    if (drift.length > 0) {
      console.error(["not as the last update left it, and put right now:", ...driftLines(drift)].join("\n"));
      await refreshDrift(selected, drift);
      selected = await selectStack(options);
    }
    const stands = standingRefusals(refused.tables);
    const done = await attemptUpdate(command, selected, { ...options, stands }, report);
    if (done.result === "succeeded") await forgetRolledBack(selected, managed, objects, look);
    return done;
  } catch (error) {
    const lock = lockIn(error instanceof Error ? error.message : "");
    if (!lock) throw error;
    const refusal = await releaseLock(selected, lock, options.resume === true);
    if (refusal) return blocked("locked", refusal);
    console.error("the lock is broken; going on ...");
    // What the killed run had begun may be known only now.
    return update(command, options);
  }
}
