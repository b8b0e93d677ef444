import { writeFileSync } from "node:fs";
import type { TestSandbox } from "../sandbox/testing.ts";
import { Meter } from "./scale/meter.ts";
import { type Row, runMode } from "./scale/modes.ts";
import { estimate, type Options, readOptions } from "./scale/options.ts";
import { onSandbox, scaleSandbox } from "./scale/sandbox.ts";
import { tablesOf } from "./scale/table.ts";

// What many instances of one RGD cost: up, a preview without a change, another image and destroy, in one stack and over several,
// beside the same by hand, kro alone, and a plain program. Prints medians and ratios; --help has the settings.
//   npm run bench:scale -- 20 100 300

async function run(sandbox: TestSandbox, options: Options): Promise<void> {
  const rows: Row[] = [];
  const meter = new Meter(sandbox);
  const write = () =>
    options.json && writeFileSync(options.json, `${JSON.stringify({ options, rows }, undefined, 2)}\n`);
  for (let round = 1; round <= options.rounds; round++) {
    for (const count of options.counts) {
      for (const mode of options.modes) {
        console.log(`round ${round} of ${options.rounds}, ${count} instances, ${mode} ...`);
        rows.push(...(await runMode(mode, { sandbox, meter, options, count, round })));
        write();
      }
    }
  }
  console.log(`\n${tablesOf(rows, options)}`);
}

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  console.error((error as Error).message);
  process.exit(2);
}
console.log(`about ${Math.ceil(estimate(options))} minutes on 2 idle cores; starting a sandbox ...`);
const sandbox = scaleSandbox(options.kro);
await onSandbox(sandbox, () => run(sandbox, options));
