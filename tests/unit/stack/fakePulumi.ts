import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A Pulumi project, and a `pulumi` that answers as it is told, in place of the real one. */
export interface FakePulumi {
  /** Folder of the project. */
  readonly cwd: string;
  /** What makes a process take it. */
  readonly env: NodeJS.ProcessEnv;
  remove(): Promise<void>;
}

/** @param answers - lines of a shell script, by the beginning of the command: `stack export`. */
export async function fakePulumi(answers: Readonly<Record<string, string>>): Promise<FakePulumi> {
  const cwd = await mkdtemp(join(tmpdir(), "carts-stack-"));
  const cases = Object.entries(answers).map(([command, script]) => `"${command}"*)\n${script}\n;;`);
  const script = ["#!/bin/sh", 'case "$*" in', "version*) echo v3.274.1 ;;", ...cases, "*) exit 7 ;;", "esac"];
  await writeFile(join(cwd, "Pulumi.yaml"), "name: carts-stack\nruntime: nodejs\n");
  await writeFile(join(cwd, "pulumi"), script.join("\n"));
  await chmod(join(cwd, "pulumi"), 0o755);
  const env = { PATH: [cwd, process.env.PATH].join(delimiter) };
  return { cwd, env, remove: () => rm(cwd, { recursive: true }) };
}

/** Has the engine tell of events, and ends. Of the answer to a command that is given an `--event-log`. */
export const tellEvents = (events: readonly object[], code = 0): string =>
  [
    'for word; do [ "$last" = --event-log ] && log=$word; last=$word; done',
    `'${process.execPath}' '${join(import.meta.dirname, "sendEvents.ts")}' "$log" <<'END'`,
    ...events.map((event) => JSON.stringify(event)),
    "END",
    `exit ${code}`,
  ].join("\n");

/** Prints a value as JSON. */
export const printJson = (value: unknown): string => `cat <<'END'\n${JSON.stringify(value)}\nEND`;
