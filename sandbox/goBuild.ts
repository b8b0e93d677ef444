import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { basename, join } from "node:path";
import { cached, cachedFolder, copyManifests } from "./cache.ts";
import { output, run } from "./command.ts";
import { PartError, SandboxError } from "./errors.ts";
import { type GoProgram, goModuleVersion } from "./parts.ts";
import { clone, paths } from "./paths.ts";

const oldestGo = [1, 26, 6];
// Nobody debugs these programs: without debug information they are compiled in nine tenths of the time.
const flags = ["-trimpath", "-mod=readonly", "-buildvcs=false", "-gcflags=all=-dwarf=false"];
const cores = availableParallelism();

/** What the build of one program took, in seconds. */
export interface BuildTime {
  readonly wall: number;
  readonly cpu: number;
}

/**
 * Builds a program from its pinned Go module into the cache. Nothing is returned when it is there already.
 * @param compiled - called for each package that is compiled, with the number so far and the number to come at most
 */
export async function goProgram(
  program: GoProgram,
  compiled: (packages: number, atMost: number) => void,
): Promise<BuildTime | undefined> {
  const version = goModuleVersion(program);
  const folder = folderOf(program);
  let took: BuildTime | undefined;
  await cached(program.name, version, inputs(program), async (target) => {
    const log = join(paths.logs, `build-${program.name}.log`);
    mkdirSync(paths.logs, { recursive: true });
    await requireGo();
    const begun = Date.now();
    const name = packageOf(program);
    const atMost = (await packages(program)).length;
    let count = 0;
    const build = ["build", "-v", "-p", String(cores), ...flags, "-ldflags", ldflags(program)];
    // The shell's `times` is what tells the CPU time of the compiler's many processes.
    const script = ["-c", '"$@"; code=$?; times; exit $code', "sh"];
    const { code, stdout } = await run("sh", [...script, "go", ...build, "-o", join(target, program.name), name], {
      cwd: folder,
      log,
      env: compilerEnvironment(),
      onErrorLine: (line) => {
        // `-v` names each package as it is compiled; what Go's own cache has is not named.
        if (!line.includes(" ")) compiled(++count, atMost);
      },
    });
    if (code !== 0) throw new PartError(program.name, "go build failed", log);
    await addFiles(program, target);
    took = { wall: (Date.now() - begun) / 1000, cpu: cpuSeconds(stdout) };
  });
  return took;
}

/** The path of a program that was built before. */
export function builtBefore(program: GoProgram): string | undefined {
  const path = join(cachedFolder(program.name, goModuleVersion(program), inputs(program)), program.name);
  return existsSync(path) ? path : undefined;
}

/** The folder with the manifests of a program's Go module, from the cache or the module. */
export async function goManifests(program: GoProgram): Promise<string> {
  return cached(`${program.name}-manifests`, goModuleVersion(program), sources(program), async (target) => {
    await requireGo();
    copyManifests(join(await moduleFolder(program), program.manifests ?? ""), target);
  });
}

/** Downloads what the build of a program needs, so that its compiler does not wait for the network. */
export async function prefetch(program: GoProgram): Promise<void> {
  await requireGo();
  await packages(program);
}

const listed = new Map<string, Promise<string[]>>();

/** Every package that a program consists of. */
function packages(program: GoProgram): Promise<string[]> {
  const name = packageOf(program);
  let listing = listed.get(name);
  if (!listing) {
    const options = { cwd: folderOf(program), env: compilerEnvironment() };
    listing = output("go", ["list", "-deps", name], options).then((text) => text.trim().split("\n"));
    listed.set(name, listing);
  }
  return listing;
}

/**
 * What the compiler is to do without: cgo, whose programs would be other ones where a C compiler is found; more than
 * one thread, since there are as many compilers as cores; and, where there is memory enough for that many, most of its
 * garbage collection.
 */
function compilerEnvironment(): NodeJS.ProcessEnv {
  const hasMemory = totalmem() / cores > 3 * 2 ** 30;
  return { ...process.env, CGO_ENABLED: "0", GOMAXPROCS: "1", ...(hasMemory && { GOGC: "800" }) };
}

async function addFiles(program: GoProgram, target: string): Promise<void> {
  if (!program.files) return;
  const module = await moduleFolder(program);
  for (const [file, change] of Object.entries(program.files)) {
    writeFileSync(join(target, basename(file)), change(readFileSync(join(module, file), "utf8")));
  }
}

async function moduleFolder(program: GoProgram): Promise<string> {
  const json = await output("go", ["mod", "download", "-json", program.module], { cwd: folderOf(program) });
  return (JSON.parse(json) as { Dir: string }).Dir;
}

/** "0m210.34s 0m42.13s", the last line of the shell's `times`, is user and system time of its children. */
function cpuSeconds(times: string): number {
  const last = times.trim().split("\n").at(-1) ?? "";
  return [...last.matchAll(/(\d+)m([\d.]+)s/g)].reduce((sum, [, m, s]) => sum + Number(m) * 60 + Number(s), 0);
}

function folderOf({ folder }: GoProgram): string {
  return join(clone, "sandbox", "parts", folder);
}

function packageOf(program: GoProgram): string {
  if (program.package?.startsWith("./")) return program.package;
  return [program.module, program.package].filter(Boolean).join("/");
}

function ldflags(program: GoProgram): string {
  return ["-s -w", program.ldflags?.(goModuleVersion(program))].filter(Boolean).join(" ");
}

/** What a built program depends on, besides its version. */
function inputs(program: GoProgram): string[] {
  return [...sources(program), ldflags(program), ...flags];
}

function sources(program: GoProgram): string[] {
  return ["go.mod", "go.sum", ...(program.sources ?? [])].map((name) =>
    readFileSync(join(folderOf(program), name), "utf8"),
  );
}

let goChecked: Promise<void> | undefined;

/** Throws when the machine's Go is missing or too old. */
export function requireGo(): Promise<void> {
  goChecked ??= (async () => {
    const { stdout } = await run("go", ["env", "GOVERSION"]).catch(() => ({ stdout: "" }));
    const found = (/\d+(\.\d+)+/.exec(stdout)?.[0] ?? "0").split(".").map(Number);
    const difference = oldestGo.map((wanted, index) => (found[index] ?? 0) - wanted).find((each) => each !== 0) ?? 0;
    if (difference >= 0) return;
    throw new SandboxError(
      `Go ${oldestGo.join(".")} or newer must be on PATH to build the parts; found ${stdout.trim() || "none"}`,
    );
  })();
  return goChecked;
}
