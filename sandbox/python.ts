import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cached } from "./cache.ts";
import { output, run } from "./command.ts";
import { PartError, SandboxError } from "./errors.ts";
import { findOnMachine } from "./machine.ts";
import { pythonPackageVersion } from "./parts.ts";
import { clone, paths } from "./paths.ts";
import { step } from "./progress.ts";

const names = ["python3", "python3.14", "python3.13", "python3.12", "python3.11"];

/**
 * A virtual environment with one package and its dependencies, each checked against the hashes in
 * `sandbox/parts/<name>/requirements.txt`. Returns the path of its Python.
 */
export async function pythonPackage(name: string): Promise<string> {
  const requirements = join(clone, "sandbox", "parts", name, "requirements.txt");
  const version = pythonPackageVersion(name);
  const python = await requirePython();
  const inputs = [readFileSync(requirements, "utf8"), python];
  const folder = await cached(name, version, inputs, async (target) => {
    const log = join(paths.logs, `install-${name}.log`);
    mkdirSync(paths.logs, { recursive: true });
    await step(`installing ${name} ${version}`, async () => {
      await output(python, ["-m", "venv", target]);
      const args = ["-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--require-hashes"];
      const pip = [...args, "--no-deps", "--prefer-binary", "-r", requirements];
      const { code } = await run(join(target, "bin", "python"), pip, { log });
      if (code !== 0) throw new PartError(name, "pip install failed", log);
    });
  });
  return join(folder, "bin", "python");
}

/** The path of a fit Python itself, not of a shim that could lead elsewhere tomorrow. */
async function requirePython(): Promise<string> {
  const isFit = ([major = 0, minor = 0]: number[]) => major === 3 && minor >= 11;
  const python = await findOnMachine(names, ["--version"], isFit);
  if (python) return (await output(python.path, ["-c", "import sys; print(sys.executable)"])).trim();
  throw new SandboxError("Python 3.11 or newer, with its venv module, must be on PATH to run the AWS endpoint");
}
