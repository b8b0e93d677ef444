import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PendingOperation, ResourceState } from "../../../automation/stack/index.ts";
import {
  CLONE,
  CLUSTER_NAME,
  type Config,
  type ConfigOrFile,
  type Finished,
  type Running,
  TestStack,
} from "../../../sandbox/testing.ts";
import { sandbox } from "./lease.ts";

const DOOR = join(CLONE, "automation", "carts.mjs");

/** What Pulumi's file backend keeps of a stack. */
export interface Latest {
  resources: ResourceState[];
  pending_operations?: PendingOperation[];
}

/** Long on a slow machine, too; a wait that is to end in vain has another. */
const TIMEOUT = "4m";
const OF_EVERY_STACK: Config = {
  "aws:region": "us-west-2",
  clusterName: CLUSTER_NAME,
  context: "carts-sandbox",
  timeouts: { create: TIMEOUT, update: TIMEOUT, delete: TIMEOUT },
};

/** A stack of the program, on the story's sandbox unless told another, and the commands of `carts` on it. */
export class Stack extends TestStack {
  /** @param config - what every command has that isn't told otherwise. */
  constructor(config: Config = {}, { name = "e2e", on = sandbox } = {}) {
    super(on, { project: "carts-stack", name, config: { ...OF_EVERY_STACK, ...config } });
  }

  /** Runs a command of `carts` as a pipeline does, whatever its exit code. */
  carts = async (command: string, config: ConfigOrFile = {}, ...args: string[]): Promise<Finished> =>
    (await this.begin(command, config, ...args)).finished;

  /** Begins a command of `carts` that goes on beside the test. */
  begin = async (command: string, config: ConfigOrFile = {}, ...args: string[]): Promise<Running> =>
    this.sandbox.begin("node", [...(await this.cartsArgs(command, config)), ...args], { cwd: this.sandbox.folder });

  /** Runs a command of `carts` on a terminal. Both streams come as one. */
  onTerminal = async (command: string, config: ConfigOrFile = {}, columns = 100): Promise<Finished> =>
    this.sandbox.onTerminal(["node", ...(await this.cartsArgs(command, config))], columns, {
      cwd: this.sandbox.folder,
    });

  /** What Node is given to run a command of `carts`. */
  cartsArgs = async (command: string, config: ConfigOrFile = {}): Promise<string[]> => [
    ...[DOOR, command],
    ...(await this.args(config)),
  ];

  async state(): Promise<Latest> {
    return JSON.parse(await readFile(this.stateFile, "utf8")).checkpoint.latest;
  }
}
