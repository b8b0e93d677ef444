import { InvalidArgumentError } from "commander";
import { DURATION_RULE, parseDuration } from "../../packages/console/index.ts";

/** Of a time such as `90s`, `20m` or `1h30m`. */
export function toMilliseconds(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`A${DURATION_RULE.slice(1)}.`);
  return milliseconds;
}

/** How many, as Pulumi takes a number: an int32. */
export function toCount(text: string): number {
  if (!/^[1-9]\d{0,9}$/.test(text) || Number(text) > 2 ** 31 - 1) {
    throw new InvalidArgumentError("A whole number, from 1 to 2147483647.");
  }
  return Number(text);
}

export function toPort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError("A port is a number from 0 to 65535.");
  return port;
}

/**
 * Name of a stack, with its project and organization or without. A word that begins with `-` is the next option: the name was
 * left out.
 *
 * @see https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
 */
export function toStackName(text: string): string {
  if (/^(?:[\w.][\w.-]*\/){0,2}[\w.][\w.-]{0,99}$/.test(text)) return text;
  throw new InvalidArgumentError(
    "A stack's name has 1 to 100 letters, digits, `-`, `_` and `.`: `pulumi stack ls` lists them.",
  );
}

/** Ends of stages: how many, or which share. */
export function toStages(text: string): string[] {
  const stages = text.split(",").map((one) => one.trim());
  if (!stages.every((one) => /^([1-9]\d{0,5}|([1-9]\d?|100)%)$/.test(one))) {
    throw new InvalidArgumentError("Numbers of instances, or shares from 1% to 100%, with commas: 3,10,50%.");
  }
  // How a number stands to a share, only the instances tell.
  const toNumber = (one: string) => Number(one.replace("%", ""));
  for (const isShare of [true, false]) {
    const some = stages.filter((one) => one.endsWith("%") === isShare);
    const late = some.find((one, i) => i > 0 && toNumber(one) <= toNumber(some[i - 1]!));
    if (late) {
      throw new InvalidArgumentError(
        `How many there are at the end of each stage: ${late} is not more than before it.`,
      );
    }
  }
  return stages;
}

/** `namespace/name` of instances; the name alone of those that have no namespace. */
export function toInstances(text: string): string[] {
  const names = text.split(",").map((one) => one.trim());
  if (names.every((one) => /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\/)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(one))) {
    return names;
  }
  throw new InvalidArgumentError(
    "`namespace/name` of instances, with commas between them: default/blue,default/green.",
  );
}

/** How many instances, or which. */
export const toCanary = (text: string): string[] =>
  /^\d+$/.test(text.trim()) ? [String(toCount(text.trim()))] : toInstances(text);
