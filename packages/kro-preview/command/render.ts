import type { Command } from "commander";
import { writeResult } from "../../cli/index.ts";
import { UserError } from "../../console/index.ts";
import { readSources, type SourceOptions, subcommand, withSources } from "./options.ts";

/** `kro-preview render`: the children of instances, as YAML. */
export const renderCommand = (): Command =>
  withSources(subcommand("render"))
    .summary("show what kro makes of instances, as YAML")
    .description("Writes the children of each instance to stdout, in the order in which kro creates them, as YAML.")
    .action(async (options: SourceOptions) => {
      const manifests = await readSources(options);
      const { renderInstances } = await import("../renderInstances.ts");
      const { formatYaml } = await import("../format/yaml.ts");
      if (manifests.instances.length === 0) throw new UserError("there is no instance of these RGDs: -i names one");
      await writeResult(formatYaml(renderInstances(manifests)));
    });
