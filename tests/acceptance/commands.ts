import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { execa } from "execa";
import type { Options } from "./main.ts";

export const CLONE: string = join(import.meta.dirname, "..", "..");

/** The commands of a run, each as a person would type it. */
export interface Commands {
  /** Where the run's state is, until all is gone. */
  readonly folder: string;
  /** Whether a run has left it there. */
  readonly isOld: boolean;
  /** Takes it away. */
  readonly forget: () => void;
  /** Of `carts`, shown as it goes. Returns the exit code. */
  readonly carts: (...args: readonly string[]) => Promise<number>;
  readonly pulumi: (...args: readonly string[]) => Promise<number>;
  /**
   * What the AWS CLI answers, as JSON.
   *
   * @throws Error with its last line, where it fails.
   */
  readonly aws: <T>(...args: readonly string[]) => Promise<T>;
  /** Has signals end what runs; it is up to the caller what comes then. */
  readonly interrupt: (signal: NodeJS.Signals) => void;
}

export function commands({ region, name }: Options): Commands {
  const runs = join(CLONE, ".acceptance");
  const folder = join(runs, name);
  const isOld = existsSync(folder);
  mkdirSync(folder, { recursive: true });
  const env = {
    PULUMI_BACKEND_URL: pathToFileURL(folder).href,
    PULUMI_CONFIG_PASSPHRASE: "",
    // An object whose cluster is gone is gone.
    PULUMI_K8S_DELETE_UNREACHABLE: "true",
    AWS_REGION: region,
  };
  const running = new Set<{ kill: (signal: NodeJS.Signals) => void }>();
  const run = async (program: string, args: readonly string[]): Promise<number> => {
    console.error(`\n$ ${[program, ...args].join(" ")}`);
    const child = execa(program, args, { cwd: CLONE, env, stdio: "inherit", reject: false });
    running.add(child);
    const { exitCode = 1 } = await child;
    running.delete(child);
    return exitCode;
  };
  return {
    folder,
    isOld,
    forget: () => {
      rmSync(folder, { recursive: true });
      if (readdirSync(runs).length === 0) rmSync(runs, { recursive: true });
    },
    // Not by npx, which would not pass a signal on.
    carts: (...args) => run("node", ["automation/carts.mjs", ...args, "--stack", name]),
    pulumi: (...args) => run("pulumi", [...args, "--stack", name]),
    aws: async <T>(...args: readonly string[]): Promise<T> => {
      const line = [...args, "--region", region, "--output", "json"];
      const { stdout, stderr, exitCode } = await execa("aws", line, { env, reject: false });
      if (exitCode !== 0) throw new Error(stderr.trim().split("\n").at(-1) || `aws ${args.join(" ")} failed`);
      return JSON.parse(stdout) as T;
    },
    interrupt: (signal) => {
      for (const child of running) child.kill(signal);
    },
  };
}
