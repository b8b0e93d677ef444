import { existsSync, statSync } from "node:fs";
import { type Command, Option } from "commander";
import { toPath, writeResult } from "../../cli/index.ts";
import { UserError } from "../../console/index.ts";
import { crdNotes, type SourceOptions, subcommand, tell, withNamed, withPaths, withSources } from "./options.ts";

interface Options extends SourceOptions {
  readonly example?: boolean;
  readonly format: "yaml" | "json";
  readonly output?: string;
  readonly outputDir?: string;
}

/** `kro-preview render`: the children of instances, as YAML. */
export const renderCommand = (): Command =>
  withPaths(withSources(subcommand("render")))
    .summary("show what kro makes of instances, as YAML")
    .description(
      "Writes the children of each instance to stdout, in the order in which kro creates them, as YAML. " +
        "What only the cluster can know is a placeholder, with its expression in a comment. What Secrets hold is written " +
        "as it is, as `helm template` does: the output is for other programs.\n\n" +
        "  kro-preview render rgd.yaml instance.yaml\n" +
        "  kustomize build overlays/dev | kro-preview render -f rgds/ -i -",
    )
    .option("--example", "for an RGD without an instance: one that is made from its schema")
    .addOption(new Option("--format <format>", "json: a List").choices(["yaml", "json"]).default("yaml"))
    .option("-o, --output <file>", "write there, not to stdout", toPath)
    .option(
      "--output-dir <folder>",
      "write a file for each child: <namespace>/<instance>/<wave>-<kind>-<name>.yaml",
      toPath,
    )
    .action((paths: readonly string[], options: Options) => render(withNamed(paths, options)));

async function render(options: Options): Promise<void> {
  const { filename = [], instance = [], crds = [], output, outputDir } = options;
  if (output !== undefined && outputDir !== undefined) throw new UserError("--output and --output-dir: one of them");
  const { checkOutput, writeTo } = await import("./reporting.ts");
  checkOutput("--output", output);
  if (outputDir !== undefined && existsSync(outputDir) && !statSync(outputDir).isDirectory()) {
    throw new UserError(`--output-dir ${outputDir}: it is a file: name a folder, or one that is not there yet`);
  }
  if (filename.length + instance.length === 0) throw new UserError("nothing to render: -f names RGDs, -i instances");
  const { readFiles } = await import("../sources/files.ts");
  const { ofFiles } = await import("../sources/manifests.ts");
  const files = await readFiles([...filename, ...crds]);
  const known = new Set(files.map(({ path }) => path));
  const own = await readFiles(instance.filter((path) => !known.has(path)));
  const instanceFiles = new Set([...own.map(({ path }) => path), ...instance]);
  const { withoutTwins } = await import("../sources/twins.ts");
  const manifests = withoutTwins(await ofFiles([...files, ...own.filter(({ path }) => !known.has(path))]));
  const { renderInstances } = await import("../renderInstances.ts");
  const { childFiles, formatList, formatYaml } = await import("../format/yaml.ts");
  const { renderings, notes, ...more } = renderInstances(manifests, {
    instanceFiles,
    example: options.example === true,
  });
  tell([...manifests.notes, ...crdNotes(options, manifests), ...notes]);
  if (outputDir !== undefined) {
    const { writeFolder } = await import("../writeFolder.ts");
    return writeFolder(outputDir, childFiles(renderings, more));
  }
  const text = (options.format === "json" ? formatList : formatYaml)(renderings, more);
  if (output === undefined) return writeResult(text);
  await writeTo(output, text);
}
