import type { LiveObject, Pod } from "../../packages/live/index.ts";

/**
 * What EKS adds to every container of a pod whose service account has an association, when the pod is admitted.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-how-it-works.html
 */
export const VARIABLES = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] as const;

/** A Deployment, as far as its pods' credentials are concerned. */
export type CredentialUser = Pick<LiveObject, "spec">;

/** The pods of a Deployment that were admitted without what EKS adds. Containers that others put into them do not count. */
export function withoutCredentials(pods: readonly Pod[], deployment: CredentialUser): Pod[] {
  const own = templateOf(deployment).spec?.containers ?? [];
  return pods.filter(({ spec: { containers } }) =>
    containers
      .filter(({ name }) => own.some((container) => container.name === name))
      .some(({ env = [] }) => VARIABLES.some((wanted) => !env.some(({ name }) => name === wanted))),
  );
}

/** What a Deployment makes its pods of. */
export interface PodTemplate {
  readonly metadata?: object;
  readonly spec?: Pick<Pod["spec"], "containers">;
}

export const templateOf = ({ spec }: CredentialUser): PodTemplate =>
  (spec as { readonly template?: PodTemplate } | undefined)?.template ?? {};
