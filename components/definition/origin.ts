import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OWNER } from "../owner.ts";

/** Version of this package. */
export const { version } = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
  readonly version: string;
};

/** Annotation that says with which version of this package an RGD was made. */
export const VERSION = "carts-stack/version";

/** Who has made an RGD, by its annotations: `made by the stack acme/shop/owner with carts-stack 0.1.0`. */
export function originOf(annotations: Readonly<Record<string, string>> = {}): string {
  const { [OWNER]: stack, [VERSION]: made } = annotations;
  return `made by ${stack === undefined ? "others" : `the stack ${stack}`}${made ? ` with carts-stack ${made}` : ""}`;
}
