import { existsSync, statSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { toPath, toWebAddress, writeResult } from "../../cli/index.ts";
import { didYouMean, hasColor, UserError } from "../../console/index.ts";
import { DANGERS } from "../dangers/names.ts";
import { type PolicyOptions, withPolicy } from "../policy/options.ts";
import type { Report } from "../report.ts";
import { EXIT } from "./options.ts";

/** What is made of a report. */
export interface ReportOptions extends PolicyOptions {
  readonly format: keyof typeof FORMATS;
  readonly output?: string;
  readonly json?: string | true;
  readonly all?: boolean;
  readonly detailsUrl?: string;
  readonly failOnDanger?: boolean;
  readonly allow?: readonly string[];
}

/**
 * Adds what is made of a report.
 *
 * @param short - of `--format`, such as `-f`. Default: it has none.
 */
export const withReport = (command: Command, short = ""): Command =>
  withDangers(
    withPolicy(command, "also hold what kro makes new, or changes, against the policy")
      .addOption(new Option(`${short}--format <format>`, "of the report").choices(Object.keys(FORMATS)).default("tree"))
      .option("-o, --output <file>", "write the report there, not to stdout", toPath)
      .option("--json [file]", "write the report there as JSON as well; without a file, to stdout as JSON only")
      .option("--all", "in a tree, also what stays as it is")
      .option("--details-url <url>", "in Markdown, where the whole report is when it has to be cut", toWebAddress),
  );

/** Adds what an exit code says of dangers. */
export const withDangers = (command: Command): Command =>
  command
    .option("--fail-on-danger", "exit with 3 when a change is dangerous")
    .option("--allow <danger,...>", `dangers to accept: ${Object.keys(DANGERS).join(", ")}`, toDangers)
    .addHelpText(
      "after",
      "\nExit codes: 0 no change, 2 a change, 1 an error, 3 a danger or a finding (with --fail-on-...).",
    );

function toDangers(text: string, earlier: readonly string[] = []): readonly string[] {
  const names = text.split(",").map((name) => name.trim());
  const wrong = names.find((name) => !Object.hasOwn(DANGERS, name));
  if (wrong !== undefined)
    throw new InvalidArgumentError(
      `There is no danger ${JSON.stringify(wrong)}${didYouMean(wrong, Object.keys(DANGERS))}.`,
    );
  return [...earlier, ...names];
}

/**
 * Whether a report can be written is known before it is made.
 *
 * @throws UserError for a file in a folder that is not there.
 */
export function checkReportFiles({ output, json }: ReportOptions): void {
  checkOutput("--output", output);
  if (typeof json === "string") checkOutput("--json", json);
}

/**
 * The same of one file.
 *
 * @param option - that names it.
 */
export function checkOutput(option: string, file: string | undefined): void {
  if (file === undefined) return;
  const folder = dirname(resolve(file));
  if (!existsSync(folder)) {
    throw new UserError(
      `cannot write ${file}: there is no folder ${folder}: make it, or name another file with ${option}`,
    );
  }
  if (existsSync(file) && statSync(file).isDirectory()) {
    throw new UserError(`cannot write ${file}: it is a folder: name a file in it with ${option}`);
  }
}

const FORMATS = {
  tree: async (report: Report, { all, output }: ReportOptions) => {
    const { formatTree } = await import("../format/tree.ts");
    const [color, width] = output === undefined ? [hasColor(process.stdout), process.stdout.columns] : [false];
    return formatTree(report, { color, width, all });
  },
  markdown: async (report: Report, { detailsUrl }: ReportOptions, comment?: string) => {
    const { formatMarkdown } = await import("../format/markdown.ts");
    return formatMarkdown(report, { detailsUrl, comment });
  },
  html: async (report: Report) => {
    const { formatHtml } = await import("../format/html.ts");
    return formatHtml(report);
  },
  json: async (report: Report) => {
    const { jsonParts } = await import("../format/json.ts");
    return jsonParts(report);
  },
} as const;

/** A text, or the pieces of one. */
type Text = string | Iterable<string>;

/**
 * Writes a report as the options say.
 *
 * @param comment - by what it is found again in Markdown, where it is of no Pulumi stack.
 * @returns the exit code.
 */
export async function writeReport(report: Report, options: ReportOptions, comment?: string): Promise<number> {
  if (typeof options.json === "string") await writeTo(options.json, await FORMATS.json(report));
  const text: Text = await FORMATS[options.json === true ? "json" : options.format](report, options, comment);
  if (options.output === undefined) for (const block of inBlocks(text)) await writeResult(block);
  else await writeTo(options.output, text);
  return exitCode([report], options);
}

/** So many characters are written at once. */
const BLOCK = 65_536;

/** The pieces of a text, gathered: a write for each would take longer than the rest. */
function* inBlocks(text: Text): Generator<string> {
  let block = "";
  for (const part of typeof text === "string" ? [text] : text) {
    block += part;
    if (block.length < BLOCK) continue;
    yield block;
    block = "";
  }
  if (block) yield block;
}

/**
 * Writes a result to a file.
 *
 * @throws UserError where it can't be written.
 */
export const writeTo = (file: string, text: Text): Promise<void> =>
  writeFile(file, inBlocks(text)).catch((error: Error) => {
    throw new UserError(`cannot write ${file}: ${error.message}`);
  });

/** What `--fail-on-danger`, `--allow` and `--fail-on-finding` make of reports, and what else they say; an error says why. */
export async function exitCode(
  reports: readonly Report[],
  { failOnDanger, failOnFinding, allow = [] }: Pick<ReportOptions, "failOnDanger" | "failOnFinding" | "allow">,
): Promise<number> {
  const dangers = reports.flatMap((report) => report.dangers);
  const refused = failOnDanger ? dangers.filter(({ name }) => !allow.includes(name)) : [];
  if (refused.length > 0) {
    const names = [...new Set(refused.map(({ name }) => name))].join(",");
    console.error(`error: the change is dangerous; to accept that: --allow ${names}`);
    return EXIT.danger;
  }
  if (failOnFinding) {
    const { failing, failureText } = await import("../policy/inReport.ts");
    const findings = reports.flatMap((report) => report.findings ?? []);
    if (failing(findings).length > 0) {
      console.error(`error: ${failureText(findings)}`);
      return EXIT.danger;
    }
  }
  const isChanging = ({ resources, children }: Report) =>
    [resources, children].some((changes) => changes.some(({ action }) => action !== "same"));
  return reports.some(isChanging) ? EXIT.change : EXIT.noChange;
}
