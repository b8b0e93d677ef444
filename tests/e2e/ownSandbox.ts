import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
export const CLONE = resolve(import.meta.dirname, "../..");
const START = join(CLONE, "sandbox/start.mjs");

/** A sandbox with ports and a folder of its own, beside the one that a person uses. */
export class OwnSandbox {
  /** Everything that the sandbox writes. */
  readonly folder: string;
  /** Before `start`, what reaches the sandbox's command; after it, also what a shell of the sandbox has. */
  env: NodeJS.ProcessEnv;

  constructor(name: string) {
    this.folder = join(CLONE, ".sandbox", name);
    this.env = { ...process.env, SANDBOX_DIR: this.folder };
  }

  /** Starts from nothing, without a stack on it. */
  async start(): Promise<void> {
    await this.stop();
    await rm(this.folder, { recursive: true, force: true });
    // The first time it builds every part: its progress is for the person who waits.
    const up = spawn("node", [START, "up", "--no-up"], {
      cwd: CLONE,
      env: this.env,
      stdio: ["ignore", "inherit", "inherit"],
    });
    const [code] = await once(up, "exit");
    if (code !== 0) throw new Error("the sandbox did not start: see above");
    const { stdout: lines } = await this.#command("env");
    const { stdout } = await run("sh", ["-c", `${lines}\nenv -0`], { env: this.env });
    const entries = stdout.split("\0").filter(Boolean);
    this.env = Object.fromEntries(entries.map((entry) => entry.split(/=(.*)/s).slice(0, 2)));
  }

  /** Makes a stack. Pulumi writes a config file beside Pulumi.yaml then: here into the sandbox's folder, not the clone. */
  async initStack(project: string, stack: string): Promise<void> {
    const cwd = join(this.folder, project);
    await mkdir(cwd, { recursive: true });
    await writeFile(join(cwd, "Pulumi.yaml"), JSON.stringify({ name: project, runtime: "nodejs" }));
    await run("pulumi", ["stack", "init", stack], { cwd, env: this.env });
  }

  async stop(): Promise<void> {
    await this.#command("down");
  }

  #command(...args: string[]) {
    return run("node", [START, ...args], { cwd: CLONE, env: this.env, maxBuffer: 1 << 28 });
  }
}
