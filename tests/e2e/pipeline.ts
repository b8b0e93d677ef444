import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { PendingOperation, ResourceState } from "../../automation/stackState.ts";
import { CLONE, OwnSandbox } from "./ownSandbox.ts";

export const sandbox = new OwnSandbox("e2e-pipeline");
const DOOR = join(CLONE, "automation", "carts.mjs");
const TIMEOUTS = { create: "30s", update: "20s", delete: "60s" };

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const execute = promisify(execFile);

export const kubectl = async (...args: string[]): Promise<string> =>
  (await execute("kubectl", args, { env: sandbox.env })).stdout;

/** Whether the API server has an object. */
export const isThere = (...args: string[]): Promise<boolean> =>
  kubectl("get", ...args).then(
    () => true,
    () => false,
  );

/** Arguments that name the stack, with a config file of these values. */
async function stackArgs(config: Readonly<Record<string, unknown>>): Promise<string[]> {
  const file = join(sandbox.folder, `Pulumi.${Math.random().toString(36).slice(2)}.yaml`);
  const settings = {
    "carts-stack:clusterName": "eks-workshop-auto",
    "carts-stack:context": "carts-sandbox",
    "carts-stack:timeouts": TIMEOUTS,
    "carts-stack:tableOnDestroy": "delete",
    "aws:region": "us-west-2",
    ...Object.fromEntries(Object.entries(config).map(([key, value]) => [`carts-stack:${key}`, value])),
  };
  const [salt] = /^encryptionsalt: .*$/m.exec(await readFile(join(CLONE, "Pulumi.sandbox.yaml"), "utf8"))!;
  await writeFile(file, `config: ${JSON.stringify(settings)}\n${salt}\n`);
  return ["--stack", "e2e", "--config-file", file];
}

/** A command of the CLI that goes on beside the test. */
export interface Running {
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;
  /** What it has printed so far. */
  readonly output: () => string;
}

export async function start(command: string, config = {}, args: readonly string[] = []): Promise<Running> {
  const all = [DOOR, command, ...(await stackArgs(config)), ...args];
  const child = spawn("node", all, { cwd: sandbox.folder, env: sandbox.env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout!.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  child.stderr!.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const finished = once(child, "close").then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { child, finished, output: () => stdout + stderr };
}

/** Runs a command of the CLI as a pipeline does, whatever its exit code. */
export const carts = async (command: string, config = {}, ...args: string[]): Promise<Finished> =>
  (await start(command, config, args)).finished;

/** Runs a command of the CLI on a terminal of 100 columns. Both streams come as one. */
export async function onTerminal(command: string, config = {}): Promise<Finished> {
  const line = ["node", DOOR, command, ...(await stackArgs(config))].map((word) => `'${word}'`).join(" ");
  const { CI: _, NO_COLOR: __, ...env } = sandbox.env;
  const script = ["-qec", `stty cols 100 rows 40; ${line}`, "/dev/null"];
  const child = spawn("script", script, {
    cwd: sandbox.folder,
    env: { ...env, TERM: "xterm" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [code] = await once(child, "close");
  return { code, stdout, stderr: "" };
}

/** Waits until something is so. */
export async function until(what: string, isSo: () => Promise<boolean> | boolean): Promise<void> {
  for (let left = 150; left > 0; left--) {
    if (await isSo()) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`waited in vain until ${what}`);
}

/** Kills a command, and the pulumi that it runs, as a machine that breaks down does. */
export async function killHard({ child, finished }: Running): Promise<void> {
  const { stdout } = await execute("pgrep", ["-P", String(child.pid), "-x", "pulumi"]);
  const pids = [child.pid!, ...stdout.split("\n").filter(Boolean).map(Number)];
  for (const pid of pids) process.kill(pid, "SIGKILL");
  await finished;
  // One that is writing dies only when that is done.
  await until("all are gone", async () => !pids.some(isAlive));
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

interface Latest {
  resources: ResourceState[];
  pending_operations?: PendingOperation[];
}

const stateFile = (): string =>
  join(new URL(sandbox.env.PULUMI_BACKEND_URL!).pathname, ".pulumi/stacks/carts-stack/e2e.json");

export async function state(): Promise<Latest> {
  return JSON.parse(await readFile(stateFile(), "utf8")).checkpoint.latest;
}

/**
 * Makes the state that of a run which was killed right after it had created all of these and noted none of them.
 *
 * @param created - resources to be pending; they need not be in the state.
 */
export async function makePending(created: readonly ResourceState[]): Promise<void> {
  const file = JSON.parse(await readFile(stateFile(), "utf8"));
  const latest = file.checkpoint.latest as Latest;
  const urns = created.map(({ urn }) => urn);
  latest.resources = latest.resources.filter(({ urn }) => !urns.includes(urn));
  const others = (latest.pending_operations ?? []).filter(({ resource }) => !urns.includes(resource.urn));
  latest.pending_operations = [
    ...created.map(({ id: _, outputs: __, created: ___, modified: ____, ...resource }) => ({
      resource,
      type: "creating" as const,
    })),
    ...others,
  ];
  await writeFile(stateFile(), JSON.stringify(file));
}

/** Stops and continues ACK's controller. */
export async function signalAck(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  const { processes } = JSON.parse(await readFile(join(sandbox.folder, "state.json"), "utf8"));
  process.kill(processes["ack-dynamodb-controller"].pid, signal);
}
