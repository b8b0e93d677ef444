import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import type { ComponentResource } from "@pulumi/pulumi";
import { askAws } from "../askAws.ts";
import type { CartsClusterArgs } from "../cluster/clusterArgs.ts";
import { settle } from "../given.ts";
import { previousOutputs } from "../previousState.ts";
import { but } from "../rules/ruleAcross.ts";

/** What Pulumi has of an EKS cluster, as far as it matters here. */
interface PreviousCluster {
  readonly name?: string;
  readonly encryptionConfig?: { readonly provider?: { readonly keyArn?: string } };
}

/**
 * Why a cluster can't have the key that encrypts its Secrets: it has another, for which EKS would make another cluster, or the
 * key is of another region. Undefined where it can, and where key or name isn't known yet, in a preview.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html
 * @throws Refusal (a rejection) where AWS can't be asked for the region.
 */
export async function secretsKeyProblem(
  parent: ComponentResource,
  args: Pick<CartsClusterArgs, "clusterName" | "secretsKey">,
): Promise<string | undefined> {
  const [name, key] = await Promise.all([args.clusterName, args.secretsKey].map((value) => settle(value, new Set())));
  if (typeof name !== "string" || (key !== undefined && typeof key !== "string")) return undefined;
  const had = await previousKey(name);
  if (had !== undefined && had !== key) {
    const rule = `the Secrets of ${name} are encrypted with ${had}, and EKS would make another cluster for another key: set it to that`;
    return but("secretsKey", key, rule);
  }
  if (key === undefined) return undefined;
  const region = await settle(askAws(getRegionOutput({}, { parent })).region, new Set());
  if (typeof region !== "string" || key.split(":")[3] === region) return undefined;
  const rule = `the cluster is in ${region}, and EKS takes no key of another region: set it to one of ${region}`;
  return but("secretsKey", key, `${rule}, which \`aws kms list-keys --region ${region}\` lists`);
}

/** The key that a cluster of this stack has had after the last update. */
async function previousKey(name: string): Promise<string | undefined> {
  const clusters = Object.entries(await previousOutputs()).flatMap(([urn, outputs]) =>
    urn.includes("$aws:eks/cluster:Cluster::") ? [outputs as PreviousCluster] : [],
  );
  return clusters.find((cluster) => cluster.name === name)?.encryptionConfig?.provider?.keyArn;
}
