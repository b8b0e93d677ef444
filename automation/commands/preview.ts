import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { toPath, toPaths, toWebAddress, writeResult } from "../../packages/cli/index.ts";
import { hasColor, interrupted, UserError } from "../../packages/console/index.ts";
import { DANGERS, type DefinitionSource, type Plan, type Report } from "../../packages/kro-preview/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import type { StackChoice, TakenField } from "../stack/index.ts";
import { bareCommand, withCluster } from "./options.ts";

interface Options extends StackChoice, ClusterChoice {
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
  readonly json?: string | true;
  readonly all?: boolean;
  readonly detailsUrl?: string;
  readonly failOnDanger?: boolean;
  readonly allow?: readonly string[];
  readonly rgd?: readonly string[];
  readonly cluster?: boolean;
}

/** Exit codes, as those of `terraform plan -detailed-exitcode`, and one more. An error is 1. */
const EXIT = { noChange: 0, change: 2, danger: 3 } as const;

/** `carts preview`: what Pulumi is going to do, and what kro is going to make of it. */
export const previewCommand = (): Command =>
  withCluster(bareCommand("preview"))
    .summary("show what an update would do: Pulumi's plan, and what kro makes of it")
    .description(
      "Shows what `pulumi up` would do, and what kro then makes of each instance: resource by resource, field by field.\n" +
        "Works offline, from Pulumi's own preview. The report goes to stdout, everything else to stderr.",
    )
    .addOption(new Option("-f, --format <format>", "of the report").choices(Object.keys(FORMATS)).default("tree"))
    .option("-o, --output <file>", "write the report there, not to stdout", toPath)
    .option("--json [file]", "write the report there as JSON as well; without a file, to stdout as JSON only")
    .option("--all", "in a tree, also what stays as it is")
    .option("--details-url <url>", "in Markdown, where the whole report is when it has to be cut", toWebAddress)
    .option("--fail-on-danger", "exit with 3 when a change is dangerous")
    .option("--allow <danger,...>", `dangers to accept: ${Object.keys(DANGERS).join(", ")}`, toDangers)
    .option("--rgd <file...>", "RGDs of instances that come without theirs: YAML files, or folders of them", toPaths)
    .option("--cluster", "also ask the cluster for those RGDs, and for instances that other stacks own")
    .addHelpText("after", "\nExit codes: 0 no change, 2 a change, 1 an error, 3 a danger (with --fail-on-danger).")
    .action(async (options: Options) => {
      process.exitCode = await preview(options);
    });

function toDangers(text: string, earlier: readonly string[] = []): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !Object.hasOwn(DANGERS, name));
  if (wrong !== undefined) throw new InvalidArgumentError(`There is no danger ${JSON.stringify(wrong)}.`);
  return [...earlier, ...names];
}

async function preview(options: Options): Promise<number> {
  const { driftBeside, previewPlan, shippedDefinition } = await import("../stack/index.ts");
  const { makeReport, yamlSource } = await import("../../packages/kro-preview/index.ts");
  const files: DefinitionSource[] = await Promise.all((options.rgd ?? []).map(yamlSource)).catch((error: Error) => {
    throw new UserError(`--rgd: ${error.message}`);
  });
  for (const file of [options.output, options.json]) if (typeof file === "string") checkFolder(file);
  console.error(`waiting for Pulumi's preview of stack ${options.stack} ...`);
  let running: string | undefined;
  const taken: TakenField[] = [];
  const drift = driftBeside(options);
  // Whatever keeps it, the preview comes first.
  drift.catch(() => {});
  const plan = await previewPlan({
    ...options,
    color: hasColor(process.stderr),
    signal: interrupted,
    onOutput: (text) => process.stderr.write(text),
    onRunning: (text) => {
      running = text;
    },
    onConflict: (conflict) => taken.push(conflict),
  });
  const { and, notes } = await drift;
  const cluster = options.cluster ? await clusterOf(plan, options) : undefined;
  if (cluster) console.error(`waiting for ${cluster.title} ...`);
  const sources = [...files, ...(cluster ? [cluster] : []), shippedDefinition];
  // What an update that runs has changed, its state says only at its end.
  const strays = running === undefined ? and(taken) : [];
  const made = await makeReport(plan, { sources, cluster, strays, notes });
  const report = { ...made, ...(running !== undefined && { running }) };
  interrupted.throwIfAborted();
  await write(options, report);
  return exitCode(report, options);
}

/** The cluster that a plan is about. It need not be there. */
async function clusterOf(plan: Plan, options: Options) {
  const { clusterSource } = await import("../../packages/kro-preview/index.ts");
  const { clusterClient } = await import("../../packages/live/index.ts");
  const { kubeConfigOf, openStack, readStateAgain } = await import("../stack/index.ts");
  // What a preview hides, the state tells, unless it is about to change.
  const config = kubeConfigOf(plan, options, (provider) =>
    (provider?.action ?? "same") === "same" ? openStack(options).then(readStateAgain) : undefined,
  );
  const context = await config.then(
    (found) => found.getCurrentContext(),
    () => options.context,
  );
  const title = context ? `the cluster of context ${context}` : "the cluster";
  return clusterSource(title, async () => clusterClient(await config, interrupted));
}

const FORMATS = {
  tree: async (report: Report, { all, output }: Options) => {
    const { formatTree } = await import("../../packages/kro-preview/index.ts");
    const [color, width] = output === undefined ? [hasColor(process.stdout), process.stdout.columns] : [false];
    return formatTree(report, { color, width, all });
  },
  markdown: async (report: Report, { detailsUrl }: Options) => {
    const { formatMarkdown } = await import("../../packages/kro-preview/index.ts");
    return formatMarkdown(report, { detailsUrl });
  },
  json: async (report: Report) => {
    const { formatJson } = await import("../../packages/kro-preview/index.ts");
    return formatJson(report);
  },
} as const;

async function write(options: Options, report: Report): Promise<void> {
  if (typeof options.json === "string") await writeTo(options.json, await FORMATS.json(report));
  const text = await FORMATS[options.json === true ? "json" : options.format](report, options);
  if (options.output !== undefined) return writeTo(options.output, text);
  await writeResult(text);
}

/** Whether a report can be written is known before it is made. */
function checkFolder(file: string): void {
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) throw new UserError(`cannot write ${file}: there is no folder ${folder}`);
}

const writeTo = (file: string, text: string): Promise<void> =>
  writeFile(file, text).catch((error: Error) => {
    throw new UserError(`cannot write ${file}: ${error.message}`);
  });

function exitCode({ resources, children, dangers }: Report, { failOnDanger, allow = [] }: Options): number {
  const refused = failOnDanger ? dangers.filter(({ name }) => !allow.includes(name)) : [];
  if (refused.length > 0) {
    const names = [...new Set(refused.map(({ name }) => name))].join(",");
    console.error(`error: the change is dangerous; to accept that: --allow ${names}`);
    return EXIT.danger;
  }
  return [...resources, ...children].some(({ action }) => action !== "same") ? EXIT.change : EXIT.noChange;
}
