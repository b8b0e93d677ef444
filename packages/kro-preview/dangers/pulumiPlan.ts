import { isDeepStrictEqual } from "node:util";
import {
  ALLOW_BREAKING_CHANGES,
  breakingChanges,
  buildGraph,
  type Definition,
  groupOf,
  immutableChanges,
  instanceGvk,
  refusedChanges,
} from "../../kro/index.ts";
import { attempt } from "../attempt.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import { makes, type PlannedDefinition } from "../sources/definitions.ts";
import type { InstanceEffect } from "../sources/instances.ts";
import { type KnownSides, within } from "../sources/known.ts";
import { rollsOut } from "./kubernetes.ts";
import { named } from "./names.ts";
import type { DangerRule } from "./rule.ts";

const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

export const roleReplaced: DangerRule = {
  ...named("role-replaced"),
  ofStep(change, { effects, changes }) {
    if (change.type !== ROLE) return [];
    const associations = changes.filter((one) => one.type === ASSOCIATION && one.before);
    const own = associations.filter(({ before }) => mayBeOf(before!.roleArn, change.before?.name));
    const isUsed = (effect: InstanceEffect) =>
      associations.length === 0 || own.some((one) => mayUse(effect, one.before));
    return lostCredentials(change, ROLE, "role", effects, isUsed);
  },
};

export const associationReplaced: DangerRule = {
  ...named("association-replaced"),
  ofStep: (change, { effects }) =>
    lostCredentials(change, ASSOCIATION, "association", effects, (effect) => mayUse(effect, change.before)),
};

/** Whether an ARN may be a role's. */
const mayBeOf = (arn: unknown, role: unknown): boolean =>
  typeof arn !== "string" || typeof role !== "string" || arn.split("/").at(-1) === role;

/** Whether an instance has the service account of an association; one that makes none may use any. */
function mayUse({ children }: InstanceEffect, association: Inputs | undefined): boolean {
  const same = (one: unknown, other: unknown) => typeof one !== "string" || typeof other !== "string" || one === other;
  const accounts = children.filter(({ kind }) => kind === "ServiceAccount");
  const { namespace, serviceAccount } = association ?? {};
  return (
    accounts.length === 0 ||
    accounts.some((one) => one.action !== "create" && same(one.namespace, namespace) && same(one.name, serviceAccount))
  );
}

/** Pods that are replaced in the same update start with the new credentials, and pods that go away need none. */
function lostCredentials(
  { type, name, action, retained }: PlannedChange,
  ofType: string,
  noun: string,
  effects: readonly InstanceEffect[],
  isUsed: (effect: InstanceEffect) => boolean,
): string[] {
  if (type !== ofType || (action !== "replace" && action !== "delete") || retained) return [];
  const staying = effects.filter((effect) => {
    const { instance, children } = effect;
    return stays(instance.change) && !children.some(rollsOut) && isUsed(effect);
  });
  if (staying.length === 0 && effects.length > 0) return [];
  const ids = staying.map(({ instance }) => instance.id).join(", ");
  const pods = ids ? `pods of ${ids}` : "pods that use it";
  return [`the ${noun} ${name} is ${action}d: ${pods} lose their credentials until they are restarted`];
}

/** Whether what is in the cluster before the update is there after it as well. */
const stays = ({ action, retained }: PlannedChange): boolean =>
  action === "same" || action === "update" || (action === "delete" && retained);

/** The effects of a plan, each by its instance's own change. */
function ownOf(effects: readonly InstanceEffect[]): ReadonlyMap<PlannedChange, InstanceEffect> {
  const known = OWN.get(effects) ?? new Map(effects.map((effect) => [effect.instance.change, effect]));
  OWN.set(effects, known);
  return known;
}

const OWN = new WeakMap<readonly InstanceEffect[], ReadonlyMap<PlannedChange, InstanceEffect>>();

/** An RGD can say that a field of its instances is there to stay. */
export const instanceField: DangerRule = {
  ...named("immutable-field"),
  ofStep(change, { effects }) {
    if (change.action !== "update") return [];
    const own = ownOf(effects).get(change);
    if (!own) return [];
    const { id, definition, before, after } = own.instance;
    if (!before || !after) return [];
    const refused = attempt(() => refusedChanges(definition.after ?? definition.before!, before, after));
    if (refused instanceof Error) return [];
    return refused.map(
      (path) => `${path} of ${after.kind} ${id} can't be changed in place: the API server refuses the update`,
    );
  },
};

/** @see https://kro.run/docs/concepts/rgd/overview */
export const definitionRefused: DangerRule = {
  ...named("definition-refused"),
  ofStep: (change, { definitions, all, known }) =>
    definitions.flatMap((definition) => {
      const { name, change: own, before, after } = definition;
      if (own !== change || !after) return [];
      const taken = takenApi(after, definitions);
      if (taken || !before) return taken ? [taken] : [];
      // An RGD that is made anew may be another in all.
      const fixed = change.action === "replace" ? [] : immutableChanges(before, after);
      const { annotations } = (after.metadata ?? {}) as { annotations?: Readonly<Record<string, unknown>> };
      const problems =
        annotations?.[ALLOW_BREAKING_CHANGES] === "true" ? [] : breakingChanges(before, after, known.after);
      return [
        ...fixed.map(
          ({ path, problem }) => `the API server refuses the changed RGD ${name}: schema.${path} ${problem}`,
        ),
        ...problems.map((problem) => `kro refuses the changed RGD ${name}: ${problem}`),
        ...noLongerFitting(definition, all, known),
      ];
    }),
};

/** Of an RGD that kro takes, what its changed schema has against instances that stay as they are. */
export const instanceRefused: DangerRule = {
  ...named("instance-refused"),
  ofStep(change, plan) {
    const definition = plan.definitions.find((one) => one.change === change);
    if (!definition || definitionRefused.ofStep!(change, plan).length > 0) return [];
    return plan.effects
      .filter(({ instance, refused }) => refused && instance.definition.change === change)
      .map(
        ({ instance: { id, definition }, refused }) =>
          `the changed RGD ${definition.name} does not fit ${id}, whose next update the API server refuses: ${refused!.join("; ")}`,
      );
  },
};

/**
 * That the API of an RGD is another one's. Its CRD is that of the first RGD by its name, and stays when that one goes.
 *
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/client/crd.go (Ensure)
 */
function takenApi(definition: Definition, definitions: readonly PlannedDefinition[]): string | undefined {
  const isSame = (other: Definition | undefined): other is Definition =>
    other?.spec.schema.kind === definition.spec.schema.kind && groupIn(other) === groupIn(definition);
  const earlier = definitions.map(({ before }) => before).filter(isSame);
  const owners =
    earlier.length > 0
      ? earlier
      : definitions
          .map(({ after }) => after)
          .filter(isSame)
          .slice(0, 1);
  const { name } = definition.metadata;
  if (owners.some(({ metadata }) => metadata.name === name)) return undefined;
  return `kro refuses the RGD ${name}: its API ${definition.spec.schema.kind} is that of the RGD ${owners[0]!.metadata.name}, and stays so when that one goes`;
}

const groupIn = (definition: Definition): string => groupOf(instanceGvk(definition).apiVersion);

/** RGDs that make instances of a changed one as it was, and not as it is. */
function noLongerFitting(inner: PlannedDefinition, all: readonly PlannedDefinition[], known: KnownSides): string[] {
  const isSame = ({ change }: PlannedDefinition) => (change?.action ?? "same") === "same";
  return all
    .filter((outer) => isSame(outer) && within(outer, all).has(inner))
    .flatMap(({ name, before, after }) => {
      const earlier = before && attempt(() => buildGraph(before, known.before));
      const later = after && attempt(() => buildGraph(after, known.after));
      if (!(later instanceof Error) || earlier instanceof Error) return [];
      return [`kro refuses the RGD ${name} with the changed RGD ${inner.name}: ${later.message}`];
    });
}

/** kro takes its finalizer off an instance only while it has the instance's RGD. */
export const definitionDeleted: DangerRule = {
  ...named("definition-deleted"),
  ofStep(change, { definitions, effects, others }) {
    const deleted = change.action === "delete" && !change.retained;
    // kro leaves the CRD of the old API, and its instances, to themselves.
    const isOther = ({ before, after }: PlannedDefinition) =>
      change.action === "replace" && before && after && !isDeepStrictEqual(instanceGvk(before), instanceGvk(after));
    return definitions.flatMap((definition) => {
      if (definition.change !== change) return [];
      const own = effects.filter(({ instance }) => instance.definition === definition && stays(instance.change));
      const abandoned = others.filter((one) => one.definition === definition && one.abandoned);
      const within = [...effects, ...others]
        .flatMap(({ children }) => children)
        .filter(
          (child) => /same|update|replace/.test(child.action) && makes({ ...definition, after: undefined }, child),
        );
      const isGone = deleted || isOther(definition);
      const remaining = [
        ...(isGone ? own : []).map(({ instance }) => instance.id),
        ...(isGone ? within : []).map(({ namespace, name }) => [namespace, name].filter(Boolean).join("/")),
        ...abandoned.map(({ id }) => id),
      ];
      if (remaining.length === 0) return [];
      return [
        `the RGD ${definition.name} goes away, and kro with it from what stays: ${remaining.join(", ")} can't be deleted any more`,
      ];
    });
  },
};
