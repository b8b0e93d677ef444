import type { Case } from "./refusal.ts";

/** A stack's config that can't be used. */
export interface ConfigCase extends Case {
  /** By key; what is no text comes as JSON, as Pulumi passes it on. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The stack's own file, where it matters how that has them. */
  readonly file?: string;
  /** Keys set with `--secret`. */
  readonly secretKeys?: readonly string[];
}

/** A text of that many letters. */
export const long = (length: number) => "x".repeat(length);

/** A config that is good but for these values. */
export const of = (title: string, values: object, says: RegExp, more: Partial<ConfigCase> = {}): ConfigCase => ({
  ...{ title, says, ...more },
  values: { clusterName: "c", ...values },
});
