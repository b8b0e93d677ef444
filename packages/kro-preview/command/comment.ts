import type { Command } from "commander";
import { toPath, toWebAddress, writeResult } from "../../cli/index.ts";
import { withFailOnFinding } from "../policy/options.ts";
import { subcommand } from "./options.ts";
import { checkOutput, exitCode, type ReportOptions, withDangers, writeTo } from "./reporting.ts";

interface Options extends Pick<ReportOptions, "output" | "detailsUrl" | "failOnDanger" | "failOnFinding" | "allow"> {
  readonly title?: string;
}

/** `kro-preview comment`: several reports as one comment. */
export const commentCommand = (): Command =>
  withDangers(withFailOnFinding(subcommand("comment")))
    .argument("<reports...>", "what `diff --json` and `carts preview --json` wrote: files, folders, globs, - for stdin")
    .summary("make one comment of several reports")
    .description(
      "Writes one comment in GitHub's Markdown, of at most 65,536 bytes: a table of the reports, then each of them. " +
        "Its first line, which nobody sees, is the same each time: by it the comment is found again.",
    )
    .option("-o, --output <file>", "write it there, not to stdout", toPath)
    .option("--details-url <url>", "where the whole reports are when they have to be cut", toWebAddress)
    .option("--title <text>", "what the comment is found again by, where there are several")
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await comment(paths, options);
    });

async function comment(paths: readonly string[], options: Options): Promise<number> {
  checkOutput("--output", options.output);
  const { readFiles } = await import("../sources/files.ts");
  const { readReport } = await import("../reportFile.ts");
  const { formatComment } = await import("../format/markdown.ts");
  const reports = (await readFiles(paths)).map(({ path, text }) => readReport(text, path));
  const text = formatComment(reports, { detailsUrl: options.detailsUrl, comment: options.title });
  await (options.output === undefined ? writeResult(text) : writeTo(options.output, text));
  return exitCode(reports, options);
}
