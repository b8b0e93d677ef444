import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import type { StepEventMetadata, StepEventStateMetadata } from "@pulumi/pulumi/automation/index.js";
import { nameOfUrn, type PulumiError } from "../../stack/index.ts";
import type { Cause } from "./cause.ts";

const TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** An association that Pulumi has begun to make, as its engine tells of it. */
export type BegunAssociation = Pick<StepEventStateMetadata, "urn" | "parent" | "provider" | "inputs">;

/** Asks EKS, as the association's own provider does. */
export type AskForAssociation = (
  of: BegunAssociation,
  key: readonly [cluster: string, namespace: string, serviceAccount: string],
) => Promise<PodIdentityAssociation | undefined>;

/**
 * Why an association can't be made where there is one already: which one that is, and the two ways on. Undefined where that
 * is not the error, or EKS tells no more.
 */
export async function associationCause(
  errors: readonly PulumiError[],
  begun: readonly Pick<StepEventMetadata, "urn" | "new">[],
  stack: string,
  ask: AskForAssociation,
): Promise<Cause | undefined> {
  const error = errors.find(({ urn, message }) => urn?.includes(TYPE) && /Association already exists/.test(message));
  const own = begun.find(({ urn }) => urn === error?.urn)?.new;
  if (!own) return undefined;
  const { clusterName, namespace, serviceAccount } = own.inputs as Readonly<Record<string, string>>;
  const found = await ask(own, [clusterName!, namespace!, serviceAccount!]).catch(() => undefined);
  if (!found) return undefined;
  const { associationId: id, roleArn = "", createdAt } = found;
  const name = nameOfUrn(own.urn);
  const parent = own.parent ? ` --parent '${nameOfUrn(own.parent)}=${own.parent}'` : "";
  const given = own.provider?.split("::").slice(0, -1).join("::");
  const isDefault = given === undefined || nameOfUrn(given).startsWith("default");
  const provider = isDefault ? "" : ` --provider '${nameOfUrn(given)}=${given}'`;
  return {
    name: "already-exists",
    object: `${TYPE} ${name}`,
    message:
      `EKS has an association for the service account ${namespace}/${serviceAccount} of cluster ${clusterName} already: ${id}, ` +
      `with the role ${roleArn.split("/").at(-1)}, made ${createdAt?.toISOString() ?? "at an unknown time"}, and not by this stack. ` +
      "Delete it, where nobody needs it; or take it over, and the next update gives it this stack's role:\n" +
      `  aws eks delete-pod-identity-association --cluster-name ${clusterName} --association-id ${id}\n` +
      `  pulumi import ${TYPE} ${name} ${clusterName},${id}${parent}${provider} --protect=false --generate-code=false --stack ${stack}`,
  };
}
