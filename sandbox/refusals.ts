import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const hours = 24;

/**
 * Why something could not be had, when that was found out less than a day ago. Whoever wants it to be asked for again
 * at once deletes the file; all of them are named `*.unavailable`.
 */
export function rememberedRefusal(file: string): string | undefined {
  const since = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return Date.now() - since < hours * 3600_000 ? readFileSync(file, "utf8") : undefined;
}

/** Remembers for a day why something could not be had, so that starts don't wait for the same answer again. */
export function rememberRefusal(file: string, why: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, why);
}
