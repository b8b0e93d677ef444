import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);
export const CLONE = join(import.meta.dirname, "../../..");

/** What of a package.json is looked at. */
export interface PackageJson {
  readonly name: string;
  readonly engines: { readonly node: string };
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/** The package as somebody has it who installed the file. */
export interface Installed {
  /** A project of its own. */
  readonly project: string;
  /** The package's folder in that project. */
  readonly folder: string;
  readonly manifest: PackageJson;
  /** Of the package, from its folder on. */
  readonly files: readonly string[];
}

let made: Promise<Installed> | undefined;

/**
 * Packs kro-preview with npm, and puts it into an empty project: what npm would fetch, and nothing else, is linked there
 * from the clone. It is made once, and goes with the process.
 */
export function installed(): Promise<Installed> {
  made ??= install();
  return made;
}

async function install(): Promise<Installed> {
  const project = await mkdtemp(join(tmpdir(), "packed-"));
  process.once("exit", () => rmSync(project, { recursive: true, force: true }));
  const arguments_ = ["run", "--silent", "pack", "--", "--json", "--pack-destination", project];
  const { stdout } = await exec("npm", arguments_, { cwd: CLONE, maxBuffer: 2 ** 24 });
  const [pack] = Object.values(JSON.parse(stdout)) as [{ filename: string; files: readonly { path: string }[] }];
  await exec("tar", ["-xzf", join(project, pack.filename), "-C", project]);
  const folder = join(project, "node_modules/kro-preview");
  await mkdir(dirname(folder));
  await rename(join(project, "package"), folder);
  const manifest = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as PackageJson;
  for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
    const link = join(project, "node_modules", name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(CLONE, "node_modules", name), link);
  }
  await mkdir(join(project, "node_modules/.bin"));
  for (const [name, file] of Object.entries(manifest.bin)) {
    await symlink(join(folder, file), join(project, "node_modules/.bin", name));
  }
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  return { project, folder, manifest, files: pack.files.map(({ path }) => path) };
}
