import { ALLOW_BREAKING_CHANGES, breakingChanges, refusedChanges } from "../../kro/index.ts";
import { attempt } from "../attempt.ts";
import type { Danger } from "../changes.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { PlannedDefinition } from "../sources/definitions.ts";
import type { InstanceEffect } from "../sources/instances.ts";
import type { OtherEffect } from "../sources/otherInstances.ts";

/** Resources that pods get their credentials through. */
const CREDENTIALS = {
  "aws:iam/role:Role": { name: "role-replaced", noun: "role" },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": { name: "association-replaced", noun: "association" },
} as const satisfies Readonly<Record<string, { name: Danger["name"]; noun: string }>>;

/** What a step of Pulumi's plan may cost, apart from what kro then does. */
export function resourceDangers(
  change: PlannedChange,
  definitions: readonly PlannedDefinition[],
  effects: readonly InstanceEffect[],
  others: readonly OtherEffect[],
): Danger[] {
  const definition = definitions.find((one) => one.change === change);
  return [
    ...credentialDangers(change, effects),
    ...effects.filter(({ instance }) => instance.change === change).flatMap(immutableDangers),
    ...(definition ? [...refusalDangers(definition), ...deletionDangers(definition, effects, others)] : []),
  ];
}

/** Pods that are replaced in the same update start with the new credentials, and pods that go away need none. */
function credentialDangers(
  { type, name, action, retained }: PlannedChange,
  effects: readonly InstanceEffect[],
): Danger[] {
  const kind = CREDENTIALS[type as keyof typeof CREDENTIALS];
  if (!kind || (action !== "replace" && action !== "delete") || retained) return [];
  const staying = effects.filter(podsStay);
  if (staying.length === 0 && effects.length > 0) return [];
  const pods = staying.length > 0 ? `pods of ${listOf(staying)}` : "pods that use it";
  const message = `the ${kind.noun} ${name} is ${action}d: ${pods} lose their credentials until they are restarted`;
  return [{ name: kind.name, message }];
}

function podsStay({ instance: { change }, children }: InstanceEffect): boolean {
  if (!stays(change)) return false;
  return !children.some(({ dangers }) => dangers.some(({ name }) => name === "rollout"));
}

/** Whether what is in the cluster before the update is there after it as well. */
const stays = ({ action, retained }: PlannedChange): boolean =>
  action === "same" || action === "update" || (action === "delete" && retained);

/** An RGD can say that a field of its instances is there to stay. */
function immutableDangers({ instance: { id, change, definition, before, after } }: InstanceEffect): Danger[] {
  if (change.action !== "update" || !before || !after) return [];
  const refused = attempt(() => refusedChanges(definition.after ?? definition.before!, before, after));
  if (refused instanceof Error) return [];
  return refused.map((path) => ({
    name: "immutable-field",
    message: `${path} of ${after.kind} ${id} can't be changed in place: the API server refuses the update`,
  }));
}

/** @see https://kro.run/docs/concepts/rgd/overview */
function refusalDangers({ name, before, after }: PlannedDefinition): Danger[] {
  const annotations = (after?.metadata as { readonly annotations?: Readonly<Record<string, unknown>> } | undefined)
    ?.annotations;
  if (!before || !after || annotations?.[ALLOW_BREAKING_CHANGES] === "true") return [];
  return breakingChanges(before, after).map((problem) => ({
    name: "definition-refused",
    message: `kro refuses the changed RGD ${name}: ${problem}`,
  }));
}

/** kro takes its finalizer off an instance only while it has the instance's RGD. */
function deletionDangers(
  definition: PlannedDefinition,
  effects: readonly InstanceEffect[],
  others: readonly OtherEffect[],
): Danger[] {
  const { name, change } = definition;
  const deleted = change?.action === "delete" && !change.retained;
  const own = deleted
    ? effects.filter(({ instance }) => instance.definition === definition && stays(instance.change))
    : [];
  const abandoned = others.filter((one) => one.definition === definition && one.abandoned);
  const remaining = [...own.map(({ instance }) => instance.id), ...abandoned.map(({ id }) => id)];
  if (remaining.length === 0) return [];
  const message = `the RGD ${name} goes away, and kro with it from what stays: ${remaining.join(", ")} can't be deleted any more`;
  return [{ name: "definition-deleted", message }];
}

const listOf = (effects: readonly InstanceEffect[]): string => effects.map(({ instance }) => instance.id).join(", ");
