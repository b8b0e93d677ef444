import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { AuditEntry } from "../sandbox/testing.ts";
import { drawTrace } from "./scale/drawTrace.ts";
import { IMAGE_VERSIONS } from "./scale/inputs.ts";
import { Meter } from "./scale/meter.ts";
import { type EngineEvent, momentsOf, type StateResource } from "./scale/moments.ts";
import { onSandbox, scaleSandbox } from "./scale/sandbox.ts";
import { BenchStack } from "./scale/stacks.ts";

// Where the time goes that an `up` of many instances in one stack takes, as Markdown: from Pulumi's events and state, and the API
// server's audit log.
//   npm run bench:trace -- 100 [PARALLEL [KRO_FLAG ...]]     default 6 instances, as many operations, kro's own settings

const [count = 6, parallel = Math.max(4, Math.min(100, count))] = process.argv.slice(2, 4).map(Number);
const kroFlags = process.argv.slice(4);
const sandbox = scaleSandbox(kroFlags.join(" "));
const linesOf = <T>(file: string): T[] =>
  readFileSync(file, "utf8")
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as T);

console.log(`about ${Math.ceil((75 + count * 1.6) / 60)} minutes on 2 idle cores; starting a sandbox ...`);
await onSandbox(sandbox, async () => {
  // A hidden flag of Pulumi's.
  sandbox.env.PULUMI_DEBUG_COMMANDS = "true";
  const config = { imageVersion: IMAGE_VERSIONS[0], api: true, count };
  const stack = await BenchStack.init(sandbox, "carts", "bench-trace", config);
  const log = join(sandbox.folder, "events.json");
  const [place, from] = [sandbox.auditEnd(), Date.now()];
  await new Meter(sandbox).measure(`up of ${count}`, (run) => stack.up(run, parallel, {}, ["--event-log", log]));
  const resources = JSON.parse(readFileSync(stack.stack.stateFile, "utf8")).checkpoint.latest
    .resources as StateResource[];
  const traced = { from, events: linesOf<EngineEvent>(log), audited: sandbox.audit<AuditEntry>(place), resources };
  const settings = kroFlags.length === 0 ? "" : `, kro with ${kroFlags.join(" ")}`;
  console.log(`\n${count} instances, --parallel ${parallel}${settings}\n\n${drawTrace(momentsOf(traced), traced)}`);
});
