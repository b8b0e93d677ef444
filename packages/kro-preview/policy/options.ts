import type { Command } from "commander";
import { didYouMean, UserError } from "../../console/index.ts";
import type { Policy } from "./policy.ts";
import type { Setting } from "./rule.ts";

/** Options of every command that knows the policy. */
export interface PolicyOptions {
  /** True without a file: kro-preview.yaml where there is one. */
  readonly policy?: string | true;
  readonly rule?: Readonly<Record<string, string>>;
  readonly failOnFinding?: boolean;
}

/** Adds the policy's switches. */
export const withPolicy = (command: Command, purpose: string): Command =>
  withFailOnFinding(
    command
      .option(
        "--policy [file]",
        `${purpose}; the file has the switches (default: kro-preview.yaml, where there is one)`,
        toFile,
      )
      .option("--rule <id=off|warn|error>", "a switch of a rule of the policy; may be given again", toSwitch),
  );

/** Adds what an exit code says of findings. */
export const withFailOnFinding = (command: Command): Command =>
  command.option("--fail-on-finding", "exit with 3 when a rule that counts as an error finds something");

/** In a pipeline an empty path is a variable that isn't set. */
function toFile(text: string): string {
  if (text === "") throw new UserError("--policy: a path can't be empty");
  return text;
}

function toSwitch(text: string, earlier: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, id, setting] = /^([^=]*)=(off|warn|error)$/.exec(text) ?? [];
  if (id === undefined) {
    throw new UserError(`--rule ${JSON.stringify(text)}: a switch is a rule's id, =, and off, warn or error`);
  }
  return { ...earlier, [id]: setting! };
}

/**
 * The policy that options ask for; undefined for none.
 *
 * @throws UserError for a settings file that can't be taken, and for a rule that isn't there.
 */
export async function policyOf({ policy, rule = {}, failOnFinding }: PolicyOptions): Promise<Policy | undefined> {
  if (policy === undefined && !failOnFinding && Object.keys(rule).length === 0) return undefined;
  const { makePolicy } = await import("./policy.ts");
  const { ruleIds } = await import("./settingsSchema.ts");
  const { readSettings } = await import("./settingsFile.ts");
  const wrong = Object.keys(rule).find((id) => !ruleIds().includes(id));
  if (wrong !== undefined) {
    throw new UserError(
      `--rule ${wrong}: there is no such rule${didYouMean(wrong, ruleIds()) || "; `kro-preview policy --list-rules` lists them"}`,
    );
  }
  const settings = await readSettings(typeof policy === "string" ? policy : undefined);
  const { GROUPS } = await import("./rules.ts");
  const typed = rule as Readonly<Record<string, Setting>>;
  // What is typed comes before what a file says, and of that a rule before its group.
  const expanded = Object.entries(typed).flatMap(([id, setting]) => (GROUPS[id] ?? []).map((one) => [one, setting]));
  return makePolicy({ ...settings, rules: { ...settings.rules, ...Object.fromEntries(expanded), ...typed } });
}
