#!/usr/bin/env node
// The door of the sandbox. Plain JavaScript without dependencies, because it must run before `npm ci` (so no execa),
// on a Node that may be too old for the TypeScript behind it. It installs what is missing and hands over:
//   node sandbox/start.mjs <command> [options]       runs sandbox/cli.ts
//   node sandbox/start.mjs exec -- <program> [args]  runs a program with node_modules/.bin and a fit Node on PATH

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { constants, homedir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const clone = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "carts-stack");
const began = String(Date.now());
const oldestFitNode = [22, 18];

main();

function main() {
  const [command = "up", ...rest] = process.argv.slice(2);
  installDependencies();
  const node = fitNode();
  const path = pathWith(node);
  if (command !== "exec") return run(node, [join(clone, "sandbox", "cli.ts"), command, ...rest], path);
  const [program, ...args] = rest[0] === "--" ? rest.slice(1) : rest;
  if (!program) fail("usage: node sandbox/start.mjs exec -- <program> [args]");
  run(program, args, [join(clone, "node_modules", ".bin"), path].join(delimiter));
}

/** Runs `npm ci` in the clone when node_modules is missing or belongs to another package-lock.json. */
function installDependencies() {
  const lock = join(clone, "package-lock.json");
  const stamp = join(clone, "node_modules", ".installed-from");
  const wanted = createHash("sha256").update(readFileSync(lock)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  // npm writes this file last: newer than the lock means that somebody ran `npm ci` by hand since.
  const npmsOwnStamp = join(clone, "node_modules", ".package-lock.json");
  if (!existsSync(npmsOwnStamp) || statSync(npmsOwnStamp).mtimeMs < statSync(lock).mtimeMs)
    npmCi(clone, "npm packages");
  writeFileSync(stamp, wanted);
}

/** The path of a Node that runs TypeScript: this one, one on PATH, or one from npm that is kept in the cache. */
function fitNode() {
  if (isFit(process.versions.node)) return process.execPath;
  const found = spawnSync("node", ["-p", "process.execPath + ' ' + process.versions.node"], { encoding: "utf8" });
  const [path, version] = (found.stdout ?? "").trim().split(" ");
  if (version && isFit(version)) return path;

  const part = join(clone, "sandbox", "parts", "node");
  const { version: pinned } = Object.values(
    JSON.parse(readFileSync(join(part, "package-lock.json"), "utf8")).packages,
  )[1];
  const target = join(cache, "node", `${pinned}-${process.platform}-${process.arch}`);
  const node = join(target, "node_modules", `node-${process.platform}-${process.arch}`, "bin", "node");
  if (existsSync(node)) return node;

  mkdirSync(dirname(target), { recursive: true });
  const unfinished = mkdtempSync(`${target}.`);
  try {
    cpSync(part, unfinished, { recursive: true });
    npmCi(unfinished, `Node ${pinned} (this machine's ${process.versions.node} is too old)`);
    if (!existsSync(node.replace(target, unfinished))) {
      fail(`Node ${oldestFitNode.join(".")} or newer is needed, and npm has none for this machine: install it by hand`);
    }
    moveInto(unfinished, target);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return node;
}

/** PATH with that Node first. Left alone where it is first already: its folder may hold other programs, too. */
function pathWith(node) {
  const path = process.env.PATH ?? "";
  const first = path.split(delimiter).find((folder) => existsSync(join(folder, "node")));
  return first && realpathSync(join(first, "node")) === realpathSync(node)
    ? path
    : `${dirname(node)}${delimiter}${path}`;
}

/** Another sandbox may have been quicker: then its copy stays. */
function moveInto(unfinished, target) {
  try {
    renameSync(unfinished, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
  }
}

function isFit(version) {
  const [major, minor] = version.split(".").map(Number);
  return major > oldestFitNode[0] || (major === oldestFitNode[0] && minor >= oldestFitNode[1]);
}

/** Everything that npm says goes to stderr: stdout belongs to the command that follows. */
function npmCi(folder, what) {
  const begun = Date.now();
  console.error(`installing ${what} ...`);
  // Install scripts of the Pulumi packages would download plugins; the sandbox sees to those itself.
  const args = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { status, signal, error } = spawnSync("npm", args, { cwd: folder, stdio: ["ignore", 2, 2] });
  if (error) fail(`cannot run npm: ${error.message}`);
  if (signal || status !== 0) fail(`npm ci failed in ${folder}`);
  console.error(`installed ${what} in ${Math.round((Date.now() - begun) / 1000)} s`);
}

/** Runs the program in this one's place: same terminal, same signals, same exit code. */
function run(program, args, path) {
  const child = spawn(program, args, {
    stdio: "inherit",
    env: { ...process.env, PATH: path, SANDBOX_COMMAND_BEGAN: began },
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`cannot run ${program}: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(code ?? 128 + (constants.signals[signal] ?? 0)));
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
