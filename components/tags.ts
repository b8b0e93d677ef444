import type { Input } from "@pulumi/pulumi";
import type { ResolvedArgs } from "./args.ts";
import { derive, type Given } from "./given.ts";
import { ownStack } from "./owner.ts";

/** What the keys of the stack's own tags begin with: a user's may not. */
export const OWN_TAGS = "carts-stack/";

/** Keys of the tags that say whose a role, an association or a table is. */
export const TAGS = {
  /** The EKS cluster's name. */
  cluster: `${OWN_TAGS}cluster`,
  /** The namespace of the carts service. */
  namespace: `${OWN_TAGS}namespace`,
  /** `<namespace>/<name>` of the kro instance. */
  instance: `${OWN_TAGS}instance`,
  /** Full name of the Pulumi stack. */
  managedBy: `${OWN_TAGS}managed-by`,
} as const;

/** Who has a table, a role or an association, by its tags. */
export type Owner = Readonly<Record<keyof typeof TAGS, string>>;

/** Who is to have what is made of these arguments. */
export const ownerOf = ({
  clusterName,
  namespace,
  instanceNamespace,
  instanceName,
}: Pick<ResolvedArgs, "clusterName" | "namespace" | "instanceNamespace" | "instanceName">): Given<Owner> =>
  derive(
    [clusterName, namespace, instanceNamespace, instanceName],
    (cluster, ofService, ofInstance, name): Owner => ({
      cluster,
      namespace: ofService,
      instance: `${ofInstance}/${name}`,
      managedBy: ownStack(),
    }),
  );

/** AWS tags of all that a CartsStack makes: its own, and those that it is given. */
export const tagsOf = (args: ResolvedArgs): Given<Record<string, Input<string>>> =>
  derive([ownerOf(args), args.tags], (owner, tags) => ({
    ...Object.fromEntries(Object.entries(TAGS).map(([key, tag]) => [tag, owner[key as keyof Owner]])),
    ...tags,
  }));
