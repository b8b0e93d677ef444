import { join } from "node:path";
import { CLUSTER_NAME } from "../sandbox/testing.ts";
import { median } from "./measure.ts";
import { IMAGE_VERSIONS, writePlainInputs } from "./scale/inputs.ts";
import { type Measured, Meter } from "./scale/meter.ts";
import { onSandbox, scaleSandbox } from "./scale/sandbox.ts";
import { BenchStack } from "./scale/stacks.ts";

// A preview without a change of as many CartsStacks, and of a plain program with as many resources of the same kinds: both stacks stay
// up, and are previewed in turn, so that whatever else the machine does meets both. Prints medians and their ratio.
//   npm run bench:previews -- 20 [ROUNDS]     default 6 instances, 7 rounds

const AIM = 1.3;
const [count = 6, rounds = 7] = process.argv.slice(2, 4).map(Number);
const sandbox = scaleSandbox();
const FIGURES: Readonly<Record<string, (measured: Measured) => number>> = {
  seconds: ({ seconds }) => seconds,
  "CPU, all": ({ cpuSeconds }) => cpuSeconds,
  "CPU, program": ({ cpuSecondsOf }) => cpuSecondsOf.program ?? 0,
  "CPU, pulumi": ({ cpuSecondsOf }) => cpuSecondsOf.cli ?? 0,
  "CPU, plugins": ({ cpuSecondsOf }) => cpuSecondsOf.plugins ?? 0,
};

console.log(
  `about ${Math.ceil((100 + count * (1.6 + 0.1 * rounds)) / 60)} minutes on 2 idle cores; starting a sandbox ...`,
);
await onSandbox(sandbox, async () => {
  const meter = new Meter(sandbox);
  const manifests = join(sandbox.folder, "plain.json");
  writePlainInputs(manifests, CLUSTER_NAME, { isBeside: true });
  const stacks = {
    ours: await BenchStack.init(sandbox, "carts", "ours", { imageVersion: IMAGE_VERSIONS[0], api: true, count }),
    plain: await BenchStack.init(sandbox, "plain", "plain", { count, manifests }),
  };
  const parallel = Math.min(100, Math.max(4, count));
  await meter.measure("up, ours", (run) => stacks.ours.up(run, parallel));
  await meter.measure("up, plain", (run) => stacks.plain.up(run, parallel));
  const measured: Record<"ours" | "plain", Measured[]> = { ours: [], plain: [] };
  for (let round = 1; round <= rounds; round++) {
    for (const one of ["ours", "plain"] as const) {
      measured[one].push(await meter.measure(`preview ${round}, ${one}`, (run) => stacks[one].preview(run)));
    }
  }
  console.log(`\n${count} instances, a preview without a change, medians of ${rounds}; aim: at most ${AIM}\n`);
  console.log("| | ours | plain | ours / plain |\n| --- | --- | --- | --- |");
  for (const [title, figure] of Object.entries(FIGURES)) {
    const [ours, plain] = [median(measured.ours.map(figure)), median(measured.plain.map(figure))];
    console.log(`| ${title} | ${ours.toFixed(2)} | ${plain.toFixed(2)} | ${(ours / plain).toFixed(2)} |`);
  }
  for (const one of ["plain", "ours"] as const) {
    await meter.measure(`destroy, ${one}`, (run) => stacks[one].destroy(run, parallel));
  }
});
