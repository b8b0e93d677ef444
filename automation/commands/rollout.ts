import type { Command } from "commander";
import { Option } from "commander";
import { writeResult } from "../../packages/cli/index.ts";
import type { RolloutOptions, RolloutReport } from "../rollout/index.ts";
import { confirmed } from "./confirmed.ts";
import { EXIT, type StackOptions, stackCommand, toJson, withCluster } from "./options.ts";
import { toCanary, toInstances, toMilliseconds, toStages } from "./values.ts";

interface Options extends Omit<RolloutOptions, "canary" | "ignored">, StackOptions {
  readonly canary?: readonly string[];
  readonly ignore?: readonly string[];
  readonly resume?: boolean;
  readonly back?: boolean;
  readonly yes?: boolean;
}

/** Options that a rollout is begun with, and goes on with. */
const BEGUN_WITH = ["canary", "stages", "ignore", "soak", "timeout", "onFailure"];

/** `carts rollout`: a change of an RGD reaches its instances in stages. */
export const rolloutCommand = (): Command =>
  withCluster(stackCommand("rollout", "rollout.md"))
    .summary("change an RGD for its instances in stages, and go back when a stage fails")
    .description(
      "Holds every instance of the stack's RGD, whichever stack it is of, changes the RGD, and lets them go stage by stage, as " +
        "long as all that were let go are healthy. When a stage fails, the last good definition comes back, by Pulumi. What is " +
        "held is not Ready, and kro heals nothing of it. The plan goes to stdout, everything else to stderr.",
    )
    .option("--canary <instances>", "the first stage: how many, or `namespace/name` of each, with commas", toCanary)
    .addOption(
      new Option("--stages <list>", "how many there are at the end of each stage, such as 3,10,50%")
        .argParser(toStages)
        .default(["1", "10%", "50%"], "1,10%,50%"),
    )
    .option(
      "--ignore <instances>",
      "`namespace/name` of instances that are sick already: the last, not waited for",
      toInstances,
    )
    .addOption(
      new Option("--soak <time>", "for which a stage must stay healthy")
        .argParser(toMilliseconds)
        .default(30_000, "30s"),
    )
    .addOption(
      new Option("--timeout <time>", "that a stage may take to become healthy")
        .argParser(toMilliseconds)
        .default(600_000, "10m"),
    )
    .addOption(
      new Option("--on-failure <what>", "go back to the last good definition, or hold all as it is")
        .choices(["back", "hold"])
        .default("back"),
    )
    .option("-m, --message <text>", "of the update, in the stack's history")
    .addOption(
      new Option("--resume", "go on with a rollout that was killed, or is held, as it was begun").conflicts([
        "back",
        ...BEGUN_WITH,
      ]),
    )
    .addOption(new Option("--back", "go back to the last good definition, and let everything go").conflicts(BEGUN_WITH))
    .option("-y, --yes", "roll it out without asking")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, or nothing to roll out, 1 failed, and back unless it says otherwise, 2 not confirmed,\n4 refused, 124 timeout, 130 interrupted.",
    )
    .action(async (options: Options) => {
      process.exitCode = EXITS[(await rollout(options)).result];
    });

async function rollout({ canary = [], ignore = [], ...given }: Options): Promise<RolloutReport> {
  const { begin, closingText, goOn, planText, reportOf, survey } = await import("../rollout/index.ts");
  const [first] = canary;
  const isNumber = first !== undefined && /^\d+$/.test(first);
  const stages = isNumber ? [first, ...given.stages] : given.stages;
  const options: RolloutOptions = { ...given, stages, canary: isNumber ? [] : canary, ignored: ignore };
  const end = async (report: RolloutReport): Promise<RolloutReport> => {
    console.error(closingText(report));
    if (given.json) await writeResult(toJson(report));
    return report;
  };
  if (given.resume || given.back) return end(await goOn(options, given.back ? "back" : "forward"));
  const found = await survey(options);
  const plan = reportOf(found);
  const text = planText(plan, options);
  if (!given.json) await writeResult(text);
  if (plan.result !== "asked" || !(given.yes || (await confirmed("Roll it out?", given.json ? text : "")))) {
    if (given.json) await writeResult(toJson(plan));
    if (plan.result === "asked") console.error("nothing was changed: --yes rolls it out");
    return plan;
  }
  return end(await begin(found, options));
}

const EXITS: Readonly<Record<RolloutReport["result"], number>> = {
  nothing: EXIT.done,
  asked: EXIT.difference,
  refused: EXIT.blocked,
  succeeded: EXIT.done,
  failed: EXIT.error,
  interrupted: EXIT.interrupted,
  "timed-out": EXIT.timeout,
};
