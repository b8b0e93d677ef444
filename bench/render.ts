import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { median } from "./measure.ts";

// Measures what a preview takes beside Pulumi, without a cluster: rendering and comparing many instances, reports of many
// RGDs and their memory, the start of the command.
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
    execFileSync(process.execPath, [join(import.meta.dirname, "render", program), ...args], { encoding: "utf8" }),
  );

/** Seconds that a process takes from its start to its end. */
function seconds(...args: readonly string[]): number {
  const from = performance.now();
  execFileSync(process.execPath, args, { stdio: "ignore" });
  return (performance.now() - from) / 1000;
}

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
    [10, 50],
    [100, 50],
  ] as const) {
    const all = Array.from({ length: 3 }, () => run("manyReports.ts", String(rgds), String(instances)));
    const of = (name: string) => median(all.map((one) => one[name]!));
    const memory = `${of("peak").toFixed(0)} MB at the peak, ${of("base").toFixed(0)} before`;
    console.log(
      `${of("seconds").toFixed(3)} s  ${rgds} RGDs x ${instances} instances: ${of("children")} children, ${memory}`,
    );
  }
}

function start(): void {
  const command = join(HERE, "packages/kro-preview/bin.mjs");
  const rgd = join(import.meta.dirname, "render/rgd.yaml");
  const yaml = ["--input-type=module", "-e", 'await import("yaml")'];
  const measured: Record<string, number[]> = { yaml: [], "--help": [], render: [] };
  for (let round = 0; round < rounds + 1; round++) {
    const all = {
      yaml: seconds(...yaml),
      "--help": seconds(command, "--help"),
      render: seconds(command, "render", "-f", rgd),
    };
    // The first one compiles.
    if (round > 0) for (const [name, value] of Object.entries(all)) measured[name]!.push(value);
  }
  console.log("\nthe start of kro-preview, against node that loads a YAML parser");
  console.log(`${spread(measured.yaml!)} s  node and yaml`);
  for (const name of ["--help", "render"]) {
    const ratios = measured[name]!.map((value, i) => value / measured.yaml![i]!);
    console.log(`${spread(measured[name]!)} s  kro-preview ${name}: ${spread(ratios)} times that`);
  }
}

if (options.base) withBase(options.base, renderings);
else renderings();
reports();
start();
