import { forced, formatDuration } from "../../packages/console/index.ts";
import { leftLines } from "./leftBehind.ts";
import type { UpdateReport } from "./report.ts";

const restarted = (healed: readonly string[]): string =>
  healed.length > 0 ? `; restarted for want of credentials: ${healed.join(", ")}` : "";

/** What went wrong, or how it ended, in one paragraph for stderr, and what a destroy left behind. */
export const closing = (report: UpdateReport): string =>
  [ending(report), ...leftLines(report.left ?? [], report.result === "succeeded")].join("\n");

function ending(report: UpdateReport): string {
  const { command, stack, result, cause, seconds, healed } = report;
  const why = cause?.headline ?? cause?.message ?? "no reason was found";
  const again = `\`carts ${command} --stack ${stack}\` goes on`;
  switch (result) {
    case "succeeded":
      return `${command} of ${stack} is done, after ${formatDuration(seconds * 1000)}${restarted(healed)}`;
    case "interrupted":
      if (forced.aborted) {
        return `interrupted, and ended at once: the stack ${stack} is not locked; \`carts ${command} --stack ${stack} --resume\` looks up what had been begun, and goes on`;
      }
      return `interrupted: the stack ${stack} is not locked, and holds what was done; ${again}`;
    case "timed-out":
      return `error: ${why} (The time of --timeout is over; the stack is not locked, ${again}.)`;
    default:
      return `error: ${why}`;
  }
}
