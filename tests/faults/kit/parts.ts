import { sandbox } from "../../e2e/kit/index.ts";
import type { Fault } from "./fault.ts";

/** Seconds for which a part is away. */
const AWAY = 5;

/** A part of the cluster, or AWS, dies; it comes back after some seconds. */
export const away = (name: string, ...processes: readonly string[]): Fault => ({
  name: `${name} away for ${AWAY} s`,
  seconds: AWAY,
  begin: async () => {
    sandbox.signal("SIGKILL", ...processes);
    return async () => {
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
