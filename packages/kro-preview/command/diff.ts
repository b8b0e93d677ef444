import type { Command } from "commander";
import { toPath } from "../../cli/index.ts";
import { interrupted, UserError } from "../../console/index.ts";
import { policyOf } from "../policy/options.ts";
import type { Report } from "../report.ts";
import type { Comparison } from "../sources/sides.ts";
import {
  type ClusterOptions,
  chosenCluster,
  crdNotes,
  pathsOf,
  readSources,
  type SourceOptions,
  subcommand,
  withCluster,
  withSources,
} from "./options.ts";
import { checkReportFiles, type ReportOptions, withReport, writeReport } from "./reporting.ts";

interface Options extends SourceOptions, ClusterOptions, ReportOptions {
  readonly from?: string;
  readonly to?: string;
  readonly pulumi?: string;
  readonly serverSide?: boolean;
  readonly title?: string;
  readonly ignorePaths?: readonly string[];
}

/** `kro-preview diff`: what a change of RGDs and instances does to the children. */
export const diffCommand = (): Command =>
  withReport(withCluster(withSources(subcommand("diff")), "also ask the cluster for RGDs and instances"))
    .argument("[paths...]", "two files or folders, before and after; with --from, those to look at in the repository")
    .summary("show what a change of RGDs and instances does to their children")
    .description(
      "Compares RGDs and instances, and shows what kro makes of the difference: child by child, field by field. " +
        "The report goes to stdout, everything else to stderr.\n\n" +
        "  kro-preview diff old/ new/\n" +
        "  kro-preview diff --from main --to HEAD deploy/\n" +
        "  kro-preview diff --cluster -f deploy/\n" +
        "  pulumi preview --json --show-sames > p.json && kro-preview diff --pulumi p.json",
    )
    .option("--from <revision>", "a Git revision to compare with; what -f names is the same on both sides")
    .option("--to <revision>", "another one (default: the working tree)")
    .option("--pulumi <file>", "what `pulumi preview --json` wrote, - for stdin", toPath)
    .option("--server-side", "with --cluster, ask the API server what it would store of each child (a dry run)")
    .option("--ignore-paths <path...>", "fields to leave out, with all below them: spec.replicas, metadata.labels.*")
    .option("--title <text>", "of the report, and what a comment is found again by")
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await diff(paths, options);
    });

async function diff(paths: readonly string[], options: Options): Promise<number> {
  checkReportFiles(options);
  savingMemory();
  if (options.serverSide && !options.cluster) throw new UserError("--server-side asks a cluster: it needs --cluster");
  const report = await reportOn(paths, options);
  interrupted.throwIfAborted();
  const { withoutPaths } = await import("../ignore.ts");
  return writeReport(withoutPaths(report, options.ignorePaths ?? []), options, options.title);
}

/** What was compared is let go with it, before the report is written. */
async function reportOn(paths: readonly string[], options: Options): Promise<Report> {
  const policy = await policyOf(options);
  const chosen = options.cluster ? await chosenCluster(options) : undefined;
  const cluster = chosen?.cluster;
  if (cluster) console.error(`waiting for ${cluster.title} ...`);
  const { plan, crds, notes } = await compared(paths, options, chosen);
  const { makeReport } = await import("../makeReport.ts");
  const beside = await shared(options);
  const titled = options.title === undefined || plan.title === undefined ? plan : { ...plan, title: options.title };
  return makeReport(titled, {
    ...{
      sources: [...beside.sources, ...(cluster ? [cluster] : [])],
      cluster,
      notes: [...beside.notes, ...notes],
      policy,
    },
    crds: [...beside.crds, ...crds],
    ...(chosen && options.serverSide && { asStored: await storedBy(chosen) }),
  });
}

/**
 * Thousands of instances are looked at one after the other, and little is kept of each: what was let go is taken back early. Left to
 * itself the heap grows with their number. It costs a tenth of the time; a Node that has other names for it takes no notice.
 */
function savingMemory(): void {
  const { setFlagsFromString } = process.getBuiltinModule("node:v8");
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=40");
}

type Chosen = Awaited<ReturnType<typeof chosenCluster>>;

const storedBy = async ({ connect }: Chosen) => (await import("../sources/serverSide.ts")).asStoredBy(await connect());

/** What is the same before and after: RGDs of instances that come without theirs, and CRDs. */
async function shared(options: Options) {
  const paths = pathsOf(options);
  if (paths.length === 0) return { sources: [], crds: [], notes: [] };
  const { readManifests } = await import("../sources/manifests.ts");
  const { foreignDefinition, sourceOf } = await import("../sources/definitions.ts");
  const found = await readManifests(paths.filter((path) => path !== "-"));
  const definitions = found.definitions.map(({ object }) => foreignDefinition(object));
  return {
    sources: [sourceOf(paths.join(", "), definitions)],
    crds: found.crds.map(({ object }) => object),
    notes: crdNotes(options, found),
  };
}

async function compared(paths: readonly string[], options: Options, chosen: Chosen | undefined): Promise<Comparison> {
  const { from, to, pulumi } = options;
  if (pulumi !== undefined) {
    if (from !== undefined || paths.length > 0) throw new UserError("--pulumi names all that is compared");
    const { readFiles } = await import("../sources/files.ts");
    const { readPreview } = await import("../pulumi/previewFile.ts");
    const [file] = await readFiles([pulumi]);
    return { ...readPreview(file!.text, pulumi), crds: [] };
  }
  const { comparePaths, compareRevisions } = await import("../sources/sides.ts");
  if (from !== undefined) return compareRevisions(from, to, paths, pathsOf(options));
  if (to !== undefined) throw new UserError("--to names what --from is compared with: it needs --from");
  const [old, next, ...others] = paths;
  if (old !== undefined && next !== undefined && others.length === 0) {
    return comparePaths(old, next, pathsOf(options));
  }
  if (paths.length === 0 && chosen) {
    const { compareCluster } = await import("../sources/clusterManifests.ts");
    const client = await chosen.connect().catch((error: Error) => {
      throw new UserError(error.message);
    });
    return compareCluster(
      await readSources(options),
      client,
      `${chosen.cluster.title} to ${pathsOf(options).join(", ")}`,
    );
  }
  throw new UserError(
    "two files or folders are compared, or --from <revision> with the working tree, or -f with --cluster",
  );
}
