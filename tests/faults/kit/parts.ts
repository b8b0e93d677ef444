import { send } from "../../e2e/interrupted.ts";
import { sandbox, until } from "../../e2e/kit/index.ts";
import type { Fault } from "./fault.ts";

/** Seconds for which a part is away. */
const AWAY = 5;

/**
 * A part of the cluster, or AWS, dies; it comes back after some seconds.
 *
 * @param how - SIGTERM for what keeps its data only then.
 */
export const away = (name: string, part: string, how: NodeJS.Signals = "SIGKILL"): Fault => ({
  name: `${name} away for ${AWAY} s`,
  seconds: AWAY,
  begin: async () => {
    const { pid } = sandbox.processes()[part]!;
    sandbox.signal(how, part);
    return async () => {
      await until(`${part} has ended`, () => !send(pid, 0));
      // Its commands go on with the variables that the story gave them.
      const { env } = sandbox;
      await sandbox.start({ fresh: false });
      sandbox.env = env;
    };
  },
});

/** A part holds still, with its connections open, and goes on after some seconds. */
export const frozen = (name: string, ...processes: readonly string[]): Fault => ({
  name: `${name} frozen for ${AWAY} s`,
  seconds: AWAY,
  begin: async () => {
    sandbox.signal("SIGSTOP", ...processes);
    return async () => sandbox.signal("SIGCONT", ...processes);
  },
});
