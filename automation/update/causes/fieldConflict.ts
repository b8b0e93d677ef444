import { namespacedName } from "../../../packages/kro/index.ts";
import { conflictsIn, type FieldConflict, type LiveObject, releaseCommand } from "../../../packages/live/index.ts";
import type { PulumiError } from "../../stack/index.ts";
import { type Cause, type Evidence, inline } from "./cause.ts";

/** A field that somebody else has set, and that Pulumi's Kubernetes plugin takes from kubectl, but from nobody else. */
export function conflictCause(
  errors: readonly PulumiError[],
  { objects }: Pick<Evidence, "objects">,
): Cause | undefined {
  for (const { urn, message } of errors) {
    const conflicts = conflictsIn(message);
    if (urn === undefined || conflicts.length === 0) continue;
    const kind = urn.split("::")[2]!.split(":").at(-1)!;
    const id = /reported that "([^"]+)" failed/.exec(message)?.[1];
    const live = objects.find((one) => one.kind === kind && namespacedName(one.metadata) === id);
    const title = `${kind} ${id ?? urn.split("::").at(-1)}`;
    return { name: "field-conflict", object: title, message: explain(title, conflicts, live) };
  }
  return undefined;
}

/** Without the values: what of them is secret is not known here. */
function explain(title: string, conflicts: readonly FieldConflict[], live: LiveObject | undefined): string {
  const fields = conflicts.map(({ manager, path }) => `${path} is ${manager}'s`);
  const managers = [...new Set(conflicts.map(({ manager }) => manager))];
  const commands = live ? managers.flatMap((manager) => releaseCommand(live, manager) ?? []) : [];
  const how =
    commands.length > 0
      ? `take it away, and run this again: ${commands.map((command) => `\`${command}\``).join(", then ")}.`
      : "take it away: `metadata.managedFields` of the object has its manager.";
  return (
    `Pulumi does not set what another field manager of ${title} has set: ${inline(fields.join("; "))}. ` +
    `Have ${inline(managers.join(" and "))} leave it out, or ${how}`
  );
}
