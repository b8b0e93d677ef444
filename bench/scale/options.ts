import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";

/** Who brings the instances about. */
export const MODES = ["one", "many", "hand", "floor", "plain"] as const;
export type Mode = (typeof MODES)[number];

/** What is measured of them, beside `up` and `destroy`, which every mode needs. */
export const STEPS = ["up", "preview", "image", "destroy"] as const;
export type Step = (typeof STEPS)[number];

export interface Options {
  readonly counts: readonly number[];
  readonly modes: readonly Mode[];
  readonly steps: readonly Step[];
  /** How many stacks the mode `many` spreads the instances over; undefined: by their number. */
  readonly stacks: number | undefined;
  /** How many commands of Pulumi's run at the same time in the mode `many`. */
  readonly atOnce: number;
  /** Of Pulumi, of xargs and of the AWS calls. Undefined: as many as there are instances, at most 100. */
  readonly parallel: number | undefined;
  readonly rounds: number;
  /** Flags of kro's beside the sandbox's own, with spaces between them. */
  readonly kro: string;
  readonly json: string | undefined;
}

const USAGE = `npm run bench:scale -- [COUNT ...] [options]     default counts: 3 6; for the table of docs/scale.md: 20 100 300
  --mode ${MODES.join(",")}
      one: one stack. many: several stacks, one of which has the API. hand: the identities by the aws CLI. floor: the same by one
      process, and the instances by kubectl. plain: previews of a program without components. Default: all
  --only ${STEPS.join(",")}     up and destroy are run in any case
  --stacks N      of the mode many; default a tenth of the instances, from 2 to 30
  --at-once N     commands of Pulumi's at the same time in the mode many; default the number of cores
  --parallel N    of pulumi, xargs and the AWS calls; default the number of instances, at most 100
  --rounds N      default 1
  --kro=FLAGS     of kro's, such as --kro="--dynamic-controller-concurrent-reconciles=8 --client-qps=400"
  --json FILE     all that was measured`;

/** @throws Error whose message is for the one who typed it. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      ...{ mode: { type: "string" }, only: { type: "string" }, json: { type: "string" }, help: { type: "boolean" } },
      ...{ stacks: { type: "string" }, "at-once": { type: "string" }, parallel: { type: "string" } },
      ...{ rounds: { type: "string" }, kro: { type: "string" } },
    },
  });
  if (values.help) throw new Error(USAGE);
  return {
    counts: positionals.length > 0 ? positionals.map((text) => number("COUNT", text)) : [3, 6],
    modes: among("--mode", MODES, values.mode),
    steps: among("--only", STEPS, values.only),
    stacks: values.stacks === undefined ? undefined : number("--stacks", values.stacks),
    atOnce: number("--at-once", values["at-once"] ?? String(availableParallelism())),
    parallel: values.parallel === undefined ? undefined : number("--parallel", values.parallel),
    rounds: number("--rounds", values.rounds ?? "1"),
    kro: values.kro ?? "",
    json: values.json,
  };
}

function number(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0 && value <= 2000) return value;
  throw new Error(`${name} must be a whole number from 1 to 2000, not "${text}"\n${USAGE}`);
}

function among<T extends string>(name: string, all: readonly T[], text: string | undefined): readonly T[] {
  const words = text?.split(",") ?? all;
  const wrong = words.find((word) => !all.includes(word as T));
  if (wrong !== undefined) throw new Error(`${name} must be some of ${all.join(", ")}, not "${wrong}"\n${USAGE}`);
  return all.filter((word) => words.includes(word));
}

export const stacksFor = (count: number, { stacks }: Options): number =>
  Math.min(count, stacks ?? Math.min(30, Math.max(2, Math.round(count / 10))));

export const parallelFor = (count: number, { parallel }: Options): number =>
  parallel ?? Math.min(100, Math.max(count, 4));

/** Seconds that one round takes for each mode on 2 idle cores: a start, and for each instance. */
const SECONDS: Readonly<Record<Mode, readonly [base: number, each: number]>> = {
  one: [45, 2],
  many: [50, 2.4],
  hand: [2, 2.1],
  floor: [35, 1.4],
  plain: [12, 0.6],
};

/** Minutes that all of it takes, about. */
export const estimate = ({ counts, modes, rounds }: Options): number =>
  (60 +
    counts
      .flatMap((count) => modes.map((mode) => SECONDS[mode][0] + SECONDS[mode][1] * count))
      .reduce((a, b) => a + b) *
      rounds) /
  60;
