import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../console/index.ts";
import { readFixture } from "./readFixture.ts";
import type { FileResult, TestResult } from "./result.ts";
import { runFixture } from "./runFixture.ts";
import { snapshotFailures, snapshotFolder } from "./snapshot.ts";

/** What is to be done with a snapshot's file. */
export interface SnapshotChange {
  readonly path: string;
  readonly change: "write" | "update" | "remove";
  /** What it is to hold; undefined for one to be removed. */
  readonly text?: string;
}

/** How all tests went. */
export interface Results {
  readonly files: readonly FileResult[];
  /** What would make the snapshots right. Of what is left over, only where every test ran. */
  readonly snapshots: readonly SnapshotChange[];
}

/**
 * Runs tests.
 *
 * @param paths - files of tests, and folders, in which each `*.test.yaml` is one.
 * @param options - which tests, by name (default: each); whether snapshots are to be written, and so can't be wrong.
 * @throws UserError where a path is not there, a file holds no tests or bad ones, or there is no test at all.
 */
export async function runTests(
  paths: readonly string[],
  { wanted, update = false }: { readonly wanted?: RegExp; readonly update?: boolean } = {},
): Promise<Results> {
  const names = [...new Set((await Promise.all(paths.map(filesOf))).flat())];
  if (names.length === 0) throw new UserError(`there is no *.test.yaml in ${paths.join(", ")}`);
  const files: FileResult[] = [];
  const snapshots: SnapshotChange[] = [];
  const fixtures = await Promise.all(names.map(async (file) => readFixture(file, await read(file))));
  for (const fixture of fixtures) {
    const tests = await runFixture(fixture, (name) => wanted?.test(name) ?? true);
    const compared = await Promise.all(tests.map((test) => compareSnapshot(test, update)));
    files.push({ file: fixture.file, tests: compared.map(({ test }) => test) });
    snapshots.push(...compared.flatMap(({ change }) => change ?? []));
    if (wanted === undefined) snapshots.push(...(await leftOver(fixture.file, tests)));
  }
  if (files.every(({ tests }) => tests.length === 0)) throw new UserError(`no test's name matches ${wanted?.source}`);
  return { files, snapshots };
}

const TESTS = /\.test\.ya?ml$/;

async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw new UserError(`there is no file or folder ${path}`);
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const all = sorted.map(async (entry): Promise<string[]> => {
    const isSkipped = entry.name === "node_modules" || entry.name.startsWith(".");
    if (entry.isDirectory()) return isSkipped ? [] : filesOf(join(path, entry.name));
    return TESTS.test(entry.name) ? [join(path, entry.name)] : [];
  });
  return (await Promise.all(all)).flat();
}

const read = (path: string): Promise<string> =>
  readFile(path, "utf8").catch((error: Error) => {
    throw new UserError(`cannot read ${path}: ${error.message}`);
  });

/** A test with what its snapshot says, and what would make that right. */
async function compareSnapshot(
  test: TestResult,
  update: boolean,
): Promise<{ readonly test: TestResult; readonly change?: SnapshotChange }> {
  if (!test.snapshot) return { test };
  const { path, text } = test.snapshot;
  const before = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new UserError(`cannot read ${path}: ${error.message}`);
  });
  if (before === text) return { test };
  const change = { path, change: before === undefined ? "write" : "update", text } as const;
  if (update) return { test, change };
  const failures =
    before === undefined
      ? [{ message: `snapshot: there is no ${path} yet: --update writes it` }]
      : snapshotFailures(path, before, text);
  return { test: { ...test, failures: [...test.failures, ...failures] }, change };
}

/** Files in the folder of a test file's snapshots that none of its tests uses. */
async function leftOver(file: string, tests: readonly TestResult[]): Promise<SnapshotChange[]> {
  const folder = snapshotFolder(file);
  const names = await readdir(folder).catch(() => []);
  const used = new Set(tests.map(({ snapshot }) => snapshot?.path));
  // Of a test that failed before it came to its children, nobody knows the snapshot.
  if (tests.some(({ failures, snapshot }) => failures.length > 0 && !snapshot)) return [];
  return names
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(".yaml") && !used.has(path))
    .map((path) => ({ path, change: "remove" }));
}
