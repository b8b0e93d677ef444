import { type ExecFileSyncOptions, execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./measure.ts";
import { memory } from "./render/memory.ts";
import { usageOf } from "./render/usage.ts";

// Measures what a preview takes beside Pulumi, without a cluster: rendering and comparing many instances, the memory of a
// comparison by the number of instances, reports of many RGDs, the start of the packed command.
//   npm run bench:render [-- --rounds N] [--base REVISION]
// With a base, its packages are measured as well, round by round in turn: what counts is the ratio of the two in a round.

const { values: options } = parseArgs({
  options: { rounds: { type: "string", default: "7" }, base: { type: "string" } },
});
const rounds = Number(options.rounds);
const HERE = join(import.meta.dirname, "..");

/** What a program of bench/render prints. */
const run = (program: string, ...args: readonly string[]): Record<string, number> =>
  JSON.parse(
    execFileSync(process.execPath, ["--expose-gc", join(import.meta.dirname, "render", program), ...args], {
      encoding: "utf8",
    }),
  );

/** The middle, and the quarters around it. */
function spread(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)]!.toFixed(3);
  return `${at(0.5)} (${at(0.25)} to ${at(0.75)})`;
}

/** Calls with a folder of the base's files, and takes it away. */
function withBase(revision: string, use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-base-"));
  const git = (...args: readonly string[]) => execFileSync("git", args, { cwd: HERE, stdio: "ignore" });
  git("worktree", "add", "--detach", folder, revision);
  try {
    symlinkSync(join(HERE, "node_modules"), join(folder, "node_modules"));
    use(folder);
  } finally {
    git("worktree", "remove", "--force", folder);
    rmSync(folder, { recursive: true, force: true });
  }
}

function renderings(base?: string): void {
  const here: Record<string, number[]> = {};
  const there: Record<string, number[]> = {};
  const add = (to: Record<string, number[]>, measured: Record<string, number>) => {
    for (const [name, value] of Object.entries(measured)) to[name] = [...(to[name] ?? []), value];
  };
  for (let round = 0; round < rounds; round++) {
    const both = [() => add(here, run("round.ts", HERE)), ...(base ? [() => add(there, run("round.ts", base))] : [])];
    for (const one of round % 2 === 0 ? both : both.reverse()) one();
  }
  console.log(`seconds of ${rounds} rounds, and the quarters around them${base ? `; ratio to ${options.base}` : ""}`);
  for (const [name, values] of Object.entries(here)) {
    const ratios = there[name]?.map((value, i) => values[i]! / value);
    console.log(`${spread(values)}  ${name}${ratios ? `: ${spread(ratios)} of the base's` : ""}`);
  }
}

function reports(): void {
  console.log("\nreports of RGDs with a ConfigMap and a Deployment, an image of each instance another");
  for (const [rgds, instances] of [
    [10, 5],
    [10, 50],
    [10, 500],
    [100, 50],
  ] as const) {
    const all = Array.from({ length: 3 }, () => run("manyReports.ts", String(rgds), String(instances)));
    const of = (name: string) => median(all.map((one) => one[name]!));
    const kept = `${of("kept").toFixed(1)} MB kept after a collection`;
    console.log(
      `${of("seconds").toFixed(3)} s  ${rgds} RGDs x ${instances} instances: ${of("children")} children, ${kept}`,
    );
  }
}

/** Calls with bin.mjs of the package as somebody has it who installed it, and takes it away. */
function withPacked(use: (command: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "bench-packed-"));
  const quiet: ExecFileSyncOptions = { stdio: ["ignore", "pipe", "inherit"] };
  try {
    execFileSync("npm", ["run", "--silent", "pack", "--", "--pack-destination", folder], { cwd: HERE, ...quiet });
    const file = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
    execFileSync("tar", ["-xzf", join(folder, file), "-C", folder], quiet);
    symlinkSync(join(HERE, "node_modules"), join(folder, "node_modules"));
    use(join(folder, "package/bin.mjs"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function start(command: string): void {
  const rgd = join(import.meta.dirname, "render/rgd.yaml");
  const yaml = ["--input-type=module", "-e", 'await import("yaml")'];
  const commands = { "--help": ["--help"], render: ["render", "-f", rgd], validate: ["validate", "-f", rgd] };
  const measured: Record<string, number[]> = {};
  // The first one compiles.
  for (let round = 0; round < rounds + 1; round++) {
    for (const [name, args] of Object.entries({ yaml, ...commands })) {
      const { seconds } = usageOf(...(name === "yaml" ? [] : [command]), ...args);
      if (round > 0) measured[name] = [...(measured[name] ?? []), seconds];
    }
  }
  console.log("\nseconds of CPU that the packed kro-preview takes to start, against node that loads a YAML parser");
  console.log(`${spread(measured.yaml!)}  node and yaml`);
  for (const name of Object.keys(commands)) {
    const ratios = measured[name]!.map((value, i) => value / measured.yaml![i]!);
    console.log(`${spread(measured[name]!)}  kro-preview ${name}: ${spread(ratios)} times that`);
  }
}

const bin = (folder: string): string => join(folder, "packages/kro-preview/bin.mjs");

if (options.base) {
  withBase(options.base, (folder) => {
    renderings(folder);
    // A base may be older than the command.
    memory({ here: bin(HERE), ...(existsSync(bin(folder)) && { base: bin(folder) }) });
  });
} else {
  renderings();
  memory({ here: bin(HERE) });
}
reports();
withPacked(start);
