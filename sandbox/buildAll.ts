import { join } from "node:path";
import { type BuildTime, builtBefore, goProgram, prefetch } from "./goBuild.ts";
import { inTurn } from "./lock.ts";
import type { GoProgram } from "./parts.ts";
import { cacheDir } from "./paths.ts";
import { say, seconds, step } from "./progress.ts";
import { columns } from "./table.ts";

/**
 * Builds programs, or finds them in the cache. Returns their paths by name.
 *
 * Those of one folder are built one after the other, because they share most of their packages and two compilers at the
 * same time would each compile those. Two folders are built side by side, so that no core waits while a program is
 * linked. One folder goes first, alone: what it compiles of Go's own library, all others share.
 */
export async function buildAll(programs: readonly GoProgram[]): Promise<Map<string, string>> {
  const isMissing = (program: GoProgram) => !builtBefore(program);
  if (programs.some(isMissing)) {
    const tell = (pid: number) => say(`waiting for another sandbox's builds (process ${pid})`);
    await inTurn(join(cacheDir, "building.lock"), tell, () => build(programs.filter(isMissing)));
  }
  return new Map(programs.map((program) => [program.name, builtBefore(program)!]));
}

async function build(programs: readonly GoProgram[]): Promise<void> {
  if (programs.length === 0) return;
  const times = new Map<string, BuildTime>();
  const begun = Date.now();
  const what = `building ${programs.length === 1 ? programs[0]!.name : `${programs.length} programs`}`;
  await step(what, async (detail) => {
    const progress = new Progress(programs, detail);
    const folders = [...Map.groupBy(programs, ({ folder }) => folder).values()].sort((a, b) => effort(a) - effort(b));
    const buildFolder = async (ofFolder: readonly GoProgram[]) => {
      for (const program of ofFolder) {
        const took = await goProgram(program, (compiled, atMost) => progress.at(program, compiled / atMost));
        if (took) times.set(program.name, took);
        progress.done(program);
      }
    };
    const first = folders.find(([program]) => program!.name === "etcd");
    const others = folders.filter((folder) => folder !== first);
    // Each build says by itself what is wrong with its download.
    for (const [program] of others) prefetch(program!).catch(() => {});
    if (first) await buildFolder(first);
    const lane = async () => {
      for (let next = others.pop(); next; next = others.pop()) await buildFolder(next);
    };
    await Promise.all([lane(), lane()]);
  });
  say(`${timesOf(times)}\nbuilt in ${seconds(Date.now() - begun)}`);
}

/** How far all builds are, as "31 %, about 5 min 20 s left: pulumi, kube-apiserver". */
class Progress {
  readonly #begun = Date.now();
  readonly #all: number;
  readonly #detail: (text: string) => void;
  readonly #running = new Map<GoProgram, number>();
  #done = 0;

  constructor(programs: readonly GoProgram[], detail: (text: string) => void) {
    this.#all = effort(programs);
    this.#detail = detail;
  }

  at(program: GoProgram, fraction: number): void {
    this.#running.set(program, Math.min(fraction, 1) * program.effort);
    this.#show();
  }

  done(program: GoProgram): void {
    this.#running.delete(program);
    this.#done += program.effort;
    this.#show();
  }

  #show(): void {
    const fraction = (this.#done + [...this.#running.values()].reduce((sum, each) => sum + each, 0)) / this.#all;
    const left = ((Date.now() - this.#begun) * (1 - fraction)) / fraction;
    // The first packages tell little of the others.
    const estimate = fraction > 0.03 ? `, about ${seconds(left)} left` : "";
    const names = [...this.#running.keys()].map(({ name }) => name).join(", ");
    this.#detail(`${Math.floor(fraction * 100)} %${estimate}${names && `: ${names}`}`);
  }
}

function effort(programs: readonly GoProgram[]): number {
  return programs.reduce((sum, program) => sum + program.effort, 0);
}

function timesOf(times: ReadonlyMap<string, BuildTime>): string {
  const all = [...times.values()].reduce((sum, { cpu }) => sum + cpu, 0);
  const text = (value: number) => seconds(value * 1000);
  return columns([
    ["built", "CPU", "wall"],
    ...[...times].map(([name, { cpu, wall }]) => [name, text(cpu), text(wall)]),
    ["all of them", text(all), ""],
  ]);
}
