import { statSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { killHard, send, startedBy } from "../../e2e/interrupted.ts";
import { until } from "../../e2e/kit/index.ts";
import { type Fault, over } from "./fault.ts";

/** The command and all that it has started, as when a machine breaks down. */
export const everything: Fault = {
  name: "kill -9 of the whole command",
  begin: async (running) => {
    await killHard(running!);
    return over;
  },
};

/** Pulumi writes the stack's state before each step and after it. */
export const atWrite = (n: number): Fault => ({
  name: `kill -9 of the whole command at write ${n} of the state`,
  watches: true,
  begin: async (running, { stateFile }) => {
    const written = () => statSync(stateFile, { throwIfNoEntry: false })?.mtimeMs;
    let [last, writes, isOver] = [written(), 0, false];
    running!.finished.then(() => {
      isOver = true;
    });
    while (writes < n && !isOver) {
      await sleep(5);
      const now = written();
      if (now !== undefined && now !== last) writes++;
      last = now ?? last;
    }
    if (writes < n) return undefined;
    await killHard(running!);
    return over;
  },
});

/** The command alone: what it has started goes on without it. */
export const command: Fault = {
  name: "kill -9 of carts alone",
  begin: async (running) => {
    send(running!.child.pid!, "SIGKILL");
    return over;
  },
};

/** A part of Pulumi's, as its command line says; when it has not begun yet, as soon as it has. */
export const part = (name: string, program: RegExp): Fault => ({
  name: `kill -9 of ${name}`,
  begin: async (running) => {
    const { child, finished } = running!;
    let isOver = false;
    finished.then(() => {
      isOver = true;
    });
    const parts = await until(`${name} runs`, async () => {
      const found = (await startedBy(child.pid!)).filter(({ line }) => program.test(line));
      return (found.length > 0 || isOver) && found;
    });
    return parts.filter(({ pid }) => send(pid, "SIGKILL")).length > 0 ? over : undefined;
  },
});

export const KILLS: readonly Fault[] = [
  everything,
  command,
  part("the engine", /^(\S*\/)?pulumi /),
  part("the language host", /^\S*pulumi-language-nodejs /),
  part("the Kubernetes plugin", /^\S*pulumi-resource-kubernetes /),
  // The official one, or the stand-in.
  part("the AWS plugin", /pulumi-resource-aws |standins\/aws\/main/),
];
