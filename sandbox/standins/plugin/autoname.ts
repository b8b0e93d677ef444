import type { CheckRequest } from "./resourceProvider.ts";
import { containsUnknown } from "./values.ts";

/**
 * The physical name of a resource whose program gave none: the one it has already, else the project's autonaming
 * proposal, else `<name>-<7 hex digits>` from the random seed, so that preview and update agree.
 * Throws when autonaming is disabled, or when the name would be longer than `maxLength`.
 * See https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
export function autoname(request: CheckRequest, property: string, maxLength: number): string {
  const old = request.oldInputs[property];
  if (typeof old === "string" && old !== "" && !containsUnknown(old)) return old;
  if (request.autonaming?.mode === "disable") {
    throw new Error(`automatic naming is disabled, so "${property}" must be given`);
  }
  const name = request.autonaming?.proposedName || `${request.name}-${hexDigits(request.randomSeed)}`;
  if (name.length > maxLength) {
    throw new Error(`the generated name "${name}" has ${name.length} characters, at most ${maxLength} are allowed`);
  }
  return name;
}

function hexDigits(seed: Uint8Array): string {
  const bytes = seed.length > 0 ? seed : crypto.getRandomValues(new Uint8Array(4));
  return Buffer.from(bytes).toString("hex").slice(0, 7).padEnd(7, "0");
}
