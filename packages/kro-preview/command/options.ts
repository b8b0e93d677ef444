import { Command } from "commander";
import { toPath, toPaths } from "../../cli/index.ts";
import { printable, UserError } from "../../console/index.ts";
import type { Manifests } from "../sources/manifests.ts";

/** What names files: all of them hold whatever they hold. */
export interface SourceOptions {
  readonly filename?: readonly string[];
  readonly instance?: readonly string[];
  readonly crds?: readonly string[];
}

/** How a cluster is asked, and which. */
export interface ClusterOptions {
  readonly cluster?: boolean;
  readonly context?: string;
  readonly kubeconfig?: string;
}

/** Exit codes of every command: 0, 1 and 2 are those of `terraform plan -detailed-exitcode`. */
export const EXIT = { noChange: 0, error: 1, change: 2, danger: 3 } as const;

/** A subcommand of `kro-preview`. */
export const subcommand = (name: string): Command =>
  new Command(name).option("--debug", "with an error, also print where it comes from").allowExcessArguments(false);

/** Adds where RGDs, instances and CRDs are. */
export const withSources = (command: Command): Command =>
  command
    .option(
      "-f, --filename <path...>",
      "RGDs, instances, CRDs: YAML or JSON files, folders of them, globs, - for stdin",
      toPaths,
    )
    .option("-i, --instance <path...>", "the same, for whoever keeps instances apart", toPaths)
    .option("--crds <path...>", "the same, for CRDs of kinds that are not Kubernetes' own", toPaths);

/** Adds paths without an option, which {@link withNamed} takes for -f's. */
export const withPaths = (command: Command): Command => command.argument("[paths...]", "the same as -f", toPaths);

/** Options, with paths that were named without one. */
export const withNamed = <T extends Pick<SourceOptions, "filename">>(paths: readonly string[], options: T): T => ({
  ...options,
  ...(paths.length > 0 && { filename: [...(options.filename ?? []), ...paths] }),
});

/** Adds how a cluster is reached. */
export const withCluster = (command: Command, purpose: string): Command =>
  command
    .option("--cluster", purpose)
    .option("--kubeconfig <file>", "how the cluster is reached (default: $KUBECONFIG, else ~/.kube/config)", toPath)
    .option("--context <name>", "a context of that kubeconfig (default: the current one)");

/** Every path that {@link withSources} reads. */
export const pathsOf = ({ filename = [], instance = [], crds = [] }: SourceOptions): readonly string[] => [
  ...filename,
  ...instance,
  ...crds,
];

/**
 * What the files hold that {@link withSources} names.
 *
 * @throws UserError where none is named, one can't be read, or is not YAML.
 */
export async function readSources(options: SourceOptions): Promise<Manifests> {
  const paths = pathsOf(options);
  if (paths.length === 0) throw new UserError("nothing to read: -f names files or folders with RGDs and instances");
  const { readManifests } = await import("../sources/manifests.ts");
  const manifests = await readManifests(paths);
  return { ...manifests, notes: [...manifests.notes, ...crdNotes(options, manifests)] };
}

/** What there is to say of `--crds`. */
export const crdNotes = ({ crds = [] }: SourceOptions, found: Pick<Manifests, "crds">): readonly string[] =>
  crds.length > 0 && found.crds.length === 0
    ? [`There is no CustomResourceDefinition in what --crds names: ${crds.join(", ")}.`]
    : [];

/** Tells on stderr what was not looked at. */
export function tell(notes: readonly string[]): void {
  for (const note of new Set(notes)) console.error(`note: ${printable(note)}`);
}

/** The cluster that is chosen, to be asked for what a report needs, or for anything. It is asked nothing before. */
export async function chosenCluster({ kubeconfig, context }: ClusterOptions) {
  const { reach } = await import("../sources/connect.ts");
  return reach({ kubeconfig, context });
}
