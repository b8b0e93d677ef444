import { isProperties, type Properties } from "../plugin/values.ts";
import type { AwsContext } from "./awsResource.ts";
import { StandInError } from "./standInError.ts";

/** The default VPC, as far as somebody asks for it. See https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getvpc/ */
export async function getVpc(args: Properties, { clients, config }: AwsContext): Promise<Properties> {
  if (args.default !== true) throw new StandInError("aws:ec2/getVpc:getVpc: only the default VPC is implemented");
  const answer = await clients.ec2("DescribeVpcs", { "Filter.1.Name": "is-default", "Filter.1.Value.1": "true" });
  const id = valuesOf(answer, "vpcId")[0];
  if (!id) throw new Error("no matching EC2 VPC found");
  const [cidrBlock] = valuesOf(answer, "cidrBlock");
  return { cidrBlock, default: true, id, region: config.region, state: valuesOf(answer, "state")[0], tags: {} };
}

/** The subnets of a VPC. See https://www.pulumi.com/registry/packages/aws/api-docs/ec2/getsubnets/ */
export async function getSubnets(args: Properties, { clients, config }: AwsContext): Promise<Properties> {
  const [filter, ...more] = Array.isArray(args.filters) ? args.filters : [];
  if (!isProperties(filter) || filter.name !== "vpc-id" || !Array.isArray(filter.values) || more.length > 0) {
    throw new StandInError("aws:ec2/getSubnets:getSubnets: only the filter vpc-id is implemented");
  }
  const values = filter.values.map((value, index) => [`Filter.1.Value.${index + 1}`, String(value)]);
  const answer = await clients.ec2("DescribeSubnets", { "Filter.1.Name": "vpc-id", ...Object.fromEntries(values) });
  return {
    filters: args.filters,
    id: config.region,
    ids: valuesOf(answer, "subnetId"),
    region: config.region,
    tags: {},
  };
}

/** The text of each element of a name. */
const valuesOf = (xml: string, name: string): string[] =>
  [...xml.matchAll(new RegExp(`<${name}>([^<]*)</${name}>`, "g"))].map(([, value]) => value!);
