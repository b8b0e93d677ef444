import { readFileSync } from "node:fs";
import { glob, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../console/index.ts";

/** A file's text. */
export interface TextFile {
  /** As it was named; `-` for stdin. */
  readonly path: string;
  readonly text: string;
}

/** Tests of manifests, and the snapshots of those; and the settings of this command. */
const OWN = /\.test\.ya?ml$|\.snapshots[/\\]|(^|[/\\])kro-preview\.yaml$/;

/** Whether a file in a folder is looked at: by its name. */
export const isManifest = (name: string): boolean => /\.(ya?ml|json)$/.test(name) && !OWN.test(name);

/**
 * The texts of files: each once, those of folders and globs by name. In a folder, tests, their snapshots and kro-preview.yaml are
 * passed over.
 *
 * @param mayBeEmpty - a folder without such a file has none. Default: that is an error.
 * @throws UserError for a path or a glob that names no file.
 */
export const readFiles = async (paths: readonly string[], options: ReadOptions = {}): Promise<TextFile[]> =>
  gathered(textsOf(await namesOf(paths, options), options));

/** How files are found and read. */
interface ReadOptions {
  /** The text of stdin. Default: it is read to its end when `-` is named. */
  readonly stdin?: string;
  readonly mayBeEmpty?: boolean;
}

/** The names of files that {@link readFiles} would read. */
export async function namesOf(
  paths: readonly string[],
  { mayBeEmpty = false }: Pick<ReadOptions, "mayBeEmpty"> = {},
): Promise<readonly string[]> {
  return [...new Set((await Promise.all(paths.map((path) => filesOf(path, mayBeEmpty)))).flat())];
}

/** The texts of files one after the other: a folder may have more than a process may open, and more than fits into memory. */
export async function* textsOf(
  names: readonly string[],
  { stdin }: Pick<ReadOptions, "stdin"> = {},
): AsyncGenerator<TextFile> {
  for (const path of names) yield { path, text: path === "-" ? (stdin ?? (await readStdin())) : read(path) };
}

async function filesOf(path: string, mayBeEmpty = false): Promise<string[]> {
  if (path === "-") return ["-"];
  const found = await stat(path).catch(() => undefined);
  if (found) return found.isDirectory() ? manifestsIn(path, mayBeEmpty) : [path];
  if (!/[*?[{]/.test(path)) throw new UserError(`there is no file or folder ${path}`);
  const matches = (await gathered(glob(path))).sort();
  if (matches.length === 0) throw new UserError(`no file matches ${path}`);
  return (await Promise.all(matches.map((match) => filesOf(match)))).flat();
}

/** A template, of Helm for example: it becomes YAML only when it is rendered. */
export const isTemplate = (text: string): boolean => /\{\{[\s\S]*\}\}/.test(text);

async function manifestsIn(folder: string, mayBeEmpty: boolean): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).filter(isManifest).sort();
  if (names.length === 0 && !mayBeEmpty) throw new UserError(`the folder ${folder} holds no .yaml, .yml or .json file`);
  return names.map((name) => join(folder, name));
}

/** At once: of thousands of small files, promises would take more time and memory than what is in them. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${(error as Error).message}`);
  }
}

const readStdin = async (): Promise<string> => (await gathered<string>(process.stdin.setEncoding("utf8"))).join("");

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
