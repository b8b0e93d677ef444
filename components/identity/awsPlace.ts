import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { type ComponentResource, type Output, output } from "@pulumi/pulumi";
import { askAws } from "../askAws.ts";
import { currentEngine } from "../previousState.ts";

/** Where a provider of AWS goes. */
export interface AwsPlace {
  /** Such as `aws`, or `aws-cn`. */
  readonly partition: string;
  readonly region: string;
  /** 12 digits. */
  readonly accountId: string;
}

/** By the provider, or by the run for Pulumi's default one. */
const places = new WeakMap<object, Output<AwsPlace>>();

/** Where the AWS resources of `component` go; asked once for all that have the same provider. */
export function awsPlaceOf(component: ComponentResource): Output<AwsPlace> {
  const key = component.getProvider("aws:iam/role:Role") ?? currentEngine();
  const place = places.get(key) ?? ask(component);
  places.set(key, place);
  return place;
}

function ask(parent: ComponentResource): Output<AwsPlace> {
  const [{ partition }, { region }, { accountId }] = [
    askAws(getPartitionOutput({}, { parent })),
    askAws(getRegionOutput({}, { parent })),
    askAws(getCallerIdentityOutput({}, { parent })),
  ];
  return output({ partition, region, accountId });
}
