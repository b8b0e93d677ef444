import { parseArgs } from "node:util";
import { hasTimes } from "./times.ts";

// Mocha loads this before the tests. Its workers, which don't see its arguments, learn here what is looked for.
process.env.E2E_GREP ??= JSON.stringify(grep());

/** Source and flags of what `--grep` or `--fgrep` look for, as mocha reads them; nothing when all is run. */
function grep(): string[] {
  const options = { grep: { type: "string", short: "g" }, fgrep: { type: "string", short: "f" } } as const;
  const { grep, fgrep } = parseArgs({ options, strict: false }).values;
  if (typeof fgrep === "string") return [fgrep.replace(/[|\\{}()[\]^$+*?.]/g, "\\$&"), ""];
  if (typeof grep !== "string") return [];
  const [, source = grep, flags = ""] = /^\/(.*)\/([gimy]*)$/.exec(grep) ?? [];
  return [source, flags];
}

/** What `--grep` or `--fgrep` look for; undefined when all is run. */
export function lookedFor(): RegExp | undefined {
  const [source, flags] = JSON.parse(process.env.E2E_GREP!) as string[];
  return source ? new RegExp(source, flags) : undefined;
}

/** After all tests. Throws when nothing was run of what is looked for: mocha would count it as success. */
export function mochaGlobalTeardown(): void {
  if (hasTimes() || !lookedFor()) return;
  const error = new Error(`no test that could be run matches ${lookedFor()}: nothing was tested`);
  // Mocha prints this.
  error.stack = error.message;
  throw error;
}
