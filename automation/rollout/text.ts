import { count, formatDuration, list } from "../../packages/console/index.ts";
import { revisionOf } from "./definition.ts";
import type { RolloutOptions } from "./options.ts";
import type { RolloutReport } from "./report.ts";
import { head } from "./rollout.ts";
import type { Survey } from "./survey.ts";

/** How many are named. */
const NAMED = 5;

/** What would be done, or why not, as a report. */
export function reportOf({ selected, place, change, stages, refused, notes, live }: Survey): RolloutReport {
  const revision = live ? revisionOf(live) : 0;
  return {
    ...head(selected, place),
    result: refused.length > 0 ? "refused" : change ? "asked" : "nothing",
    stages: stages.map((instances, i) => ({ stage: i + 1, instances, state: "untouched" })),
    ...{ held: [], sick: [], refused, notes, revisions: { lastGood: revision, now: revision }, seconds: 0 },
  };
}

/** The plan, for a reader. */
export function planText(report: RolloutReport, { soak, timeout, onFailure }: RolloutOptions): string {
  const { definition, stages, refused, notes, result, revisions } = report;
  const lines = refused.map((text) => `✗ ${text}`);
  if (result === "nothing") lines.push(`the definition ${definition} stays as it is: nothing to roll out`);
  if (stages.length > 0) {
    const all = stages.flatMap(({ instances }) => instances).length;
    lines.push(
      `${definition}: GraphRevision ${revisions.now} is changed for ${count(all, "instance")}, in ${count(stages.length, "stage")}:`,
    );
    for (const { stage, instances } of stages) {
      lines.push(`  ${stage}  ${String(instances.length).padStart(4)}  ${list(instances, NAMED)}`);
    }
    const after = onFailure === "back" ? "goes back to the last good definition" : "is left as it is";
    lines.push(
      `Each must be healthy within ${formatDuration(timeout)} and stay so for ${formatDuration(soak)}; what fails ${after}.`,
      "Until its turn, an instance is held: it is not Ready, its status is bare, and kro heals nothing of it; its pods run on.",
    );
  } else if (result === "asked") lines.push(`${definition}: there are no instances, the definition alone changes`);
  return [...lines, ...notes.map((text) => `- ${text}`), ""].join("\n");
}

/** How it ended, in a paragraph for stderr. */
export function closingText(report: RolloutReport): string {
  const { result, back, stack, definition, stages, held, sick, cause, notes, seconds, revisions } = report;
  const touched = stages.filter(({ state }) => state !== "untouched").flatMap(({ instances }) => instances).length;
  const rest = stages.filter(({ state }) => state === "untouched").flatMap(({ instances }) => instances).length;
  const commands = `\`carts rollout --resume --stack ${stack}\` goes on, \`carts rollout --back --stack ${stack}\` goes back`;
  const lines: string[] = [];
  if (result === "succeeded") {
    lines.push(
      back
        ? `back: ${definition} is the last good definition again, and nothing is held`
        : stages.length === 0
          ? `nothing is held, and every instance is to have GraphRevision ${revisions.now} of ${definition}`
          : `rollout of ${definition} is done, after ${formatDuration(seconds * 1000)}: every instance has GraphRevision ${revisions.now}`,
    );
  } else if (result === "nothing") lines.push("nothing is held, and no rollout is under way");
  else if (result === "refused") lines.push(...report.refused.map((text) => `✗ ${text}: nothing was changed`));
  else {
    const why =
      result === "interrupted"
        ? "interrupted"
        : result === "timed-out"
          ? `the time of --timeout is over: ${cause?.message}`
          : cause?.message;
    const isAfter = back === "done" && stages.length === 0 && sick.length > 0;
    if (isAfter)
      lines.push(
        `error: ${definition} is the last good definition again, and nothing is held, but not every instance is healthy by it`,
      );
    else lines.push(`error: the rollout of ${definition} was halted: ${why}`);
    if (back === "done" && touched === 0 && revisions.now === revisions.lastGood) {
      lines.push("The definition was not changed, and nothing is held.");
    } else if (back === "done" && !isAfter) {
      lines.push(
        `${count(touched, "instance")} went back to the last good definition, ${rest} ${rest === 1 ? "was" : "were"} never touched, and nothing is held. The stack's state has that definition, too.`,
        "The program still declares the one that was refused: revert that commit. `carts up` does not begin until then, but a plain `pulumi up` gives it to every instance at once.",
      );
    }
  }
  if (held.length > 0) lines.push(`held still: ${list(held, NAMED)}. They are not Ready and not healed. ${commands}.`);
  else if (back === "failed" || (back === undefined && !["succeeded", "nothing", "refused"].includes(result)))
    lines.push(`The rollout is not at its end: ${commands}.`);
  for (const { instance, cause } of sick) lines.push(`not healthy: ${instance}: ${cause.message}`);
  return [...lines, ...notes.map((text) => `note: ${text}`)].join("\n");
}
