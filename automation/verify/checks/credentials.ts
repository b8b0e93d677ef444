import { titleOf } from "../../../packages/kro/index.ts";
import { kubectlName } from "../../../packages/live/index.ts";
import { VARIABLES, withoutCredentials } from "../../heal/index.ts";
import { check } from "../check.ts";
import type { Observation, ObservedAssociation, ObservedChild } from "../observation.ts";
import { isThere, Unreadable } from "../reading.ts";
import type { Check } from "../verification.ts";

/** A Deployment whose pods are to have the credentials of an association. */
export interface CredentialUser {
  readonly child: ObservedChild;
  readonly association: ObservedAssociation;
}

/** The Deployments of the stack whose service account the stack has an association for. */
export function credentialUsers({ instances, associations }: Observation): CredentialUser[] {
  const keyOf = (namespace: unknown, serviceAccount: string) => `${namespace}/${serviceAccount}`;
  const known = new Map(associations.map((one) => [keyOf(one.namespace, one.serviceAccount), one]));
  return instances
    .flatMap(({ children }) => children)
    .filter(({ declared }) => declared.object.kind === "Deployment")
    .flatMap((child) => {
      const association = known.get(keyOf(child.declared.object.metadata.namespace, serviceAccountOf(child)));
      return association ? [{ child, association }] : [];
    });
}

/** A Deployment as it is declared. */
interface DeclaredDeployment {
  readonly spec?: { readonly template?: { readonly spec?: { readonly serviceAccountName?: string } } };
}

const declaredOf = ({ declared }: ObservedChild): DeclaredDeployment => declared.object as DeclaredDeployment;
const serviceAccountOf = (child: ObservedChild): string =>
  declaredOf(child).spec?.template?.spec?.serviceAccountName ?? "default";

/** Whether every pod has the variables by which the AWS SDK finds the role's credentials. */
export function podCredentials({ child, association }: CredentialUser): Check {
  const question = {
    id: "pod-credentials",
    object: titleOf(child.declared.object),
    what: "credentials of its pods",
    expected: VARIABLES.join("\n"),
    remedy: `see why there is none: \`kubectl describe ${kubectlName(child.declared.object)}\``,
  };
  return check(question, child.pods, (pods) => {
    if (pods.length === 0) return { ok: false, found: "there is no pod" };
    const without = withoutCredentials(pods, declaredOf(child));
    if (without.length === 0) return { ok: true, found: `set in ${pods.length} of ${pods.length} pods` };
    const names = without.map(({ metadata }) => `${metadata.name}, admitted ${metadata.creationTimestamp}`);
    return {
      ok: false,
      found: [`missing in ${without.length} of ${pods.length} pods: ${names.join("; ")}`, reason(association)].join(
        "\n",
      ),
      remedy: isThere(association.live)
        ? "restart the Deployment, with `--heal` or `kubectl rollout restart`: credentials are injected only when a pod is admitted"
        : `first the association: ${association.live === undefined ? "`carts up` makes it again; then `--heal`" : "see why it can't be read"}`,
    };
  });
}

function reason({ live }: ObservedAssociation): string {
  if (live === undefined) return "because there is no association";
  if (live instanceof Unreadable) return "whether there is an association can't be told";
  return `though there is the association ${live.associationId}, made ${live.createdAt?.toISOString()}: admitted before it could be used`;
}

/**
 * The Deployments that a restart helps: pods lack the credentials, and the association was there before now. One that is
 * not there, or can't be seen, would only have the new pods lack them as well.
 */
export const healable = (observation: Observation): ObservedChild[] =>
  credentialUsers(observation)
    .filter(({ child, association: { live } }) => {
      if (!isThere(child.live) || !isThere(child.pods) || !isThere(live)) return false;
      const isOlder = (live.createdAt?.getTime() ?? 0) < observation.at;
      return isOlder && withoutCredentials(child.pods, declaredOf(child)).length > 0;
    })
    .map(({ child }) => child);
