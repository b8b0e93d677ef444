import { stripVTControlCharacters } from "node:util";
import type { CommandError } from "@pulumi/pulumi/automation/index.js";
import { cut, printable } from "../../packages/console/index.ts";

/** What the environment lacks, by what Pulumi says of it, and what to set. */
const ADVICE: readonly (readonly [said: RegExp, advice: string])[] = [
  // It names the variables itself.
  [/PULUMI_CONFIG_PASSPHRASE/, ""],
  [/incorrect passphrase/, "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, is not the stack's"],
  [
    /PULUMI_ACCESS_TOKEN must be set|\b401\b|Unauthorized: No credentials|invalid access token/i,
    "`pulumi login`, or set PULUMI_ACCESS_TOKEN to a token that is still valid, or PULUMI_BACKEND_URL to another backend",
  ],
  [
    /unable to open state directory|\.pulumi\/meta\.yaml|performing HTTP request|unknown backend/i,
    "PULUMI_BACKEND_URL, else `pulumi login`, must name a backend that can be reached from here",
  ],
];

/** Longer is no line any more. */
const LONGEST = 1000;

/** One line for an error that nobody foresaw: what Pulumi says, and what to set if it lacks something. */
export function errorLine(error: unknown): string {
  const said = isCommandError(error) ? lastError(error) : undefined;
  const text = said ?? (error instanceof Error ? error.message || error.name : String(error));
  const advice = said && adviceFor(said);
  return `${oneLine(text)}${advice ? `: ${advice}` : ""}`;
}

/** Why a command of Pulumi failed that has told of it on stderr, as a sentence's end. */
export function failureText(error: CommandError): string {
  const said = lastError(error);
  return said && adviceFor(said) !== undefined ? `: ${errorLine(error)}` : ", see above";
}

/** The library's classes are loaded only with a command that needs them. */
const isCommandError = (error: unknown): error is CommandError => error instanceof Error && "commandResult" in error;

const adviceFor = (said: string): string | undefined => ADVICE.find(([pattern]) => pattern.test(said))?.[1];

/** The last `error:` line of a command's output that says more than that it failed. */
function lastError(error: CommandError): string | undefined {
  const { stdout = "", stderr = "" } = (error as unknown as { readonly commandResult?: Output }).commandResult ?? {};
  const errors = (text: string) =>
    [...stripVTControlCharacters(text).matchAll(/^\s*error: (.*\S)/gm)]
      .map(([, said]) => said!)
      .filter((said) => !/^(update|preview|destroy|refresh) (failed|canceled)$/.test(said));
  return errors(stderr).at(-1) ?? errors(stdout).at(-1);
}

interface Output {
  readonly stdout?: string;
  readonly stderr?: string;
}

const oneLine = (text: string): string =>
  cut(printable(stripVTControlCharacters(text).trim().replace(/\s+/g, " ")), LONGEST);
