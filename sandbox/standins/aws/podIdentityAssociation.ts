import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import type { Properties } from "../plugin/values.ts";
import { AwsError, isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, optionalText, text } from "./awsResource.ts";
import { retryWhile } from "./retry.ts";
import { arnProblem } from "./role.ts";
import { asTags, tagChanges, withoutAwsTags, withoutDefaultTags } from "./tags.ts";

/**
 * An EKS Pod Identity association; its id is the association's, and it is imported with `<cluster>,<association id>`.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/podidentityassociation/
 */
export const podIdentityAssociation: AwsResource = {
  type: "aws:eks/podIdentityAssociation:PodIdentityAssociation",
  inputs: {
    clusterName: { type: "string", required: true, forceNew: true },
    disableSessionTags: { type: "boolean", default: false },
    namespace: { type: "string", required: true, forceNew: true },
    region: { type: "string", forceNew: true, computed: true },
    roleArn: { type: "string", required: true, problem: arnProblem },
    serviceAccount: { type: "string", required: true, forceNew: true },
    tags: { type: "tags" },
    targetRoleArn: { type: "string", problem: arnProblem },
  },
  refusedInputs: ["policy"],
  computed: ["associationArn", "associationId", "externalId"],
  volatile: ["externalId"],
  create,
  read,
  update,
  delete: remove,
};

async function create(planned: Properties, context: AwsContext): Promise<LiveResource> {
  const eks = await context.clients.eks(optionalText(planned, "region"));
  const tags = asTags(planned.tagsAll);
  const request = {
    clusterName: text(planned, "clusterName"),
    namespace: text(planned, "namespace"),
    serviceAccount: text(planned, "serviceAccount"),
    ...roleSettings(planned),
    tags: Object.keys(tags).length > 0 ? tags : undefined,
    clientRequestToken: crypto.randomUUID(),
  };
  const { association } = await retryMissingRole(() => eks.createPodIdentityAssociation(request), context).catch(
    (error) => {
      throw new Error(`creating EKS Pod Identity Association: ${error.message}`, { cause: error });
    },
  );
  if (!association?.associationId) throw new Error("EKS answered without an association");
  // The official provider does not read back what it has just asked for.
  const { associationArn, associationId, externalId } = association;
  return { id: associationId, outputs: { ...planned, associationArn, associationId, externalId } };
}

async function read(id: string, known: Properties, context: AwsContext): Promise<LiveResource | undefined> {
  const { clusterName, associationId } = parseId(id, known);
  const eks = await context.clients.eks(optionalText(known, "region"));
  try {
    const { association } = await eks.describePodIdentityAssociation({ clusterName, associationId });
    return association && describe(association, known, context);
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw new Error(`reading EKS Pod Identity Association (${id}): ${(error as Error).message}`, { cause: error });
  }
}

async function update(id: string, current: Properties, planned: Properties, context: AwsContext): Promise<Properties> {
  const eks = await context.clients.eks(optionalText(current, "region"));
  let { externalId } = current;
  const settings = ["roleArn", "targetRoleArn", "disableSessionTags"];
  if (settings.some((name) => (current[name] || undefined) !== (planned[name] || undefined))) {
    const request = {
      clusterName: text(planned, "clusterName"),
      associationId: id,
      ...roleSettings(planned),
      // An empty text takes the target role away.
      targetRoleArn: optionalText(planned, "targetRoleArn") ?? (current.targetRoleArn ? "" : undefined),
      clientRequestToken: crypto.randomUUID(),
    };
    const { association } = await retryMissingRole(() => eks.updatePodIdentityAssociation(request), context).catch(
      (error) => {
        throw new Error(`updating EKS Pod Identity Association (${id}): ${error.message}`, { cause: error });
      },
    );
    externalId = association?.externalId;
  }
  const resourceArn = text(current, "associationArn");
  const tags = tagChanges(asTags(current.tagsAll), asTags(planned.tagsAll));
  if (tags.remove.length > 0) await eks.untagResource({ resourceArn, tagKeys: tags.remove });
  if (Object.keys(tags.set).length > 0) await eks.tagResource({ resourceArn, tags: tags.set });
  const { associationArn, associationId } = current;
  return { ...planned, associationArn, associationId, externalId };
}

async function remove(id: string, known: Properties, context: AwsContext): Promise<void> {
  const eks = await context.clients.eks(optionalText(known, "region"));
  try {
    await eks.deletePodIdentityAssociation(parseId(id, known));
  } catch (error) {
    if (isNotFound(error)) return;
    throw new Error(`deleting EKS Pod Identity Association (${id}): ${(error as Error).message}`, { cause: error });
  }
}

function roleSettings(planned: Properties) {
  return {
    roleArn: text(planned, "roleArn"),
    targetRoleArn: optionalText(planned, "targetRoleArn"),
    disableSessionTags: planned.disableSessionTags === true,
  };
}

function describe(live: PodIdentityAssociation, known: Properties, { config }: AwsContext): LiveResource {
  if (!live.associationId) throw new Error("EKS answered without an association");
  const tagsAll = withoutAwsTags(live.tags ?? {});
  const outputs = {
    associationArn: live.associationArn,
    associationId: live.associationId,
    clusterName: live.clusterName,
    disableSessionTags: live.disableSessionTags ?? false,
    externalId: live.externalId,
    namespace: live.namespace,
    region: known.region ?? config.region,
    roleArn: live.roleArn,
    serviceAccount: live.serviceAccount,
    tags: withoutDefaultTags(tagsAll, config.defaultTags, asTags(known.tags)),
    tagsAll,
    targetRoleArn: live.targetRoleArn || undefined,
  };
  return { id: live.associationId, outputs };
}

function parseId(id: string, known: Properties): { clusterName: string; associationId: string } {
  const [clusterName, associationId] = id.split(",");
  if (clusterName && associationId) return { clusterName, associationId };
  const cluster = optionalText(known, "clusterName");
  if (!cluster) throw new Error(`wrong format of import ID (${id}), use: 'cluster-name,association-id'`);
  return { clusterName: cluster, associationId: id };
}

/** A role that was just made may not be known to EKS yet. */
function retryMissingRole<T>(operation: () => Promise<T>, context: AwsContext): Promise<T> {
  const missing = (error: unknown) =>
    error instanceof AwsError &&
    error.code === "InvalidParameterException" &&
    error.detail.includes("Role provided in the request does not exist");
  return retryWhile(operation, missing, {
    signal: context.signal,
    timeoutMilliseconds: context.propagationMilliseconds,
  });
}
