import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import type { Part } from "./parts.ts";
import { paths, sandboxDir } from "./paths.ts";
import type { StartedProcess } from "./processes.ts";

/** What a sandbox remembers from one command to the next. */
export interface State {
  /** Port by `<process>` or `<process>/<purpose>`. */
  ports: Record<string, number>;
  /** What `up` started and `down` has not yet stopped, by name. */
  processes: Record<string, StartedProcess>;
  /** The table of parts as of the last `up`. */
  parts: Part[];
}

/** The remembered state; empty where there is none. */
export function loadState(): State {
  const empty: State = { ports: {}, processes: {}, parts: [] };
  if (!existsSync(paths.state)) return empty;
  return { ...empty, ...(JSON.parse(readFileSync(paths.state, "utf8")) as Partial<State>) };
}

/** Replaces the state file in one move, so that a reader never sees half of it. */
export function saveState(state: State): void {
  mkdirSync(sandboxDir, { recursive: true });
  const unfinished = `${paths.state}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(state, null, 2)}\n`);
  renameSync(unfinished, paths.state);
}
