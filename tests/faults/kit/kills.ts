import { killHard, send, startedBy } from "../../e2e/interrupted.ts";
import { type Fault, over } from "./fault.ts";

/** The command and all that it has started, as when a machine breaks down. */
export const everything: Fault = {
  name: "kill -9 of the whole command",
  begin: async (running) => {
    await killHard(running!);
    return over;
  },
};

/** The command alone: what it has started goes on without it. */
export const command: Fault = {
  name: "kill -9 of carts alone",
  begin: async (running) => {
    send(running!.child.pid!, "SIGKILL");
    return over;
  },
};

/** A part of Pulumi's, by the name of its program. */
export const part = (name: string, program: string): Fault => ({
  name: `kill -9 of ${name}`,
  begin: async (running) => {
    for (const started of await startedBy(running!.child.pid!))
      if (started.name === program) send(started.pid, "SIGKILL");
    return over;
  },
});

export const KILLS: readonly Fault[] = [
  everything,
  command,
  part("the engine", "pulumi"),
  part("the language host", "pulumi-language-nodejs"),
  part("the Kubernetes plugin", "pulumi-resource-kubernetes"),
  part("the AWS plugin", "pulumi-resource-aws"),
];
