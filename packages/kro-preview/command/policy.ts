import { type Command, Option } from "commander";
import { toPath, writeResult } from "../../cli/index.ts";
import { hasColor } from "../../console/index.ts";
import { type PolicyOptions, policyOf, withPolicy } from "../policy/options.ts";
import { EXIT, readSources, type SourceOptions, subcommand, withNamed, withPaths, withSources } from "./options.ts";
import { checkOutput, writeTo } from "./reporting.ts";

interface Options extends SourceOptions, PolicyOptions {
  readonly format: "text" | "json" | "sarif";
  readonly output?: string;
  readonly listRules?: boolean;
}

/** `kro-preview policy`: what is wrong with the children of instances, before they exist. */
export const policyCommand = (): Command =>
  withPolicy(withPaths(withSources(subcommand("policy"))), "the rules, and their switches")
    .summary("hold what kro makes of instances against rules")
    .description(
      "Holds every object that kro makes of the instances against the built-in rules: Pod Security, secrets, IAM, tables, " +
        "images, resources, probes, labels. --list-rules lists them. What was found goes to stdout.",
    )
    .option("--list-rules", "write the rules, what they demand and how they are switched by default, and do no more")
    .addOption(new Option("--format <format>", "of what was found").choices(["text", "json", "sarif"]).default("text"))
    .option("-o, --output <file>", "write it there, not to stdout", toPath)
    .addHelpText(
      "after",
      "\nExit codes: 0 looked through, 1 an error, 3 a finding that counts as an error (with --fail-on-finding).",
    )
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await hold(withNamed(paths, options));
    });

async function hold(options: Options): Promise<number> {
  if (options.listRules) return listRules();
  checkOutput("--output", options.output);
  const policy = await policyOf({ ...options, policy: options.policy ?? true });
  const manifests = await readSources(options);
  const { checkInstances } = await import("../policy/checkInstances.ts");
  const { failing, failureText } = await import("../policy/inReport.ts");
  const { formatPolicy } = await import("../format/policy.ts");
  const checked = checkInstances(manifests, policy!);
  const { format, output } = options;
  const text = formatPolicy(checked, format, output === undefined && hasColor(process.stdout));
  if (output === undefined) await writeResult(text);
  else {
    await writeTo(output, text);
  }
  if (!options.failOnFinding || failing(checked.findings).length === 0) return EXIT.noChange;
  console.error(`error: ${failureText(checked.findings)}`);
  return EXIT.danger;
}

async function listRules(): Promise<number> {
  const { POLICY_RULES } = await import("../policy/rules.ts");
  await writeResult(POLICY_RULES.map(({ id, default: own, meaning }) => `${id} (${own}): ${meaning}\n`).join(""));
  return EXIT.noChange;
}
