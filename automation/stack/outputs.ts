import type { OutputMap } from "@pulumi/pulumi/automation/index.js";

/** Outputs of a stack, by name. A secret is the text `[secret]`. */
export type Outputs = Readonly<Record<string, unknown>>;

/** @param showSecrets - whether secrets are there as they are. */
export const shownOutputs = (outputs: OutputMap, showSecrets = false): Outputs =>
  Object.fromEntries(
    Object.entries(outputs)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { value, secret }]) => [name, secret && !showSecrets ? "[secret]" : value]),
  );

/** `name: value`, a line each; what isn't a string, as JSON. */
export const outputLines = (outputs: Outputs): string =>
  Object.entries(outputs)
    .map(([name, value]) => `${name}: ${typeof value === "string" ? value : JSON.stringify(value)}\n`)
    .join("");
