import { lstat, readFile } from "node:fs/promises";
import { posix } from "node:path";
import { execa } from "execa";
import { interrupted, UserError } from "../../console/index.ts";
import { isManifest, type TextFile } from "./files.ts";

/**
 * The YAML and JSON files of a Git revision. Nothing is checked out.
 *
 * @param paths - folders, files and globs, from the current folder: Git's pathspecs. Default: the current folder.
 * @throws UserError for a folder that is in no repository, and for a revision that is not in it.
 * @see https://git-scm.com/docs/git-cat-file (batch output)
 */
export async function revisionFiles(revision: string, paths: readonly string[]): Promise<TextFile[]> {
  const commit = await commitOf(revision);
  const empty = (await git(["hash-object", "-t", "tree", "--stdin"])).trim();
  // Not --relative: that leaves out what is beside the current folder, as ../deploy.
  const prefix = (await git(["rev-parse", "--show-prefix"])).replace(/\n$/, "");
  const listed = await git(["diff-tree", "-r", "-z", "--no-renames", empty, commit, "--", ...here(paths)]);
  const words = listed.split("\0");
  const files: { readonly oid: string; readonly path: string }[] = [];
  for (let i = 0; i + 1 < words.length; i += 2) {
    // `:000000 100644 0000... <oid> A`
    const [, mode, , oid] = words[i]!.split(" ");
    const path = posix.relative(prefix, words[i + 1]!);
    if (mode!.startsWith("100") && isManifest(path)) files.push({ oid: oid!, path });
  }
  const texts = await blobs(files.map(({ oid }) => oid));
  return files.map(({ path }, i) => ({ path: `${revision}:${path}`, text: texts[i]! }));
}

/**
 * The YAML and JSON files of a working tree: also those that are new, but none that Git ignores. A symbolic link is none,
 * as in a revision.
 *
 * @param paths - as for {@link revisionFiles}.
 * @throws UserError for a file that can't be read.
 */
export async function workingTreeFiles(paths: readonly string[]): Promise<TextFile[]> {
  // Byte by byte: a name need not be UTF-8.
  const listed = await git(
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...here(paths)],
    "latin1",
  );
  const names = [...new Set(listed.split("\0"))].filter(isManifest).sort();
  const files = await Promise.all(names.map((name) => readOwn(Buffer.from(name, "latin1"))));
  return files.filter((file) => file !== undefined);
}

/** Undefined for what was deleted, which is still in the index, and for a link. */
async function readOwn(name: Buffer): Promise<TextFile | undefined> {
  const path = name.toString();
  try {
    return (await lstat(name)).isFile() ? { path, text: await readFile(name, "utf8") } : undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new UserError(`cannot read ${path}: ${message}`);
  }
}

const here = (paths: readonly string[]): readonly string[] => (paths.length > 0 ? paths : ["."]);

async function commitOf(revision: string): Promise<string> {
  const found = await run(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  if (found.exitCode === 0) return found.stdout.trim();
  await git(["rev-parse", "--git-dir"]);
  throw new UserError(
    `there is no revision ${JSON.stringify(revision)} in this repository; a shallow clone lacks all but the newest: \`git fetch --unshallow\``,
  );
}

/** The texts of Git's objects. */
async function blobs(oids: readonly string[]): Promise<string[]> {
  if (oids.length === 0) return [];
  const { stdout } = await execa("git", ["cat-file", "--batch"], {
    ...{ input: `${oids.join("\n")}\n`, encoding: "buffer", maxBuffer: 2 ** 30, cancelSignal: interrupted },
  });
  const output = Buffer.from(stdout);
  let at = 0;
  return oids.map(() => {
    const end = output.indexOf("\n", at);
    const size = Number(output.toString("utf8", at, end).split(" ")[2]);
    at = end + 1 + size + 1;
    return output.toString("utf8", end + 1, end + 1 + size);
  });
}

async function git(args: readonly string[], encoding: "utf8" | "latin1" = "utf8"): Promise<string> {
  const { exitCode, stdout, stderr } = await run(args, encoding);
  if (exitCode === 0) return stdout;
  if (/^fatal: not a git repository/.test(stderr)) {
    throw new UserError(
      "this folder is in no Git repository: --from and --to compare its revisions; two folders need none",
    );
  }
  throw new UserError(`git ${args[0]} failed: ${stderr.split("\n")[0] || `exit code ${exitCode}`}`);
}

const run = (args: readonly string[], encoding: "utf8" | "latin1" = "utf8") =>
  execa("git", args, {
    ...{ input: "", encoding, reject: false, stripFinalNewline: false, maxBuffer: 2 ** 30, cancelSignal: interrupted },
  }).then((result) => {
    if (result.code === "ENOENT") throw new UserError("git is not installed, or not on PATH: --from and --to need it");
    return result;
  });
