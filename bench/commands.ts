import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CLONE, CLUSTER_NAME as clusterName, TestSandbox, TestStack } from "../sandbox/testing.ts";

// What the commands of `carts` take with 20, 100 and 300 instances in one stack: seconds, peak memory of the command
// itself, and how much it asks the API server and AWS.
//   npm run bench:commands [-- COUNT ...]     default 20 100 300, in a rising order: the stack grows

const AIM = 300;
const counts = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [20, 100, 300];
const sandbox = new TestSandbox("bench-commands", {
  ...{ SANDBOX_LAGS: "short", SANDBOX_POD_READY_SECONDS: "0", SANDBOX_KRO_REQUEUE_SECONDS: "1" },
  ...{ SANDBOX_CONTAINERS: "off", SANDBOX_NODES: "9" },
});

/** What the meter beside this file notes. */
interface Noted {
  readonly megabytes: number;
  readonly kubernetes: number;
  readonly watches: number;
  readonly aws: number;
}

const lines: string[] = [];
const cells = (...texts: readonly (string | number)[]): string =>
  texts.map((text, i) => (i === 0 ? String(text).padEnd(24) : String(text).padStart(14))).join("");

async function measure(stack: TestStack, count: number, command: string, ...more: readonly string[]): Promise<void> {
  const file = join(sandbox.folder, "commands");
  rmSync(file, { force: true });
  const config = { count: String(count), imageVersion: "1.3.0", api: "true" };
  const args = [join(CLONE, "automation/carts.mjs"), command, ...more, ...(await stack.args(config))];
  const hook = `--import=${join(CLONE, "bench/commandMeter.mjs")}`;
  const env = { ...sandbox.env, NODE_OPTIONS: hook, BENCH_COMMANDS: file };
  const from = performance.now();
  const { code, output } = await sandbox.run("node", args, { cwd: join(CLONE, "bench/scale/carts"), env });
  if (code !== 0) throw new Error(`carts ${command} of ${count} ended with ${code}:\n${output.slice(-4000)}`);
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  const noted = JSON.parse(readFileSync(file, "utf8").trim().split("\n").at(-1)!) as Noted;
  const { megabytes, kubernetes, watches, aws } = noted;
  const each = (number: number) => `${number} (${(number / count).toFixed(1)})`;
  const line = cells(`${count} ${command}`, seconds, megabytes.toFixed(0), each(kubernetes), watches, each(aws));
  console.log(line);
  lines.push(line);
}

console.log("starting a sandbox ...");
await sandbox.start();
try {
  const config = { "aws:region": "us-west-2", clusterName, context: "carts-sandbox" };
  const stack = new TestStack(sandbox, { project: "carts-scale", name: "commands", config });
  await stack.init();
  const cwd = ["--cwd", join(CLONE, "bench/scale/carts")];
  for (const count of counts) {
    await measure(stack, count, "up", ...cwd);
    for (const command of ["status", "verify", "drift", "preview"]) await measure(stack, count, command, ...cwd);
  }
  await measure(stack, counts.at(-1)!, "destroy", ...cwd);
} finally {
  await sandbox.stop();
}
console.log(`\nof the carts command itself; requests in all, and for each instance; aim: at most ${AIM} MB`);
console.log(cells("instances, command", "s", "peak MB", "Kubernetes", "watches", "AWS"));
for (const line of lines) console.log(line);
