import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cached, copyManifests } from "./cache.ts";
import { output, run } from "./command.ts";
import { PartError, SandboxError } from "./errors.ts";
import { type GoProgram, goModuleVersion } from "./parts.ts";
import { clone, paths } from "./paths.ts";
import { step } from "./progress.ts";

const oldestGo = [1, 26];
const flags = ["-trimpath", "-mod=readonly", "-buildvcs=false"];

/** Builds a program from its pinned Go module, or finds it in the cache. Returns its path. */
export async function goProgram(program: GoProgram): Promise<string> {
  const version = goModuleVersion(program);
  const folder = join(clone, "sandbox", "parts", program.folder);
  const ldflags = ["-s -w", program.ldflags?.(version)].filter(Boolean).join(" ");
  const inputs = [...sums(folder), ldflags];
  const built = await cached(program.name, version, inputs, async (target) => {
    const log = join(paths.logs, `build-${program.name}.log`);
    mkdirSync(paths.logs, { recursive: true });
    await requireGo();
    await step(`building ${program.name} ${version}`, async (detail) => {
      const name = [program.module, program.package].filter(Boolean).join("/");
      const listing = await run("go", ["list", "-deps", name], { cwd: folder, log });
      const total = listing.stdout.split("\n").length;
      let compiled = 0;
      const args = ["build", "-v", ...flags, "-ldflags", ldflags, "-o", join(target, program.name), name];
      const { code } = await run("go", args, {
        cwd: folder,
        log,
        onErrorLine: (line) => {
          // `-v` names each package as it is compiled; what Go's own cache has is not named.
          if (!line.includes(" ")) detail(`package ${++compiled} of at most ${total}`);
        },
      });
      if (code !== 0) throw new PartError(program.name, "go build failed", log);
    });
  });
  return join(built, program.name);
}

/** The folder with the manifests of a program's Go module, from the cache or the module. */
export async function goManifests(program: GoProgram): Promise<string> {
  const folder = join(clone, "sandbox", "parts", program.folder);
  return cached(`${program.name}-manifests`, goModuleVersion(program), sums(folder), async (target) => {
    await requireGo();
    const module = await output("go", ["mod", "download", "-json", program.module], { cwd: folder });
    copyManifests(join((JSON.parse(module) as { Dir: string }).Dir, program.manifests ?? ""), target);
  });
}

function sums(folder: string): string[] {
  return ["go.mod", "go.sum"].map((name) => readFileSync(join(folder, name), "utf8"));
}

let goChecked: Promise<void> | undefined;

/** Throws when the machine's Go is missing or too old. */
export function requireGo(): Promise<void> {
  goChecked ??= (async () => {
    const { stdout } = await run("go", ["env", "GOVERSION"]).catch(() => ({ stdout: "" }));
    const [major = 0, minor = 0] = (/\d+\.\d+/.exec(stdout)?.[0] ?? "0.0").split(".").map(Number);
    if (major > oldestGo[0]! || (major === oldestGo[0] && minor >= oldestGo[1]!)) return;
    throw new SandboxError(
      `Go ${oldestGo.join(".")} or newer must be on PATH to build the parts; found ${stdout.trim() || "none"}`,
    );
  })();
  return goChecked;
}
