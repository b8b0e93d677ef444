import type { Command } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import { hasColor } from "../../packages/console/index.ts";
import type { AdoptOptions, AdoptReport } from "../adopt/index.ts";
import { confirmed } from "./confirmed.ts";
import { EXIT, type StackOptions, stackCommand, toJson, withCluster } from "./options.ts";

interface Options extends AdoptOptions, StackOptions {
  readonly yes?: boolean;
}

/** `carts adopt`: take what somebody made by hand into the stack. */
export const adoptCommand = (): Command =>
  withCluster(stackCommand("adopt", "adopt.md"))
    .summary("take over what was made by hand: role, association, RGD, instance, table")
    .description(
      "Looks in AWS and in the cluster for what the stack declares and doesn't have, shows what it would take over, what that " +
        "changes and what it can't, and asks. Then one update imports it and brings it to what is declared: nothing is " +
        "replaced, and the table stays with its items. The plan goes to stdout, everything else to stderr.",
    )
    .option("-y, --yes", "take it over without asking")
    .option("--recreate-deployments", "have Deployments whose selector differs deleted and made anew (default: refuse)")
    .option("--no-count", "don't count the items of the tables before and after, which reads them all")
    .option("--resume", "recover what a killed run left: its lock, and what it had begun to create")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, or nothing to take over, 1 failed, 2 not confirmed, 4 refused or not begun, 124 timeout, 130 interrupted.",
    )
    .action(async (options: Options) => {
      process.exitCode = await adopt(options);
    });

async function adopt(options: Options): Promise<number> {
  const { countText, endingOf, reportOf, survey, surveyText, takeOver } = await import("../adopt/index.ts");
  const found = await survey(options);
  const write = (report: AdoptReport, text = "") => writeResult(options.json ? toJson(report) : text);
  const before = reportOf(found, undefined);
  const text = surveyText(found, hasColor(process.stdout), process.stdout.columns || 120);
  if (!options.json) await writeResult(text);
  if (
    before.result !== "asked" ||
    !(options.yes || (await confirmed(`Take it over into ${options.stack}?`, options.json ? text : "")))
  ) {
    await write(before);
    if (before.result === "asked") console.error("nothing was changed: --yes takes it over");
    return EXITS[before.result];
  }
  const done = await takeOver(found, options);
  console.error(endingOf(done));
  const after = reportOf(found, done);
  await write(after, countText(after));
  return EXITS[after.result];
}

const EXITS: Readonly<Record<AdoptReport["result"], number>> = {
  nothing: EXIT.done,
  asked: EXIT.difference,
  refused: EXIT.blocked,
  succeeded: EXIT.done,
  failed: EXIT.error,
  blocked: EXIT.blocked,
  interrupted: EXIT.interrupted,
  "timed-out": EXIT.timeout,
};
