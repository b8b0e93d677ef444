import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CLONE, CLUSTER_NAME, type TestSandbox, TestStack } from "../../sandbox/testing.ts";
import type { Run } from "./meter.ts";

const QUIET = ["--non-interactive", "--suppress-outputs"];

/** What one stack of a program has. */
export type StackConfig = Readonly<Record<string, string | number | boolean>>;

/** A stack of one of the programs beside this file. */
export class BenchStack {
  readonly stack: TestStack;
  readonly #cwd: string;
  readonly #config: StackConfig;

  private constructor(stack: TestStack, cwd: string, config: StackConfig) {
    this.stack = stack;
    this.#cwd = cwd;
    this.#config = config;
  }

  /** Makes one, with nothing in it. */
  static async init(
    sandbox: TestSandbox,
    program: "carts" | "plain",
    name: string,
    config: StackConfig,
  ): Promise<BenchStack> {
    const shared = { "aws:region": "us-west-2", clusterName: CLUSTER_NAME, context: "carts-sandbox" };
    const cwd = join(CLONE, "bench/scale", program);
    const stack = new TestStack(sandbox, {
      ...{ project: `${program}-scale`, name, program: cwd },
      config: Object.fromEntries(Object.entries({ ...shared, ...config }).map(([key, value]) => [key, String(value)])),
    });
    await stack.init();
    return new BenchStack(stack, cwd, config);
  }

  /** `more` are further flags. */
  async up(run: Run, parallel: number, change: StackConfig = {}, more: readonly string[] = []): Promise<void> {
    const args = [`--parallel=${parallel}`, ...(await this.#args(change)), ...more];
    await run("pulumi", ["up", "--yes", "--skip-preview", ...args], this.#cwd);
  }

  /** Throws where something would change. */
  async preview(run: Run, change: StackConfig = {}): Promise<void> {
    await run("pulumi", ["preview", "--expect-no-changes", ...(await this.#args(change))], this.#cwd);
  }

  async destroy(run: Run, parallel: number): Promise<void> {
    await run(
      "pulumi",
      ["destroy", "--yes", "--skip-preview", `--parallel=${parallel}`, ...(await this.#args())],
      this.#cwd,
    );
  }

  /** As the state has them. The program's own names for a component or an API count for nothing. */
  kinds(): Readonly<Record<string, number>> {
    const { resources } = JSON.parse(readFileSync(this.stack.stateFile, "utf8")).checkpoint.latest;
    const found: Record<string, number> = {};
    for (const { type, external } of resources as { type: string; external?: boolean }[]) {
      const kind = type.replace(/^(carts-stack:index:Carts(Stack|Api)|plain-scale:index:(Carts|Api))$/, "component");
      // Pulumi's own for what a program asks the engine is no resource of anybody's.
      if (!external && kind !== "pulumi:providers:pulumi") found[kind] = (found[kind] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(found).sort());
  }

  /** Bytes of the state. */
  get stateBytes(): number {
    return statSync(this.stack.stateFile).size;
  }

  async #args(change: StackConfig = {}): Promise<string[]> {
    const values = Object.entries({ ...this.#config, ...change }).map(([key, value]) => [key, String(value)]);
    return [...(await this.stack.args(Object.fromEntries(values))), ...QUIET];
  }
}

/** Does something for each, some at the same time. */
export async function forEach<T>(all: readonly T[], atOnce: number, act: (one: T) => Promise<void>): Promise<void> {
  const left = [...all];
  const worker = async () => {
    for (let one = left.shift(); one !== undefined; one = left.shift()) await act(one);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
}
