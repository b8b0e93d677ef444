import { existsSync, readFileSync } from "node:fs";

/** Something that the user can read and act on: printed without a stack trace. */
export class SandboxError extends Error {}

/** A part that did not build, start or answer. Names the part, its log and the log's last lines. */
export class PartError extends SandboxError {
  constructor(part: string, what: string, log: string) {
    super(`${part}: ${what}\n  log: ${log}\n${lastLines(log, 12)}`);
  }
}

function lastLines(file: string, count: number): string {
  if (!existsSync(file)) return "  (the log is empty)";
  const lines = readFileSync(file, "utf8").trimEnd().split("\n").slice(-count);
  return lines.map((line) => `  | ${line.slice(0, 400)}`).join("\n");
}
