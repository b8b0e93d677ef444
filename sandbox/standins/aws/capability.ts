import type { Capability, CapabilityType, EKS } from "@aws-sdk/client-eks";
import type { Properties } from "../plugin/values.ts";
import { isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, optionalText, text } from "./awsResource.ts";
import { retryRole } from "./eksCluster.ts";
import { arnProblem } from "./role.ts";
import { StandInError } from "./standInError.ts";
import { asTags, tagChanges, withoutAwsTags, withoutDefaultTags } from "./tags.ts";
import { untilActive, untilGone } from "./waiting.ts";

/**
 * An EKS capability of type KRO or ACK; its id is `<cluster>,<name>`. Of changes the stand-in makes those of tags.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/capability/
 */
export const capability: AwsResource = {
  type: "aws:eks/capability:Capability",
  inputs: {
    capabilityName: { type: "string", required: true, forceNew: true },
    clusterName: { type: "string", required: true, forceNew: true },
    deletePropagationPolicy: {
      type: "string",
      required: true,
      problem: (value) => (value === "RETAIN" ? undefined : "must be RETAIN"),
    },
    region: { type: "string", forceNew: true, computed: true },
    roleArn: { type: "string", required: true, problem: arnProblem },
    tags: { type: "tags" },
    type: {
      type: "string",
      required: true,
      forceNew: true,
      problem: (value) =>
        value === "KRO" || value === "ACK" ? undefined : new StandInError(`${value} is not implemented`).message,
    },
  },
  refusedInputs: ["configuration", "timeouts"],
  computed: ["arn", "version"],
  create,
  ready: async (id, planned, context) => {
    const look = async () => (await get(id, planned, context)).status;
    await untilActive(`EKS Capability (${id}) create`, look, context);
  },
  read,
  update,
  delete: remove,
};

async function create(planned: Properties, context: AwsContext): Promise<{ id: string }> {
  const eks = await context.clients.eks(optionalText(planned, "region"));
  const id = `${text(planned, "clusterName")},${text(planned, "capabilityName")}`;
  const tags = asTags(planned.tagsAll);
  const request = {
    capabilityName: text(planned, "capabilityName"),
    clusterName: text(planned, "clusterName"),
    deletePropagationPolicy: "RETAIN" as const,
    roleArn: text(planned, "roleArn"),
    type: text(planned, "type") as CapabilityType,
    tags: Object.keys(tags).length > 0 ? tags : undefined,
    clientRequestToken: crypto.randomUUID(),
  };
  try {
    await retryRole(() => eks.createCapability(request), context);
  } catch (error) {
    throw new Error(`creating EKS Capability (${id}): ${(error as Error).message}`, { cause: error });
  }
  return { id };
}

function keyOf(id: string): { clusterName: string; capabilityName: string } {
  const [clusterName, capabilityName] = id.split(",");
  if (!clusterName || !capabilityName)
    throw new Error(`unexpected format of ID (${id}), use: cluster_name,capability_name`);
  return { clusterName, capabilityName };
}

const eksOf = (known: Properties, { clients }: AwsContext): Promise<EKS> => clients.eks(optionalText(known, "region"));

async function get(id: string, known: Properties, context: AwsContext): Promise<Capability> {
  const { capability: live } = await (await eksOf(known, context)).describeCapability(keyOf(id));
  if (!live) throw new Error(`reading EKS Capability (${id}): empty result`);
  return live;
}

async function read(id: string, known: Properties, context: AwsContext): Promise<LiveResource | undefined> {
  try {
    return { id, outputs: describe(await get(id, known, context), known, context) };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`reading EKS Capability (${id}): ${(error as Error).message}`, { cause: error });
  }
}

async function update(id: string, current: Properties, planned: Properties, context: AwsContext): Promise<Properties> {
  const live = await get(id, current, context);
  if (live.roleArn !== planned.roleArn) {
    throw new StandInError("changing roleArn of an EKS capability is not implemented");
  }
  const eks = await eksOf(current, context);
  const tags = tagChanges(asTags(current.tagsAll), asTags(planned.tagsAll));
  if (tags.remove.length > 0) await eks.untagResource({ resourceArn: live.arn, tagKeys: tags.remove });
  if (Object.keys(tags.set).length > 0) await eks.tagResource({ resourceArn: live.arn, tags: tags.set });
  return describe(await get(id, current, context), planned, context);
}

async function remove(id: string, known: Properties, context: AwsContext): Promise<void> {
  const eks = await eksOf(known, context);
  try {
    if ((await get(id, known, context)).status !== "DELETING") await eks.deleteCapability(keyOf(id));
    await untilGone(() => eks.describeCapability(keyOf(id)), context);
  } catch (error) {
    if (isNotFound(error)) return;
    throw new Error(`deleting EKS Capability (${id}): ${(error as Error).message}`, { cause: error });
  }
}

function describe(live: Capability, known: Properties, { config }: AwsContext): Properties {
  const tagsAll = withoutAwsTags(live.tags ?? {});
  return {
    arn: live.arn,
    capabilityName: live.capabilityName,
    clusterName: live.clusterName,
    deletePropagationPolicy: live.deletePropagationPolicy,
    region: known.region ?? config.region,
    roleArn: live.roleArn,
    tags: withoutDefaultTags(tagsAll, config.defaultTags, asTags(known.tags)),
    tagsAll,
    type: live.type,
    version: live.version,
  };
}
