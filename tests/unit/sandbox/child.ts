import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** What a program of this folder left: the JSON that it printed, and what it said on stderr. */
export interface Left<T> {
  code: number | null;
  said: string;
  result: T | undefined;
}

/**
 * Runs a program of this folder with a home of its own, without the proxies of this environment.
 * @param home - folder that takes the place of the user's home and cache
 * @param meanwhile - runs beside it; its argument is Ctrl-C
 */
export async function runChild<T>(
  program: string,
  args: string[],
  home: string,
  env: NodeJS.ProcessEnv,
  meanwhile?: (interrupt: () => void) => Promise<void>,
): Promise<Left<T>> {
  const kept = Object.entries(process.env).filter(([name]) => !/_proxy$|^PULUMI_/i.test(name));
  const own = {
    HOME: home,
    XDG_CACHE_HOME: home,
    SANDBOX_DIR: join(home, "sandbox"),
    NODE_COMPILE_CACHE: compileCache,
  };
  const child = execa(process.execPath, [join(import.meta.dirname, program), ...args], {
    env: { ...Object.fromEntries(kept), ...own, ...env },
    extendEnv: false,
    stripFinalNewline: false,
    reject: false,
  });
  await Promise.race([meanwhile?.(() => child.kill("SIGINT")) ?? child, child]);
  const { exitCode, stdout, stderr } = await child;
  return { code: exitCode ?? null, said: stderr, result: stdout ? (JSON.parse(stdout) as T) : undefined };
}

const compileCache = join(tmpdir(), "carts-stack-compile-cache");
