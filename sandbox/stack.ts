import { existsSync } from "node:fs";
import { join } from "node:path";
import { output, run } from "./command.ts";
import { childEnvironment } from "./environment.ts";
import { SandboxError } from "./errors.ts";
import { clone, paths } from "./paths.ts";
import type { State } from "./state.ts";

const name = "sandbox";

/**
 * Runs `pulumi up` of the clone's program on stack `sandbox`.
 * @param refresh - whether to compare the stack with what exists first
 */
export async function stackUp(state: State, refresh: boolean): Promise<void> {
  // No preview first: there is nobody to ask, and `up` shows the same lines.
  const args = ["up", "--yes", "--skip-preview", "--stack", name, ...(refresh ? ["--refresh"] : [])];
  const { code } = await pulumi(state, args, { output: "print", stopSignal: "SIGINT" });
  if (code !== 0)
    throw new SandboxError("pulumi up failed: see above. The sandbox itself is up; try again when mended");
}

/** The stack's outputs as JSON text. */
export function stackOutputs(state: State, showSecrets: boolean): Promise<string> {
  const args = ["stack", "output", "--json", "--stack", name, ...(showSecrets ? ["--show-secrets"] : [])];
  return output(join(paths.bin, "pulumi"), args, { cwd: clone, env: childEnvironment(state) });
}

/** Makes the stack unless the backend has it. */
export async function ensureStack(state: State): Promise<void> {
  const project = "carts-stack";
  if (existsSync(join(paths.pulumiState, ".pulumi", "stacks", project, `${name}.json`))) return;
  const { code, stderr } = await pulumi(state, ["stack", "init", name, "--non-interactive"]);
  if (code !== 0) throw new SandboxError(`pulumi stack init failed:\n${stderr}`);
}

function pulumi(state: State, args: string[], options: Parameters<typeof run>[2] = {}) {
  return run(join(paths.bin, "pulumi"), args, { ...options, cwd: clone, env: childEnvironment(state) });
}
