import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { CLONE, type Installed } from "./packed.ts";

const exec = promisify(execFile);

/** A fenced block of a page. */
export interface Block {
  readonly language: string;
  /** Behind the language: the file that the block is, or `exit=<code>`. Nobody sees it in the page as it is shown. */
  readonly info: string;
  readonly text: string;
  /** Of the text in the page. */
  readonly start: number;
  /** Whether nothing but an empty line is between the block before and this one. */
  readonly follows: boolean;
}

const OUTPUT = ["text", "yaml", "diff", "json", "markdown"];

/**
 * Runs a page's examples with the packed tool, from top to bottom in one folder, and holds the page against what they print.
 * A block with a file's name is that file; what follows a block of `sh` or `ts` is its output, standard error included;
 * a block of `sh` without one is not run. `UPDATE_EXAMPLES=1` writes the outputs into the page.
 */
export async function checkExamples(page: string, { project }: Installed): Promise<void> {
  const file = join(CLONE, page);
  const text = await readFile(file, "utf8");
  const folder = await mkdtemp(join(project, "page-"));
  await symlink(join(project, "node_modules"), join(folder, "node_modules"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const blocks = blocksOf(text);
  const isRun = ({ language }: Block, output: Block | undefined): boolean =>
    ["sh", "ts"].includes(language) && output?.follows === true && OUTPUT.includes(output.language) && !isFile(output);
  await checkTypes(
    folder,
    blocks.filter((block, i) => block.language === "ts" && isRun(block, blocks[i + 1])),
  );
  let written = "";
  let at = 0;
  for (const [i, block] of blocks.entries()) {
    const output = blocks[i + 1];
    if (isFile(block)) await put(folder, block);
    else if (output && isRun(block, output)) {
      const got = block.language === "sh" ? await shell(folder, block) : await program(folder, block);
      if (process.env.UPDATE_EXAMPLES) {
        written += text.slice(at, output.start) + got;
        at = output.start + output.text.length;
      } else assert.equal(got, output.text, `${page}: UPDATE_EXAMPLES=1 writes what \`${block.text.trim()}\` prints`);
    }
  }
  if (process.env.UPDATE_EXAMPLES) await writeFile(file, written + text.slice(at));
}

const isFile = ({ info }: Block): boolean => /^[\w./-]+\.\w+$/.test(info);

/** The fenced blocks of a page, from top to bottom. */
export function blocksOf(text: string): Block[] {
  let end = 0;
  return [...text.matchAll(/^(`{3,})(\w*) ?(.*)\n([\s\S]*?)^\1$/gm)].map((match) => {
    const [whole, , language, info, inner] = match as unknown as [string, string, string, string, string];
    const follows = /^\s*$/.test(text.slice(end, match.index));
    end = match.index + whole.length;
    return { language, info, text: inner, start: match.index + whole.indexOf("\n") + 1, follows };
  });
}

async function put(folder: string, { info, text }: Block): Promise<void> {
  await mkdir(dirname(join(folder, info)), { recursive: true });
  await writeFile(join(folder, info), text);
}

/** npm's own npx takes half a second to find what is there. */
const NPX = `npx() { "$@"; }\n`;

async function shell(folder: string, { info, text }: Block): Promise<string> {
  const path = [join(folder, "node_modules/.bin"), dirname(process.execPath), process.env.PATH].join(":");
  const git = { GIT_CONFIG_GLOBAL: "/dev/null", GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org" };
  const committer = { GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org" };
  const env = { ...process.env, ...git, ...committer, PATH: path, NO_COLOR: "1", KUBECONFIG: "/dev/null" };
  const script = ["-c", `exec 2>&1\n${NPX}${text}`];
  const { code = 0, stdout } = (await exec("bash", script, { cwd: folder, env, maxBuffer: 2 ** 24 }).catch(
    (error: { readonly code: number; readonly stdout: string }) => error,
  )) as { code?: number; stdout: string };
  const wanted = Number(/^exit=(\d)$/.exec(info)?.[1] ?? 0);
  assert.equal(code, wanted, `${text}ends with ${code}:\n${stdout}`);
  return stdout;
}

/** A strict program's own compiler finds nothing wrong in any of them. */
async function checkTypes(folder: string, programs: readonly Block[]): Promise<void> {
  if (programs.length === 0) return;
  const files = programs.map(({ start }) => `program-${start}.ts`);
  await Promise.all(programs.map(({ text }, i) => writeFile(join(folder, files[i]!), text)));
  const options = ["--noEmit", "--strict", "--types", "node", "--module", "nodenext", "--target", "es2024"];
  const node = ["--typeRoots", join(CLONE, "node_modules/@types"), "--ignoreConfig"];
  const tsc = join(CLONE, "node_modules/typescript/bin/tsc");
  await exec(process.execPath, [tsc, ...options, ...node, ...files], { cwd: folder }).catch(
    ({ stdout }: { readonly stdout: string }) => assert.fail(stdout),
  );
}

/** What a program prints. */
async function program(folder: string, { start }: Block): Promise<string> {
  const run = exec(process.execPath, [`program-${start}.ts`], { cwd: folder });
  const { stdout, stderr } = await run.catch((error: { readonly stdout: string; readonly stderr: string }) => error);
  return stderr + stdout;
}
