import { createInterface } from "node:readline/promises";
import { type Commands, commands } from "./commands.ts";
import { whatIsLeft } from "./left.ts";
import type { Options } from "./main.ts";

/** https://aws.amazon.com/eks/pricing/ and https://aws.amazon.com/ec2/pricing/, as read in 2026 for us-west-2. */
const COST = `It costs, in US dollars and about:
  the EKS cluster                       0.10 an hour
  one or two nodes of EKS Auto Mode     0.10 to 0.25 an hour
  kro and ACK as EKS capabilities       0.01 an hour
  a DynamoDB table, on demand           less than 0.01
Half an hour to an hour, so less than 1 dollar; 5 to 9 dollars a day for what isn't taken away.`;

/**
 * The whole of it. Returns the exit code: 0 where each step went well and nothing is left.
 *
 * What is made is taken away in any case but a second signal; what can't be is told, with the commands.
 */
export async function accept(options: Options): Promise<number> {
  const { name, region, controllers, endpoint } = options;
  const all = commands(options);
  const refuse = (why: string): number => {
    console.error(why);
    if (!all.isOld) all.forget();
    return 1;
  };
  if (all.isOld !== Boolean(options.cleanup)) {
    const old = `${name} is of a former run, whose state is in ${all.folder}: --cleanup --name ${name}, or another --name`;
    return refuse(all.isOld ? old : `no run of the name ${name} has left its state in ${all.folder}`);
  }
  const who = await all.aws<{ Account: string }>("sts", "get-caller-identity").catch((error: Error) => error);
  if (who instanceof Error) return refuse(`AWS can't be asked who this is: ${who.message}`);
  if (options.cleanup) return cleanUp(all, options);
  console.error(
    `In the account ${who.Account}, region ${region}, this makes the EKS cluster ${name} in the default VPC (endpoint ${endpoint}), kro\n` +
      `and ACK (${controllers}), and a carts service; then it verifies it, and takes all of it away.\n${COST}`,
  );
  if (!(await isWanted(options))) return refuse("Nothing was made.");
  if ((await all.pulumi("stack", "init")) !== 0) return refuse("Nothing was made: Pulumi has not taken the stack.");

  let isInterrupted = false;
  const onSignal = (signal: NodeJS.Signals) => {
    console.error(isInterrupted ? "" : `\n${signal}: what was made is taken away first; once more leaves it`);
    isInterrupted = true;
    all.interrupt(signal);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);

  let failed: string | undefined;
  for (const [what, step] of stepsOf(all, options)) {
    if (isInterrupted) break;
    if ((await step()) !== 0) {
      failed = what;
      break;
    }
  }
  const cleaned = await cleanUp(all, options);
  console.error(
    failed === undefined && !isInterrupted
      ? "Each step went well."
      : `It did not go well: ${isInterrupted ? "interrupted" : failed}.`,
  );
  return failed === undefined && !isInterrupted ? cleaned : 1;
}

const stepsOf = (
  { carts, pulumi }: Commands,
  { name, region, controllers, endpoint }: Options,
): readonly (readonly [what: string, step: () => Promise<number>])[] => {
  const set = (key: string, value: string, ...more: string[]) => pulumi("config", "set", ...more, key, value);
  return [
    ["aws:region", () => set("aws:region", region)],
    ["clusterName", () => set("clusterName", name)],
    ["createCluster", () => set("createCluster", "true")],
    ["controllers", () => set("controllers", controllers)],
    ["cluster.endpoint", () => set("cluster.endpoint", endpoint, "--path")],
    ["tableOnDestroy", () => set("tableOnDestroy", "delete")],
    ["carts up: cluster, controllers, carts service", () => carts("up", "--timeout", "60m")],
    ["carts verify", () => carts("verify")],
    ["carts up again: nothing to do", () => carts("up", "--timeout", "20m")],
  ];
};

/** Takes away what the state has, twice if need be, and says what AWS has then. Returns the exit code. */
async function cleanUp(all: Commands, options: Options): Promise<number> {
  const { carts, pulumi, folder } = all;
  let isGone = (await carts("destroy", "--timeout", "60m")) === 0;
  // A run that was killed leaves a lock, and what it had begun to make; a deletion in AWS may need the other to be over.
  if (!isGone) isGone = (await carts("destroy", "--resume", "--timeout", "60m")) === 0;
  if (isGone) await pulumi("stack", "rm", "--yes");
  const { left, unseen } = await whatIsLeft(all.aws, options);
  for (const problem of unseen) console.error(`Not looked at: ${problem}`);
  if (isGone) all.forget();
  if (isGone && left.length === 0) {
    console.error(`Nothing of ${options.name} is left${unseen.length > 0 ? ", as far as could be seen" : ""}.`);
    return 0;
  }
  if (!isGone) {
    const again = `npm run acceptance -- --cleanup --name ${options.name} --region ${options.region}`;
    console.error(`\`carts destroy\` failed. Its state is in ${folder}: ${again} tries once more.`);
  }
  for (const { what, remedy } of left) console.error(`Left: ${what}\n      ${remedy}`);
  return 1;
}

async function isWanted({ yes, name }: Options): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY) {
    console.error("It can't ask here: --yes says that it is wanted.");
    return false;
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await lines.question(`To go on type ${name}: `);
  lines.close();
  return answer.trim() === name;
}
