import type { Command } from "commander";
import { toPaths } from "../../packages/cli/index.ts";
import { hasColor, interrupted, UserError } from "../../packages/console/index.ts";
import {
  checkReportFiles,
  type DefinitionSource,
  type Plan,
  policyOf,
  type ReportOptions,
  withReport,
  writeReport,
} from "../../packages/kro-preview/index.ts";
import type { ClusterChoice } from "../../packages/live/index.ts";
import type { StackChoice, TakenField } from "../stack/index.ts";
import { bareCommand, withCluster } from "./options.ts";

interface Options extends StackChoice, ClusterChoice, ReportOptions {
  readonly rgd?: readonly string[];
  readonly cluster?: boolean;
}

/** `carts preview`: what Pulumi is going to do, and what kro is going to make of it. */
export const previewCommand = (): Command =>
  withReport(withCluster(bareCommand("preview")), "-f, ")
    .summary("show what an update would do: Pulumi's plan, and what kro makes of it")
    .description(
      "Shows what `pulumi up` would do, and what kro then makes of each instance: resource by resource, field by field. " +
        "Works offline, from Pulumi's own preview. The report goes to stdout, everything else to stderr.",
    )
    .option("--rgd <file...>", "RGDs of instances that come without theirs: YAML files, or folders of them", toPaths)
    .option("--cluster", "also ask the cluster for those RGDs, and for instances that other stacks own")
    .action(async (options: Options) => {
      process.exitCode = await preview(options);
    });

async function preview(options: Options): Promise<number> {
  const { driftBeside, previewPlan, shippedDefinition } = await import("../stack/index.ts");
  const { makeReport, yamlSource } = await import("../../packages/kro-preview/index.ts");
  const files: DefinitionSource[] = await Promise.all((options.rgd ?? []).map(yamlSource)).catch((error: Error) => {
    throw new UserError(`--rgd: ${error.message}`);
  });
  checkReportFiles(options);
  const policy = await policyOf(options);
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
  const made = await makeReport(plan, { sources, cluster, strays, notes, policy });
  const report = { ...made, ...(running !== undefined && { running }) };
  interrupted.throwIfAborted();
  return writeReport(report, options);
}

/** The cluster that a plan is about. It need not be there. */
async function clusterOf(plan: Plan, options: Options) {
  const { reachBy } = await import("../../packages/kro-preview/index.ts");
  const { kubeConfigOf, openStack, readStateAgain } = await import("../stack/index.ts");
  // What a preview hides, the state tells, unless it is about to change.
  const config = kubeConfigOf(plan, options, (provider) =>
    (provider?.action ?? "same") === "same" ? openStack(options).then(readStateAgain) : undefined,
  );
  return (await reachBy(config, options.context)).cluster;
}
