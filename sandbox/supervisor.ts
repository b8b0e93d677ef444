import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { contentsOf, fingerprintOf } from "./cache.ts";
import { childEnvironment, settings } from "./environment.ts";
import { PartError, SandboxError } from "./errors.ts";
import { interrupted } from "./interrupt.ts";
import { paths, sandboxDir } from "./paths.ts";
import { isRunning, type StartedProcess, startProcess, stopProcesses } from "./processes.ts";
import { answers, type Service } from "./services.ts";
import { type State, saveState } from "./state.ts";

const patienceSeconds = 120;
// Those that write to others end first, and what holds the data ends last.
const lastToStop = [["aws-endpoint", "eks-authenticator", "kube-apiserver"], ["etcd"]];

/** Starts and stops the sandbox's processes, and keeps the state file true about them at any moment. */
export class Supervisor {
  private readonly state: State;
  private readonly startedHere = new Set<string>();

  constructor(state: State) {
    this.state = state;
  }

  /** Starts a service unless it runs already, with the same program, arguments, settings and sources. */
  async start(service: Service): Promise<void> {
    interrupted.throwIfAborted();
    const { name, command, args, env = {}, sources = [] } = service;
    const values = Object.entries({ ...settings(this.state), ...env }).map(([key, value]) => `${key}=${value}`);
    const fingerprint = fingerprintOf([
      command,
      ...args,
      ...values,
      JSON.stringify(this.state.ports),
      ...sources.flatMap(contentsOf),
    ]);
    const before = this.state.processes[name];
    if (before && isRunning(before)) {
      if (before.fingerprint === fingerprint) return;
      await stopProcesses([before]);
    }
    const log = join(paths.logs, `${name}.log`);
    const started = startProcess(command, args, { ...childEnvironment(this.state), ...env }, log, sandboxDir);
    this.state.processes[name] = { ...started, fingerprint, health: service.health };
    this.startedHere.add(name);
    saveState(this.state);
  }

  /** Waits until the service answers; throws with the end of its log when it ends, or takes too long. */
  async ready(service: Service): Promise<void> {
    const process = this.state.processes[service.name];
    const log = process?.log ?? "";
    for (const end = Date.now() + patienceSeconds * 1000; ; await sleep(50)) {
      interrupted.throwIfAborted();
      if (!isRunning(process)) throw new PartError(service.name, "it ended right after its start", log);
      if (!service.health || (await answers(service.health))) return;
      if (Date.now() > end) throw new PartError(service.name, `not ready after ${patienceSeconds} seconds`, log);
    }
  }

  /** Stops everything that runs, what this command started, or some by name. Returns how many ran. */
  async stop(which: "all" | "started here" | string[]): Promise<number> {
    const isWanted = (name: string) => (Array.isArray(which) ? which.includes(name) : this.startedHere.has(name));
    const names = Object.keys(this.state.processes).filter((name) => which === "all" || isWanted(name));
    const running = names.filter((name) => isRunning(this.state.processes[name]));
    const waves = [names.filter((name) => !lastToStop.flat().includes(name)), ...lastToStop];
    for (const wave of waves) {
      const inWave = wave.filter((name) => names.includes(name));
      await stopProcesses(inWave.map((name) => this.state.processes[name]).filter(isStarted));
      for (const name of inWave) delete this.state.processes[name];
      saveState(this.state);
    }
    return running.length;
  }

  /** Whether a process was started, not stopped, and has ended all the same. */
  hasDied(name: string): boolean {
    return name in this.state.processes && !this.isRunning(name);
  }

  /** Whether a process of the sandbox runs. */
  isRunning(name: string): boolean {
    return isRunning(this.state.processes[name]);
  }
}

/** Polls until it holds. */
export async function until(what: string, holds: () => Promise<boolean>, seconds = 60): Promise<void> {
  for (const end = Date.now() + seconds * 1000; !(await holds()); await sleep(100)) {
    interrupted.throwIfAborted();
    if (Date.now() > end) throw new SandboxError(`${what}: not so after ${seconds} seconds`);
  }
}

function isStarted(process: StartedProcess | undefined): process is StartedProcess {
  return process !== undefined;
}
