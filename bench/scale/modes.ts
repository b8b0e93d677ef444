import assert from "node:assert/strict";
import { join } from "node:path";
import { CLONE, CLUSTER_NAME, type TestSandbox } from "../../sandbox/testing.ts";
import { IMAGE_VERSIONS, writeInputs, writePlainInputs } from "./inputs.ts";
import type { Measured, Meter, Run } from "./meter.ts";
import { type Mode, type Options, parallelFor, type Step, stacksFor } from "./options.ts";
import { BenchStack, forEach } from "./stacks.ts";

/** One step of one mode with as many instances as `count` says. `sdk` is the part of `floor` that is the identities'. */
export interface Row {
  readonly count: number;
  readonly mode: Mode | "sdk";
  readonly step: Step;
  readonly measured: Measured;
  /** Bytes of all states, of an `up`. */
  readonly stateBytes?: number;
}

/** How often a preview is run in each round. */
const PREVIEWS = 3;

interface Context {
  readonly sandbox: TestSandbox;
  readonly meter: Meter;
  readonly options: Options;
  readonly count: number;
  readonly round: number;
}

type Note = (step: Step, work: (run: Run) => Promise<unknown>, more?: () => Partial<Row>) => Promise<void>;

/** Runs one mode: brings as many instances about, does with them what is asked for, and takes them away. */
export async function runMode(mode: Mode, context: Context): Promise<Row[]> {
  const { meter, options, count } = context;
  const rows: Row[] = [];
  const noteOf =
    (as: Row["mode"]): Note =>
    async (step, work, more = () => ({})) => {
      if (step !== "up" && step !== "destroy" && !options.steps.includes(step)) return;
      const measured = await meter.measure(`${count}, ${as}, ${step}`, work);
      rows.push({ count, mode: as, step, measured, ...more() });
    };
  if (mode === "hand") await byHand(context, noteOf("hand"));
  else if (mode === "floor") await floor(context, noteOf("floor"), noteOf("sdk"));
  else if (mode === "plain") await plain(context, noteOf("plain"));
  else await stacks(context, mode === "one" ? 1 : stacksFor(count, options), noteOf(mode));
  return rows;
}

/** CartsStacks, in one stack or over several. */
async function stacks({ sandbox, options, count, round }: Context, number: number, note: Note): Promise<void> {
  const parallel = parallelFor(count, options);
  const imageVersion = IMAGE_VERSIONS[0];
  const name = `bench-${count}-${number}-${round}`;
  const config = { imageVersion, api: true, count: number === 1 ? count : 0 };
  const first = await BenchStack.init(sandbox, "carts", name, config);
  const starts = number === 1 ? [] : Array.from({ length: number + 1 }, (_, i) => Math.round((i * count) / number));
  const others: BenchStack[] = [];
  for (const [i, from] of starts.slice(0, -1).entries()) {
    const own = { imageVersion, api: false, from, count: starts[i + 1]! - from };
    others.push(await BenchStack.init(sandbox, "carts", `${name}-${i}`, own));
  }
  const all = [first, ...others];
  const stateBytes = () => ({ stateBytes: all.reduce((sum, one) => sum + one.stateBytes, 0) });
  const upAll = async (run: Run, change = {}) => {
    await first.up(run, parallel, change);
    await forEach(others, options.atOnce, (one) => one.up(run, parallel, change));
  };
  await note("up", (run) => upAll(run), stateBytes);
  // Several are measured as one, and once: what one more stack costs is much the same each time.
  for (let i = 0; i < (number === 1 ? PREVIEWS : 1); i++) {
    await note("preview", (run) => forEach(all, options.atOnce, (one) => one.preview(run)));
  }
  await note("image", (run) => upAll(run, { imageVersion: IMAGE_VERSIONS[1] }));
  await note("destroy", async (run) => {
    await forEach(others, options.atOnce, (one) => one.destroy(run, parallel));
    await first.destroy(run, parallel);
  });
}

/** What the same number and kinds of resources cost without a component. Only its previews mean something: see inputs.ts. */
async function plain({ sandbox, options, count, round }: Context, note: Note): Promise<void> {
  const manifests = join(sandbox.folder, "plain.json");
  writePlainInputs(manifests, CLUSTER_NAME);
  const stack = await BenchStack.init(sandbox, "plain", `bench-${count}-${round}`, { count, manifests });
  const parallel = parallelFor(count, options);
  await note(
    "up",
    (run) => stack.up(run, parallel),
    () => ({ stateBytes: stack.stateBytes }),
  );
  const expected = {
    component: count + 1,
    "aws:iam/role:Role": count,
    "kubernetes:kro.run/v1alpha1:CartsStack": count,
  };
  const { component, "aws:iam/role:Role": roles, "kubernetes:kro.run/v1alpha1:CartsStack": instances } = stack.kinds();
  assert.deepEqual(
    { component, "aws:iam/role:Role": roles, "kubernetes:kro.run/v1alpha1:CartsStack": instances },
    expected,
  );
  for (let i = 0; i < PREVIEWS; i++) await note("preview", (run) => stack.preview(run));
  await note("destroy", (run) => stack.destroy(run, parallel));
}

const SCRIPT = join(CLONE, "bench/scale/byHand.sh");
const PROCESS = join(CLONE, "bench/scale/identities.ts");

/** The identities alone: with the instances of `floor`, all that is done by hand. */
async function byHand({ sandbox, options, count }: Context, note: Note): Promise<void> {
  const folder = join(sandbox.folder, "inputs");
  writeInputs(folder, CLUSTER_NAME, count);
  const args = [folder, String(count), String(parallelFor(count, options))];
  await note("up", (run) => run(SCRIPT, ["up", ...args]));
  await note("destroy", (run) => run(SCRIPT, ["down", ...args]));
}

/** The instances alone, whose identities are there: what is kro's, and what it waits for. */
async function floor({ sandbox, options, count }: Context, note: Note, noteSdk: Note): Promise<void> {
  const folder = join(sandbox.folder, "inputs");
  writeInputs(folder, CLUSTER_NAME, count);
  const args = [folder, String(count), String(parallelFor(count, options))];
  const [before, after] = IMAGE_VERSIONS.map((version) => join(folder, `instances-${version}.json`));
  const settled = ["wait", "cartsstacks", "--all", "--for=condition=Ready", "--timeout=1200s"];
  await noteSdk("up", (run) => run("node", [PROCESS, "up", ...args]));
  await note("up", async (run) => {
    await run("kubectl", ["apply", "-f", join(folder, "definition.json")]);
    await run("kubectl", ["wait", "rgd/cartsstack", "--for=condition=Ready", "--timeout=60s"]);
    await run("kubectl", ["apply", "-f", before!]);
    await run("kubectl", settled);
  });
  await note("image", async (run) => {
    await run("kubectl", ["apply", "-f", after!]);
    await run("kubectl", settled);
  });
  await note("destroy", async (run) => {
    await run("kubectl", ["delete", "-f", before!, "--timeout=1200s"]);
    await run("kubectl", ["delete", "-f", join(folder, "definition.json")]);
  });
  await noteSdk("destroy", (run) => run("node", [PROCESS, "down", ...args]));
}
