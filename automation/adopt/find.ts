import { OWNER, TAGS } from "../../components/index.ts";
import type { AwsClient } from "../../packages/aws/index.ts";
import type { ClusterClient, LiveObject } from "../../packages/live/index.ts";
import type { Wanted } from "./wanted.ts";

/** What is there of what a program declares. */
export interface Found {
  readonly wanted: Wanted;
  /** Such as `IAM role eks-workshop-carts-dynamo`. */
  readonly title: string;
  /** What Pulumi imports it by. */
  readonly id: string;
  /** Full name of the stack that it says to be of; undefined where it says nothing. */
  readonly owner: string | undefined;
  /** Of an object in the cluster. */
  readonly live?: LiveObject;
  /** ARN of the role of an association. */
  readonly roleArn?: string;
}

/** Looks each of them up by its name; undefined for what is not there. */
export async function find(wanted: Wanted, aws: AwsClient, cluster: ClusterClient): Promise<Found | undefined> {
  switch (wanted.kind) {
    case "role": {
      const role = await aws.role(wanted.name);
      const owner = role?.Tags?.find(({ Key }) => Key === TAGS.managedBy)?.Value;
      return role && { wanted, title: `IAM role ${wanted.name}`, id: wanted.name, owner };
    }
    case "policy": {
      const { role, name } = wanted;
      const policy = await aws.rolePolicy(role, name);
      if (policy === undefined) return undefined;
      return { wanted, title: `policy ${name} of the IAM role ${role}`, id: `${role}:${name}`, owner: undefined };
    }
    case "association": {
      const { clusterName, namespace, serviceAccount } = wanted;
      const found = await aws.association(clusterName, namespace, serviceAccount);
      if (!found) return undefined;
      const title = `Pod Identity association ${found.associationId} of ${namespace}/${serviceAccount}`;
      return {
        wanted,
        title,
        id: `${clusterName},${found.associationId}`,
        owner: found.tags?.[TAGS.managedBy],
        roleArn: found.roleArn,
      };
    }
    default: {
      const { apiVersion = "kro.run/v1alpha1", metadata } =
        wanted.kind === "definition" ? wanted.definition : wanted.instance;
      const { name, namespace } = metadata as { readonly name: string; readonly namespace?: string };
      const kind = wanted.kind === "definition" ? "ResourceGraphDefinition" : wanted.instance.kind;
      const live = await cluster.get({ apiVersion, kind, namespace, name });
      if (!live) return undefined;
      const id = namespace === undefined ? name : `${namespace}/${name}`;
      return { wanted, title: `${kind} ${id}`, id, owner: live.metadata.annotations?.[OWNER], live };
    }
  }
}
