import { type Finding, onOneLine } from "../../doctor/index.ts";
import type { Cause } from "./cause.ts";

/**
 * Why an update must not begin: what it stands on lacks something.
 *
 * @param wrong - of the doctor's findings.
 */
export function groundCause(wrong: readonly Finding[]): Cause | undefined {
  const [first] = wrong;
  if (!first) return undefined;
  const each = wrong.map((finding) => `${onOneLine(finding)}: ${finding.remedy} (${finding.id})`);
  return {
    name: "ground",
    object: first.topic,
    message: `nothing was changed: ${each.join("; ")}. \`carts doctor\` looks at all of it; --no-preflight goes on without this look.`,
  };
}
