import { conflictsIn } from "../../../packages/live/index.ts";
import { errorLine, isExplained, nameOfUrn, type PulumiError, programHeadline } from "../../stack/index.ts";
import { principalOf } from "./ack.ts";
import { type Cause, type CauseName, inline } from "./cause.ts";

/** Errors that only say that a wait is over: why is in the cluster. */
const WAITING =
  /timed out|failed to fully initialize|become live|waiting for|context (deadline|canceled)|operation was cancelled/i;

/** Whether errors say no more than that the cluster did not get ready. */
export const isWait = ({ message }: PulumiError): boolean => WAITING.test(message) && conflictsIn(message).length === 0;

/** A cause in Pulumi's own words, or in the API server's or in AWS', as a plugin passes them on. */
export function pulumiCause(errors: readonly PulumiError[]): Cause | undefined {
  const found =
    errors.find((error) => error.urn && !isWait(error)) ?? errors.find((error) => !isWait(error)) ?? errors[0];
  if (!found) return undefined;
  const object = found.urn ? `${found.urn.split("::")[2]!.split("$").at(-1)} ${nameOfUrn(found.urn)}` : "the program";
  const text = /invocation of (\S+ returned an error: .*)/s.exec(found.message)?.[1] ?? found.message;
  const said = inline(text.replace(/^(\s*\*\s*)?/gm, "").split(/\n\s*at /)[0]!);
  // The program's own words have the remedy.
  if (REFUSAL.test(said)) return { name: adviceFor(said)[0], object, message: said };
  const [name, advice] = adviceFor(said);
  const message = `Pulumi can't bring about ${object}: ${said}.${advice}`;
  return { name, object, message, ...(!found.urn && { headline: `${programHeadline(found)}.${advice}` }) };
}

/** How the program begins when it refuses what it was given. */
const REFUSAL = /^nothing was changed: /;

function adviceFor(said: string): [name: CauseName, advice: string] {
  if (/AccessDenied|UnauthorizedOperation|not authorized to perform/i.test(said)) {
    const action = /perform: ([\w-]+:\w+)/.exec(said)?.[1] ?? "this call";
    return ["access-denied", ` ${principalOf(said) ?? "Whoever runs Pulumi"} must be allowed ${action}.`];
  }
  if (/NoSuchEntity|role .*(not found|cannot be found|couldn't find)|no such IAM role/i.test(said)) {
    return ["role-missing", " Make the role first, or leave `roleName` out to have one made."];
  }
  if (/ already exists|EntityAlreadyExists|ResourceInUse/i.test(said)) {
    const advice =
      " Where a run of this stack had it made and did not hear of it, `carts up --resume` takes it back; " +
      "else it belongs to somebody else: rename this stack's, or remove that one.";
    return ["already-exists", advice];
  }
  if (/being terminated/.test(said)) return ["namespace-terminating", " Wait until the namespace is gone."];
  if (/unreachable|ECONNREFUSED|connection refused|no such host/i.test(said)) return ["unreachable", ""];
  return ["pulumi", ""];
}

/** A failure of the command itself, which no resource has; or that it failed, where all that is known stands in its output. */
export const environmentCause = (failure: unknown, command: "up" | "destroy"): Cause => ({
  ...{ name: "pulumi", object: "pulumi" },
  ...(isExplained(failure)
    ? { message: errorLine(failure) }
    : {
        message: `Pulumi's ${command} failed; its output says why.`,
        headline: `Pulumi's ${command} failed, see above`,
      }),
});
