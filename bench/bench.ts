import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLONE, CLUSTER_NAME as clusterName, TestSandbox, TestStack } from "../sandbox/testing.ts";
import { manifests } from "./manifests.ts";
import { median, Stopwatch } from "./measure.ts";

// Measures, on a warm sandbox of its own, side by side in one run, what a user waits for. Prints medians and ratios.
//   npm run bench [-- ROUNDS]     default 3 rounds

// By hand one would wait for EKS to know the new role: what is measured is the rest.
const sandbox = new TestSandbox("bench", { SANDBOX_LAGS: "short" });
const { folder } = sandbox;
const rounds = Number(process.argv[2] ?? 3);
const stopwatch = new Stopwatch(sandbox);

const measured: Record<string, number[]> = {};
function note(name: string, value: number, unit = "s") {
  measured[name] = [...(measured[name] ?? []), value];
  console.log(`  ${name}: ${value.toFixed(unit === "s" ? 2 : 0)} ${unit}`);
}

function writeInputs(): void {
  const own = manifests(clusterName, "");
  const statement = (Action: string[], Resource: string) => ({ Effect: "Allow", Action, Resource });
  const tables = `arn:aws:dynamodb:us-west-2:000000000000:table/${clusterName}-carts-*`;
  const files = {
    "definition.json": own.definition,
    "instance.json": own.instance,
    "trust.json": {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: "pods.eks.amazonaws.com" },
          Action: ["sts:AssumeRole", "sts:TagSession"],
        },
      ],
    },
    "policy.json": {
      Version: "2012-10-17",
      Statement: [
        statement(["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"], tables),
        statement(["dynamodb:Query"], `${tables}/index/*`),
      ],
    },
    "reference.json": manifests(clusterName, "Reference"),
  };
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(folder, name, ".."), { recursive: true });
    writeFileSync(join(folder, name), JSON.stringify(content));
  }
}

/** Makes a stack, and gives what a command on it is told, by what its config has beside. */
async function stack(project: string, config: Readonly<Record<string, string>>) {
  const all = { clusterName, context: "carts-sandbox", ...config };
  const made = new TestStack(sandbox, { project, name: "bench", config: all });
  await made.init();
  return async (more: Readonly<Record<string, string>> = {}) => [...(await made.args(more)), "--non-interactive"];
}

const referenceProgram = join(CLONE, "bench/reference");
const emptyProgram = join(CLONE, "bench/empty");
const up = ["up", "--yes", "--skip-preview"];
const down = ["destroy", "--yes", "--skip-preview"];
const byHand = join(CLONE, "bench/byHand.sh");

console.log("starting a sandbox for the benchmark ...");
await sandbox.start();
try {
  // kro has the permissions for the program's own kind alone.
  await sandbox.cluster.apply({
    ...{ apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
    metadata: { name: "kro-reference", labels: { "rbac.kro.run/aggregate-to-controller": "true" } },
    rules: ["cartsstackreferences", "cartsstackreferences/status"].map((resource) => ({
      apiGroups: ["kro.run"],
      resources: [resource],
      verbs: ["get", "list", "watch", "patch", "update"],
    })),
  });
  writeInputs();
  const ownStack = await stack("carts-stack", { tableOnDestroy: "delete" });
  const [own, bad] = [await ownStack(), await ownStack({ namespace: "Carts" })];
  const reference = await (await stack("carts-reference", { manifests: join(folder, "reference.json") }))();
  const empty = await (await stack("carts-empty", {}))();
  console.log("the reference stack, untimed ...");
  await stopwatch.run("pulumi", [...up, ...reference], referenceProgram);
  // One round untimed, to warm every cache.
  for (let round = 0; round <= rounds; round++) {
    console.log(round === 0 ? "warming up ..." : `round ${round} of ${rounds}`);
    const a = await stopwatch.time(byHand, ["up", folder]);
    await stopwatch.time(byHand, ["down", folder]);
    const b = await stopwatch.time("pulumi", [...up, ...own]);
    const c = await stopwatch.time("pulumi", ["preview", "--expect-no-changes", ...own]);
    // The ts-node that comes with Pulumi checks a program's types once, and keeps the result in the temporary folder.
    // d is a preview that checks them, as after every change of the program and on every new CI runner; e one that doesn't.
    const checking = { TS_NODE_CACHE: "false" };
    const d = await stopwatch.time(
      "pulumi",
      ["preview", "--expect-no-changes", ...reference],
      referenceProgram,
      checking,
    );
    const e = await stopwatch.time("pulumi", ["preview", "--expect-no-changes", ...reference], referenceProgram);
    const f = await stopwatch.timeRefused("pulumi", ["preview", ...bad]);
    const g = await stopwatch.time("pulumi", ["preview", ...empty], emptyProgram);
    const cPeak = await stopwatch.peak(["preview", ...own]);
    const dPeak = await stopwatch.peak(["preview", ...reference], referenceProgram, checking);
    await stopwatch.time("pulumi", [...down, ...own]);
    if (round === 0) continue;
    note("a, by hand", a);
    note("b, pulumi up", b);
    note("c, no-op preview", c);
    note("d, no-op preview of the reference program", d);
    note("e, the same with its types checked before", e);
    note("f, preview of a config that is refused", f);
    note("g, preview of an empty program", g);
    note("peak memory of the program in c", cPeak, "MB");
    note("peak memory of the program in d", dPeak, "MB");
  }
  await stopwatch.run("pulumi", [...down, ...reference], referenceProgram);
} finally {
  await sandbox.stop();
}

console.log(`\nmedians of ${rounds} rounds`);
for (const [name, values] of Object.entries(measured)) console.log(`  ${name}: ${median(values).toFixed(2)}`);
const ratio = (name: string, one: string, other: string, aim?: number) => {
  const values = measured[one]!.map((value, i) => value / measured[other]![i]!);
  console.log(`  ${name}: ${median(values).toFixed(3)}${aim === undefined ? "" : ` (aim: at most ${aim})`}`);
};
console.log("ratios, round by round, and their median");
ratio("b / a", "b, pulumi up", "a, by hand", 1.3);
ratio("c / e", "c, no-op preview", "e, the same with its types checked before");
ratio("c / d", "c, no-op preview", "d, no-op preview of the reference program", 0.13);
ratio("memory, c / d", "peak memory of the program in c", "peak memory of the program in d", 0.334);
ratio("f / g", "f, preview of a config that is refused", "g, preview of an empty program", 1.2);
