import { type Child, identityOf, type KubernetesObject, type Value } from "../../../packages/kro/index.ts";
import type { Plan } from "../../../packages/kro-preview/index.ts";

const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** The service accounts that have an association of the stack's: `namespace/name` of each. */
export const associationsOf = ({ changes }: Plan): ReadonlySet<string> =>
  new Set(
    changes
      .filter(({ type, after }) => type === ASSOCIATION && after)
      .map(({ after }) => `${after!.namespace}/${after!.serviceAccount}`),
  );

/** The children whose pods are to have the credentials of an association: identities. */
export const credentialUsers = (children: readonly Child[], associations: ReadonlySet<string>): string[] =>
  children
    .filter(({ object }) => object.kind === "Deployment" && associations.has(serviceAccountOf(object)))
    .map(({ object }) => identityOf(object));

/** Of the pods that an object makes: `namespace/name`. */
function serviceAccountOf({ metadata, spec }: KubernetesObject): string {
  const { template } = (spec ?? {}) as {
    readonly template?: { readonly spec?: { readonly serviceAccountName?: Value } };
  };
  return `${metadata.namespace}/${template?.spec?.serviceAccountName ?? "default"}`;
}
