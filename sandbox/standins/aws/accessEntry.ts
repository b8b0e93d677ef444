import type { AccessEntry } from "@aws-sdk/client-eks";
import type { Properties } from "../plugin/values.ts";
import { isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, optionalText, text } from "./awsResource.ts";
import { retryRole } from "./eksCluster.ts";
import { arnProblem } from "./role.ts";
import { StandInError } from "./standInError.ts";
import { asTags, withoutAwsTags, withoutDefaultTags } from "./tags.ts";

/**
 * An EKS access entry; its id is `<cluster>:<ARN of the principal>`. The stand-in changes none.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/accessentry/
 */
export const accessEntry: AwsResource = {
  type: "aws:eks/accessEntry:AccessEntry",
  inputs: {
    clusterName: { type: "string", required: true, forceNew: true },
    kubernetesGroups: { type: "texts", computed: true },
    principalArn: { type: "string", required: true, forceNew: true, problem: arnProblem },
    region: { type: "string", forceNew: true, computed: true },
    tags: { type: "tags" },
    type: { type: "string", forceNew: true, default: "STANDARD" },
    userName: { type: "string", computed: true },
  },
  refusedInputs: [],
  computed: ["accessEntryArn", "createdAt", "modifiedAt"],

  async create(planned, context) {
    const eks = await context.clients.eks(optionalText(planned, "region"));
    const [clusterName, principalArn] = [text(planned, "clusterName"), text(planned, "principalArn")];
    const tags = asTags(planned.tagsAll);
    const request = {
      clusterName,
      principalArn,
      type: text(planned, "type"),
      kubernetesGroups: planned.kubernetesGroups as string[] | undefined,
      username: optionalText(planned, "userName"),
      tags: Object.keys(tags).length > 0 ? tags : undefined,
      clientRequestToken: crypto.randomUUID(),
    };
    const id = `${clusterName}:${principalArn}`;
    try {
      await retryRole(() => eks.createAccessEntry(request), context);
    } catch (error) {
      throw new Error(`creating EKS Access Entry (${id}): ${(error as Error).message}`, { cause: error });
    }
    return { id };
  },

  async read(id, known, context): Promise<LiveResource | undefined> {
    const eks = await context.clients.eks(optionalText(known, "region"));
    try {
      const { accessEntry: live } = await eks.describeAccessEntry(keyOf(id));
      return live && { id, outputs: describe(live, known, context) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new Error(`reading EKS Access Entry (${id}): ${(error as Error).message}`, { cause: error });
    }
  },

  async update() {
    throw new StandInError("changing an EKS access entry is not implemented");
  },

  async delete(id, known, context) {
    const eks = await context.clients.eks(optionalText(known, "region"));
    try {
      await eks.deleteAccessEntry(keyOf(id));
    } catch (error) {
      if (isNotFound(error)) return;
      throw new Error(`deleting EKS Access Entry (${id}): ${(error as Error).message}`, { cause: error });
    }
  },
};

function keyOf(id: string): { clusterName: string; principalArn: string } {
  const [, clusterName, principalArn] = /^([^:]+):(.+)$/.exec(id) ?? [];
  if (!clusterName || !principalArn)
    throw new Error(`unexpected format of ID (${id}), use: cluster-name:principal-arn`);
  return { clusterName, principalArn };
}

function describe(live: AccessEntry, known: Properties, { config }: AwsContext): Properties {
  const tagsAll = withoutAwsTags(live.tags ?? {});
  const rfc3339 = (date: Date | undefined) => date?.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    accessEntryArn: live.accessEntryArn,
    clusterName: live.clusterName,
    createdAt: rfc3339(live.createdAt),
    kubernetesGroups: live.kubernetesGroups ?? [],
    modifiedAt: rfc3339(live.modifiedAt),
    principalArn: live.principalArn,
    region: known.region ?? config.region,
    tags: withoutDefaultTags(tagsAll, config.defaultTags, asTags(known.tags)),
    tagsAll,
    type: live.type,
    userName: live.username,
  };
}
