import { titleOf } from "../../../packages/kro/index.ts";
import type { Pod } from "../../../packages/live/index.ts";
import { check } from "../check.ts";
import type { Observation, ObservedAssociation, ObservedChild } from "../observation.ts";
import { isThere, Unreadable } from "../reading.ts";
import type { Check } from "../verification.ts";

/**
 * What EKS adds to every container of a pod whose service account has an association, when the pod is admitted.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
const VARIABLES = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] as const;

/** A Deployment whose pods are to have the credentials of an association. */
export interface CredentialUser {
  readonly child: ObservedChild;
  readonly association: ObservedAssociation;
}

/** The Deployments of the stack whose service account the stack has an association for. */
export const credentialUsers = ({ instances, associations }: Observation): CredentialUser[] =>
  instances
    .flatMap(({ children }) => children)
    .filter(({ declared }) => declared.object.kind === "Deployment")
    .flatMap((child) => {
      const association = associations.find(
        ({ namespace, serviceAccount }) =>
          namespace === child.declared.object.metadata.namespace && serviceAccount === serviceAccountOf(child),
      );
      return association ? [{ child, association }] : [];
    });

/** Of a Deployment's pods, as it declares them. */
interface PodSpec {
  readonly serviceAccountName?: string;
  readonly containers?: readonly { readonly name: string }[];
}

function podSpecOf({ declared }: ObservedChild): PodSpec {
  const { spec } = declared.object as { readonly spec?: { readonly template?: { readonly spec?: PodSpec } } };
  return spec?.template?.spec ?? {};
}

const serviceAccountOf = (child: ObservedChild): string => podSpecOf(child).serviceAccountName ?? "default";

/** Whether every pod has the variables by which the AWS SDK finds the role's credentials. */
export function podCredentials({ child, association }: CredentialUser): Check {
  const question = {
    id: "pod-credentials",
    object: titleOf(child.declared.object),
    what: "credentials of its pods",
    expected: VARIABLES.join("\n"),
    remedy: "see why there is none: `kubectl describe` of the Deployment",
  };
  return check(question, child.pods, (pods) => {
    if (pods.length === 0) return { ok: false, found: "there is no pod" };
    const without = withoutCredentials(pods, child);
    if (without.length === 0) return { ok: true, found: `set in ${pods.length} of ${pods.length} pods` };
    const names = without.map(({ metadata }) => `${metadata.name}, admitted ${metadata.creationTimestamp}`);
    return {
      ok: false,
      found: [`missing in ${without.length} of ${pods.length} pods: ${names.join("; ")}`, reason(association)].join(
        "\n",
      ),
      remedy: isThere(association.live)
        ? "restart the Deployment, with `--heal` or `kubectl rollout restart`: credentials are injected only when a pod is admitted"
        : "bring the association back first",
    };
  });
}

/** The pods that were admitted without what EKS adds. Containers that others have put into them do not count. */
function withoutCredentials(pods: readonly Pod[], child: ObservedChild): Pod[] {
  const own = podSpecOf(child).containers ?? [];
  return pods.filter(({ spec: { containers } }) =>
    containers
      .filter(({ name }) => own.some((container) => container.name === name))
      .some(({ env = [] }) => VARIABLES.some((wanted) => !env.some(({ name }) => name === wanted))),
  );
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
      return isOlder && withoutCredentials(child.pods, child).length > 0;
    })
    .map(({ child }) => child);
