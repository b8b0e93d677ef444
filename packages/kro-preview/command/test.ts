import { writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError } from "commander";
import { toPath, writeResult } from "../../cli/index.ts";
import { hasColor, UserError } from "../../console/index.ts";
import type { SnapshotChange } from "../testing/runTests.ts";
import { EXIT, subcommand } from "./options.ts";
import { checkOutput } from "./reporting.ts";

interface Options {
  readonly grep?: RegExp;
  readonly junit?: string;
  readonly update?: boolean;
  readonly force?: boolean;
}

/** `kro-preview test`: what RGDs should make of instances, as written beside them. */
export const testCommand = (): Command =>
  subcommand("test")
    .argument("[path...]", "files of tests, or folders with *.test.yaml files in them (default: this folder)")
    .summary("test RGDs by fixtures: an instance, and the children or the refusal that are expected")
    .description("Runs the tests in *.test.yaml files, each an instance and what kro should make of it. Works offline.")
    .option("-g, --grep <pattern>", "only tests whose name matches this regular expression", toExpression)
    .option("--junit <file>", "write the results there as JUnit's XML as well", toPath)
    .option("--update", "write the snapshots as kro makes them now, and remove those that no test uses")
    .option("--force", "with --update, also where CI is set")
    .addHelpText("after", "\nExit codes: 0 all pass, 1 one fails, there is none, or an error.")
    .action(async (paths: readonly string[], options: Options) => {
      process.exitCode = await test(paths.map(toPath), options);
    });

function toExpression(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

async function test(paths: readonly string[], { grep, junit, update = false, force }: Options): Promise<number> {
  if (update && isCi() && !force) {
    throw new UserError("--update writes snapshots that nobody has read, and CI is set: leave it out, or add --force");
  }
  checkOutput("--junit", junit);
  const { runTests } = await import("../testing/runTests.ts");
  const { formatResults } = await import("../testing/formatResults.ts");
  const began = new Date();
  const { files, snapshots } = await runTests(paths.length > 0 ? paths : ["."], { wanted: grep, update });
  if (junit !== undefined) {
    const { formatJunit } = await import("../testing/junit.ts");
    await writeFile(junit, formatJunit(files, began)).catch((error: Error) => {
      throw new UserError(`cannot write ${junit}: ${error.message}`);
    });
  }
  if (update) {
    const { writeSnapshots } = await import("../testing/writeSnapshots.ts");
    await writeSnapshots(snapshots);
  }
  for (const line of snapshotLines(snapshots, update)) console.error(line);
  await writeResult(formatResults(files, { color: hasColor(process.stdout), width: process.stdout.columns }));
  const passed = files.every(({ tests }) => tests.every(({ failures }) => failures.length === 0));
  return passed ? EXIT.noChange : EXIT.error;
}

/** As most CIs set it. */
const isCi = (): boolean => !["", "0", "false"].includes(process.env.CI ?? "");

const DONE = { write: "written", update: "updated", remove: "removed" } as const;

/** What was done with snapshots; without --update, what it would do that no test tells. */
const snapshotLines = (changes: readonly SnapshotChange[], update: boolean): string[] =>
  update
    ? changes.map(({ path, change }) => `snapshot ${DONE[change]}: ${path}`)
    : changes
        .filter(({ change }) => change === "remove")
        .map(({ path }) => `note: no test uses the snapshot ${path}; --update removes it`);
