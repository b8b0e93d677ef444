import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import type { ComponentResource, Output } from "@pulumi/pulumi";
import { askAws } from "../askAws.ts";
import { currentEngine } from "../previousState.ts";

/** Where a provider of AWS goes. */
export interface AwsPlace {
  /** Such as `aws`, or `aws-cn`. */
  readonly partition: Output<string>;
  readonly region: Output<string>;
  /** 12 digits. */
  readonly accountId: Output<string>;
}

/** By the provider, or by the run for Pulumi's default one. */
const places = new WeakMap<object, AwsPlace>();

/** Where the AWS resources of `component` go; asked once for all that have the same provider. */
export function awsPlaceOf(component: ComponentResource): AwsPlace {
  const key = component.getProvider("aws:iam/role:Role") ?? currentEngine();
  const place = places.get(key) ?? ask(component);
  places.set(key, place);
  return place;
}

function ask(parent: ComponentResource): AwsPlace {
  const [{ partition }, { region }, { accountId }] = [
    askAws(getPartitionOutput({}, { parent })),
    askAws(getRegionOutput({}, { parent })),
    askAws(getCallerIdentityOutput({}, { parent })),
  ];
  return { partition, region, accountId };
}
