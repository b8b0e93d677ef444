import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import type { ComponentResource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { askAws } from "../askAws.ts";
import { settle } from "../given.ts";
import { but } from "../rules/ruleAcross.ts";

/**
 * Why the table can't be encrypted with the key: DynamoDB takes none of another region. Undefined where it can, and where key or
 * region isn't known yet, in a preview.
 *
 * @throws Refusal (a rejection) where AWS can't be asked for the region.
 */
export async function keyRegionProblem(
  parent: ComponentResource,
  { tableKmsKey: key }: ResolvedArgs,
): Promise<string | undefined> {
  if (typeof key !== "string" || key === "") return undefined;
  const region = await settle(askAws(getRegionOutput({}, { parent })).region, new Set());
  if (typeof region !== "string" || key.split(":")[3] === region) return undefined;
  const rule = `the table is in ${region}, and DynamoDB takes no key of another region: set tableKmsKey to one of ${region}`;
  return but("tableKmsKey", key, `${rule}, which \`aws kms list-keys --region ${region}\` lists`);
}
