import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLONE, CLUSTER_NAME as clusterName, TestSandbox, TestStack } from "../sandbox/testing.ts";
import { manifests } from "./manifests.ts";
import { median, Stopwatch } from "./measure.ts";

// How the cost of a CartsStack grows with their number: a preview without a change of 1, 20 and 80 of them in one
// program, beside a plain program with the same number and kinds of resources. Prints medians and ratios.
//   npm run bench:scale [-- COUNT ...]     default 1 20 80; rounds: $BENCH_ROUNDS, default 3

const AIM = 1.3;
const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [1, 20, 80];
const rounds = Number(process.env.BENCH_ROUNDS ?? 3);
// What is measured are previews: all that they need is that the resources are there.
const sandbox = new TestSandbox("bench-scale", {
  ...{ SANDBOX_LAGS: "short", SANDBOX_POD_READY_SECONDS: "0", SANDBOX_KRO_REQUEUE_SECONDS: "1" },
  ...{ SANDBOX_CONTAINERS: "off", SANDBOX_NODES: "4" },
});
const stopwatch = new Stopwatch(sandbox);

interface Program {
  readonly cwd: string;
  readonly stack: TestStack;
}

async function program(name: string, config: Readonly<Record<string, string>> = {}): Promise<Program> {
  const all = { "aws:region": "us-west-2", clusterName, context: "carts-sandbox", ...config };
  const stack = new TestStack(sandbox, { project: `${name}-scale`, name: "bench", config: all });
  await stack.init();
  return { cwd: join(CLONE, "bench/scale", name), stack };
}

/** Brings a program up, and gives what a preview of it without a change is told. */
async function grow({ cwd, stack }: Program, count: number): Promise<readonly string[]> {
  const args = [...(await stack.args({ count })), "--non-interactive"];
  await stopwatch.run("pulumi", ["up", "--yes", "--skip-preview", "--parallel", "100", ...args], cwd);
  return ["preview", "--expect-no-changes", ...args];
}

/** How many resources of each kind a stack has. The program's own names for a component or an API count for nothing. */
function kinds({ stack }: Program): Readonly<Record<string, number>> {
  const { resources } = JSON.parse(readFileSync(stack.stateFile, "utf8")).checkpoint.latest;
  const found: Record<string, number> = {};
  for (const { type, external } of resources as { type: string; external?: boolean }[]) {
    const kind = type
      .replace(/^(carts-stack:index:CartsStack|plain-scale:index:Carts)$/, "component")
      .replace(/:CartsStackPlain$/, ":CartsStack");
    // Pulumi's own for what a program asks the engine is no resource of anybody's.
    if (!external && kind !== "pulumi:providers:pulumi") found[kind] = (found[kind] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(found).sort());
}

const lines: string[] = [];

console.log("starting a sandbox for the benchmark ...");
await sandbox.start();
try {
  const file = join(sandbox.folder, "plain.json");
  const { definition, instance } = manifests(clusterName, "Plain");
  const resources = { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "1Gi" } };
  writeFileSync(file, JSON.stringify({ definition, instance: { ...instance, spec: { ...instance.spec, resources } } }));
  const programs = { carts: await program("carts"), plain: await program("plain", { manifests: file }) };
  for (const count of counts) {
    console.log(`${count}: bringing both up, untimed ...`);
    const previews = { carts: await grow(programs.carts, count), plain: await grow(programs.plain, count) };
    assert.deepEqual(kinds(programs.carts), kinds(programs.plain), "both have the same number and kinds of resources");
    const of = { carts: { time: [] as number[], peak: [] as number[] }, plain: { time: [], peak: [] } } as const;
    // One round untimed, to warm every cache.
    for (let round = 0; round <= rounds; round++) {
      for (const name of ["plain", "carts"] as const) {
        const { cwd } = programs[name];
        const time = await stopwatch.time("pulumi", previews[name], cwd);
        const peak = await stopwatch.peak(previews[name], cwd);
        if (round === 0) continue;
        (of[name].time as number[]).push(time);
        (of[name].peak as number[]).push(peak);
        console.log(`  ${count}, round ${round}, ${name}: ${time.toFixed(2)} s, ${peak.toFixed(0)} MB`);
      }
    }
    const [time, peak] = (["time", "peak"] as const).map((what) => {
      const [carts, plain] = [of.carts[what], of.plain[what]];
      const ratio = median(carts.map((value, i) => value / plain[i]!));
      const unit = what === "time" ? "s" : "MB";
      return `${median(carts).toFixed(2)} ${unit}, plain ${median(plain).toFixed(2)} ${unit}, ratio ${ratio.toFixed(2)}`;
    });
    const number = Object.values(kinds(programs.carts)).reduce((sum, one) => sum + one, 0);
    lines.push(
      `  ${count} CartsStacks, ${number} resources: ${time} (aim: at most ${AIM}); program's peak memory ${peak}`,
    );
  }
} finally {
  await sandbox.stop();
}
console.log(`\na preview without a change, medians of ${rounds} rounds`);
for (const line of lines) console.log(line);
