import { isRunning } from "./processes.ts";
import { answers } from "./services.ts";
import type { State } from "./state.ts";
import { columns } from "./table.ts";

/** Says of each part whether it is healthy; returns whether all are. */
export async function status(state: State): Promise<boolean> {
  if (state.parts.length === 0) {
    console.log("There is no sandbox here yet: npm run sandbox");
    return false;
  }
  const rows = await Promise.all(
    state.parts.map(async ({ name, version, kind, service }) => {
      return [name, version, kind, service ? await healthOf(state, service) : "present"];
    }),
  );
  console.log(columns([["part", "version", "", "health"], ...rows]));
  return rows.every(([, , , health]) => health === "healthy" || health === "present");
}

async function healthOf(state: State, service: string): Promise<string> {
  const process = state.processes[service];
  if (!isRunning(process)) return "not running";
  if (!process?.health || (await answers(process.health))) return "healthy";
  return `unhealthy, see ${process.log}`;
}
