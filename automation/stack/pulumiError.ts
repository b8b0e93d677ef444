import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { cut, printable } from "../../packages/console/index.ts";

/** What the environment lacks, by what Pulumi says of it, and what to set. */
const ADVICE: readonly (readonly [said: RegExp, advice: string])[] = [
  // It names the variables itself.
  [/PULUMI_CONFIG_PASSPHRASE/, ""],
  [/no stack named/, "`pulumi stack init` makes one"],
  // A key that the project declares is not set, or has another type.
  [/^validating stack config: /, "`pulumi config set <key> <value>` sets it"],
  [/incorrect passphrase/, "PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, is not the stack's"],
  [
    /PULUMI_ACCESS_TOKEN must be set|\b401\b|Unauthorized: No credentials|invalid access token/i,
    "`pulumi login`, or set PULUMI_ACCESS_TOKEN to a token that is still valid, or PULUMI_BACKEND_URL to another backend",
  ],
  [
    // A file backend writes what fits: https://github.com/google/go-cloud, blob.WriteAll.
    /failed to load checkpoint/,
    "the stack's state is cut off, as after a full disk. In the backend's folder `.pulumi/stacks` copy `<stack>.json.bak`, the " +
      "state of the moment before, over `<stack>.json`; then `carts up --resume` goes on",
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
  if (isCommandError(error)) {
    const { stdout = "", stderr = "" } = error.commandResult;
    const said = lastError(stderr) ?? lastError(stdout);
    if (said !== undefined) return advised(said);
  }
  return oneLine(error instanceof Error ? error.message || error.name : String(error));
}

/**
 * Why a command of Pulumi failed whose output was shown, as the end of a sentence.
 *
 * @param errors - that it has reported. Default: none is known.
 */
export function failureText(error: Error, errors: readonly PulumiError[] = []): string {
  // What the program or a plugin says is on stdout: a 401 there is not the backend's.
  const said = isCommandError(error) ? lastError(error.commandResult.stderr ?? "") : undefined;
  if (said !== undefined && adviceFor(said) !== undefined) return `: ${advised(said)}`;
  const [first] = errors;
  return first && !errors.some(({ urn }) => urn) ? `: ${programHeadline(first)}` : ", see above";
}

/** Whether {@link errorLine} has more to say than that a command of Pulumi failed, and what it printed. */
export const isExplained = (error: unknown): boolean =>
  !isCommandError(error) ||
  Object.values(error.commandResult).some((text) => typeof text === "string" && lastError(text) !== undefined);

/** An error that Pulumi reports, of a resource or of the program. */
export interface PulumiError {
  /** Undefined for the program itself. */
  readonly urn: string | undefined;
  readonly message: string;
}

/** The error of an engine's event, if it is one. Colours and the repeated summary at the end are left out. */
export function errorOf({ diagnosticEvent }: EngineEvent): PulumiError | undefined {
  if (diagnosticEvent?.severity !== "error") return undefined;
  const message = diagnosticEvent.message.replace(/<\{%.*?%\}>/g, "").trim();
  const urn = diagnosticEvent.urn || undefined;
  return message === "" || /^(update|preview|destroy|refresh) (failed|canceled)$/.test(message)
    ? undefined
    : { urn, message };
}

/** What Pulumi's SDKs, and Node, put before an error that a program did not mean to tell. */
const UNHANDLED = /^(?:Running p|P)rogram .*failed with an unhandled exception:\n(?:<ref \*\d+> )?/;
/** The line of it that says what is wrong: code, or a trace, may come before. */
const EXCEPTION = /^[\w.]*(?:Error|Exception)\b(?:[^:]*: |$)/;
/** What Python puts before the frames, which are indented, and the exception, whatever that is called. */
const TRACEBACK = /^Traceback \(/;
/** Of a trace of Node's. */
const FRAME = /^\s+at /;
/** Before one of several errors. */
const ITEM = /^\s*\* /;

/** Why, the program has printed itself. */
const EXITED = /program exited (?:with non-zero exit code|unexpectedly)/i;

/** Of a program's own error, which Pulumi has printed, the line that tells most; and where the others are, if there are any. */
export function programHeadline({ message }: PulumiError): string {
  const isMeant = !UNHANDLED.test(message);
  const lines = stripVTControlCharacters(message)
    .replace(UNHANDLED, "")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const told = sentenceAt(lines, isMeant ? 0 : thrownAt(lines));
  const said = oneLine(told.join(" ")).replace(/[.:]$/, "");
  const isAll = lines.length <= told.length && !said.endsWith("…") && !EXITED.test(said);
  return `${isMeant ? "" : "the program failed: "}${said}${isAll ? "" : ", see above"}`;
}

/** Where an exception is that was thrown: the first, since others may come of it. */
function thrownAt(lines: readonly string[]): number {
  const isPython = TRACEBACK.test(lines[0] ?? "");
  const found = lines.findIndex((line, i) => (isPython ? i > 0 && /^\S/.test(line) : EXCEPTION.test(line)));
  return Math.max(0, found);
}

/** A line, with those that it leads up to: `1 error occurred:` tells nothing without its item. */
function sentenceAt(lines: readonly string[], at: number): readonly string[] {
  const [line = "", next, ...rest] = lines.slice(at);
  if (!line.trimEnd().endsWith(":") || next === undefined || FRAME.test(next)) return [line];
  return [line, ...sentenceAt([next.replace(ITEM, ""), ...rest], 0)];
}

/** Pulumi's CommandError. Its class is not loaded for this, and keeps the result to itself. */
interface CommandError extends Error {
  readonly commandResult: { readonly stdout?: string; readonly stderr?: string };
}

const isCommandError = (error: unknown): error is CommandError => error instanceof Error && "commandResult" in error;

const adviceFor = (said: string): string | undefined => ADVICE.find(([pattern]) => pattern.test(said))?.[1];

const advised = (said: string): string =>
  [oneLine(said).replace(/\.$/, ""), adviceFor(said)].filter(Boolean).join(": ");

/** The last `error:` line that says more than that a command failed. */
const lastError = (output: string): string | undefined =>
  [...stripVTControlCharacters(output).matchAll(/^\s*error: (.*\S)/gm)]
    .map(([, said]) => said!)
    .filter((said) => !/^(update|preview|destroy|refresh) (failed|canceled)$/.test(said))
    .at(-1);

const oneLine = (text: string): string =>
  cut(printable(stripVTControlCharacters(text).trim().replace(/\s+/g, " ")), LONGEST);
