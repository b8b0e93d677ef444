import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PendingOperation, ResourceState } from "../../../automation/stack/index.ts";
import { CLONE, type Finished, type Running } from "../../../sandbox/testing.ts";
import { sandbox } from "./lease.ts";

/** Values by their key in the program's config, without its namespace. */
export type Config = Readonly<Record<string, unknown>>;

/** Keys over those of a {@link Stack}, or the path of a config file. */
type ConfigOrFile = Config | string;

const PROJECT = "carts-stack";
const DOOR = join(CLONE, "automation", "carts.mjs");
let files = 0;

/** What Pulumi's file backend keeps of a stack. */
export interface Latest {
  resources: ResourceState[];
  pending_operations?: PendingOperation[];
}

/** A stack of the program on the story's sandbox, and the commands on it. */
export class Stack {
  readonly #name: string;
  readonly #config: Config;

  /** @param config - what every command has that isn't told otherwise. */
  constructor(config: Config = {}, name = "e2e") {
    this.#config = config;
    this.#name = name;
  }

  readonly init = (): Promise<void> => sandbox.initStack(PROJECT, this.#name);

  /** Writes a config file of its own for each command: another may still read the one before. */
  configFile(values: Config = {}): Promise<string> {
    const own = { clusterName: "eks-workshop-auto", context: "carts-sandbox", ...this.#config, ...values };
    const keys = Object.entries(own).map(([key, value]) => [`${PROJECT}:${key}`, value]);
    return sandbox.writeConfig(`${this.#name}-${files++}`, { "aws:region": "us-west-2", ...Object.fromEntries(keys) });
  }

  /** Runs a pulumi command, whatever its exit code. */
  async pulumi(
    command: string,
    config: ConfigOrFile = {},
    { args = [], cwd = CLONE }: { args?: readonly string[]; cwd?: string } = {},
  ): Promise<Finished> {
    const all = [...command.split(" "), ...(await this.#args(config)), "--non-interactive", ...args];
    return sandbox.run("pulumi", all, { cwd });
  }

  /** As {@link pulumi}, gives what it printed, and throws with it unless it succeeds. */
  async succeed(...args: Parameters<Stack["pulumi"]>): Promise<string> {
    const { code, output } = await this.pulumi(...args);
    if (code !== 0) throw new Error(`pulumi ${args[0]} ended with exit code ${code}:\n${output}`);
    return output;
  }

  /** `pulumi up`, without a preview; throws with its output unless it succeeds. */
  readonly up = (config: ConfigOrFile = {}, options?: Parameters<Stack["pulumi"]>[2]): Promise<string> =>
    this.succeed("up --yes --skip-preview", config, options);

  /** Runs a command of `carts` as a pipeline does, whatever its exit code. */
  carts = async (command: string, config: ConfigOrFile = {}, ...args: string[]): Promise<Finished> =>
    (await this.begin(command, config, ...args)).finished;

  /** Begins a command of `carts` that goes on beside the test. */
  begin = async (command: string, config: ConfigOrFile = {}, ...args: string[]): Promise<Running> =>
    sandbox.begin("node", [...(await this.cartsArgs(command, config)), ...args], { cwd: sandbox.folder });

  /** Runs a command of `carts` on a terminal. Both streams come as one. */
  onTerminal = async (command: string, config: ConfigOrFile = {}, columns = 100): Promise<Finished> =>
    sandbox.onTerminal(["node", ...(await this.cartsArgs(command, config))], columns, { cwd: sandbox.folder });

  /** What Node is given to run a command of `carts`. */
  cartsArgs = async (command: string, config: ConfigOrFile = {}): Promise<string[]> => [
    ...[DOOR, command],
    ...(await this.#args(config)),
  ];

  /** Outputs, by name. */
  async outputs(): Promise<Record<string, string>> {
    const { stdout } = await sandbox.succeed("pulumi", ["stack", "output", "--json", "--stack", this.#name]);
    return JSON.parse(stdout);
  }

  /** Where Pulumi's file backend keeps the stack. */
  get stateFile(): string {
    const backend = new URL(sandbox.env.PULUMI_BACKEND_URL!).pathname;
    return join(backend, ".pulumi", "stacks", PROJECT, `${this.#name}.json`);
  }

  async state(): Promise<Latest> {
    return JSON.parse(await readFile(this.stateFile, "utf8")).checkpoint.latest;
  }

  async #args(config: ConfigOrFile): Promise<string[]> {
    const file = typeof config === "string" ? config : await this.configFile(config);
    return ["--stack", this.#name, "--config-file", file];
  }
}
