import type { Definition, Instance } from "../../packages/kro/index.ts";
import type { Plan, PlannedChange } from "../../packages/kro-preview/index.ts";

/** What a program declares and its stack doesn't have, and may be there already. */
export type Wanted =
  | { readonly kind: "role"; readonly change: PlannedChange; readonly name: string }
  | { readonly kind: "policy"; readonly change: PlannedChange; readonly role: string; readonly name: string }
  | {
      readonly kind: "association";
      readonly change: PlannedChange;
      readonly clusterName: string;
      readonly namespace: string;
      readonly serviceAccount: string;
    }
  | { readonly kind: "definition"; readonly change: PlannedChange; readonly definition: Definition }
  | { readonly kind: "instance"; readonly change: PlannedChange; readonly instance: Instance };

/**
 * What the stack would create, as far as it is known by which name: that is what it is looked for by. A policy whose role is
 * known only when that is made is of the role that the plan makes.
 */
export function wantedOf({ changes }: Plan): Wanted[] {
  const roles = changes.filter(({ type }) => type === ROLE);
  const only = roles.length === 1 ? roles[0]!.after?.name : undefined;
  return changes.flatMap((change) => (change.action === "create" ? (READ[change.type]?.(change, only) ?? []) : []));
}

const ROLE = "aws:iam/role:Role";

type Read = (change: PlannedChange, onlyRole: unknown) => Wanted | undefined;

const READ: Readonly<Record<string, Read>> = {
  [ROLE]: (change) => {
    const { name } = change.after!;
    return typeof name === "string" ? { kind: "role", change, name } : undefined;
  },
  "aws:iam/rolePolicy:RolePolicy": (change, onlyRole) => {
    const { name, role: declared } = change.after!;
    const role = typeof declared === "string" ? declared : onlyRole;
    return typeof role === "string" && typeof name === "string" ? { kind: "policy", change, role, name } : undefined;
  },
  "aws:eks/podIdentityAssociation:PodIdentityAssociation": (change) => {
    const { clusterName, namespace, serviceAccount } = change.after!;
    return typeof clusterName === "string" && typeof namespace === "string" && typeof serviceAccount === "string"
      ? { kind: "association", change, clusterName, namespace, serviceAccount }
      : undefined;
  },
  "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition": (change) => ({
    kind: "definition",
    change,
    definition: change.after as unknown as Definition,
  }),
  "kubernetes:kro.run/v1alpha1:CartsStack": (change) => {
    const instance = change.after as unknown as Instance;
    const { name, namespace } = instance.metadata;
    return [name, namespace].every((text) => typeof text === "string")
      ? { kind: "instance", change, instance }
      : undefined;
  },
};
