import { type Command, Option } from "commander";
import { toPaths, writeResult } from "../../cli/index.ts";
import { UserError } from "../../console/index.ts";
import type { TextFile } from "../sources/files.ts";
import { EXIT, subcommand, tell, withNamed, withPaths } from "./options.ts";

interface Options {
  readonly filename?: readonly string[];
  readonly crds?: readonly string[];
  readonly before?: readonly string[];
  readonly from?: string;
  readonly format: "text" | "json";
  readonly strict?: boolean;
}

/** `kro-preview validate`: kro's verdict on RGDs. */
export const validateCommand = (): Command =>
  withPaths(subcommand("validate"))
    .summary("say everything that kro and the API server have against RGDs")
    .description(
      "Writes every fault of the RGDs to stdout, with its line, as kro 0.9.4 and the API server find them, and notes " +
        "what they take without doing it, and what a later kro refuses. With what is there now, also what they have " +
        "against the change. Exits with 1 when there is an error.",
    )
    .option("-f, --filename <path...>", "RGDs: YAML or JSON files, folders of them, globs, - for stdin", toPaths)
    .option("--crds <path...>", "the same, for CRDs of kinds that are not Kubernetes' own", toPaths)
    .option("--before <path...>", "the RGDs as they are now, by their names", toPaths)
    .option("--from <revision>", "a Git revision with the RGDs as they are now, in the same files or folders")
    .addOption(new Option("--format <format>", "of stdout").choices(["text", "json"]).default("text"))
    .option("--strict", "exit with 1 for a note as well")
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await validate(withNamed(paths, options));
    });

async function validate({ filename = [], crds = [], before, from, format, strict = false }: Options): Promise<number> {
  if (filename.length === 0) throw new UserError("nothing to read: -f names files or folders with RGDs");
  if (before && from !== undefined) throw new UserError("--before and --from both say what is there now: give one");
  const { readFiles } = await import("../sources/files.ts");
  const { readWritten } = await import("../verdict/writtenDefinitions.ts");
  const { newNotes, notesOn, verdictsOn } = await import("../verdict/verdicts.ts");
  const { formatFindings, formatFindingsJson } = await import("../format/findings.ts");
  const written = await readWritten(await readFiles([...filename, ...crds]));
  const count = written.definitions.length;
  if (count === 0) throw new UserError(`there is no ResourceGraphDefinition in ${filename.join(", ")}`);
  const earlier = await readWritten(await filesBefore(filename, before, from));
  const place = before?.join(", ") ?? from;
  tell([
    ...written.notes,
    ...earlier.notes,
    ...notesOn(written),
    ...(place === undefined ? [] : newNotes(written, earlier, place)),
  ]);
  const findings = verdictsOn(written, earlier);
  await writeResult(format === "json" ? formatFindingsJson(findings) : formatFindings(findings, count));
  const isRefused = findings.some(({ severity }) => severity === "error" || strict);
  return isRefused ? EXIT.error : EXIT.noChange;
}

async function filesBefore(
  paths: readonly string[],
  before: readonly string[] | undefined,
  from: string | undefined,
): Promise<readonly TextFile[]> {
  if (from !== undefined) {
    if (paths.includes("-")) throw new UserError("--from looks into Git for what -f names, and - is no file");
    const { revisionFiles } = await import("../sources/git.ts");
    return revisionFiles(from, paths);
  }
  const { readFiles } = await import("../sources/files.ts");
  return before ? readFiles(before) : [];
}
