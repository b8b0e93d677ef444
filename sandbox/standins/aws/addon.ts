import type { Addon } from "@aws-sdk/client-eks";
import type { Properties } from "../plugin/values.ts";
import { isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, optionalText, text } from "./awsResource.ts";
import { StandInError } from "./standInError.ts";
import { asTags, withoutAwsTags, withoutDefaultTags } from "./tags.ts";
import { untilActive } from "./waiting.ts";

/**
 * An add-on of an EKS cluster; its id is `<cluster>:<name>`. The stand-in changes none.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/eks/addon/
 */
export const addon: AwsResource = {
  type: "aws:eks/addon:Addon",
  inputs: {
    addonName: { type: "string", required: true, forceNew: true },
    addonVersion: { type: "string", computed: true },
    clusterName: { type: "string", required: true, forceNew: true },
    configurationValues: { type: "string", computed: true },
    preserve: { type: "boolean" },
    region: { type: "string", forceNew: true, computed: true },
    resolveConflictsOnCreate: { type: "string" },
    resolveConflictsOnUpdate: { type: "string" },
    tags: { type: "tags" },
  },
  refusedInputs: ["namespaceConfig", "podIdentityAssociations", "serviceAccountRoleArn"],
  computed: ["arn", "createdAt", "modifiedAt"],

  async create(planned, context) {
    const eks = await context.clients.eks(optionalText(planned, "region"));
    const [clusterName, addonName] = [text(planned, "clusterName"), text(planned, "addonName")];
    const id = `${clusterName}:${addonName}`;
    const tags = asTags(planned.tagsAll);
    const request = {
      clusterName,
      addonName,
      addonVersion: optionalText(planned, "addonVersion"),
      configurationValues: optionalText(planned, "configurationValues"),
      resolveConflicts: optionalText(planned, "resolveConflictsOnCreate") as "OVERWRITE" | "NONE" | undefined,
      tags: Object.keys(tags).length > 0 ? tags : undefined,
      clientRequestToken: crypto.randomUUID(),
    };
    await eks.createAddon(request).catch((error) => {
      throw new Error(`creating EKS Add-On (${id}): ${error.message}`, { cause: error });
    });
    return { id };
  },

  ready: async (id, planned, context) => {
    const eks = await context.clients.eks(optionalText(planned, "region"));
    await untilActive(
      `EKS Add-On (${id}) create`,
      async () => (await eks.describeAddon(keyOf(id))).addon?.status,
      context,
    );
  },

  async read(id, known, context) {
    const eks = await context.clients.eks(optionalText(known, "region"));
    try {
      const { addon: live } = await eks.describeAddon(keyOf(id));
      return live && { id, outputs: describe(live, known, context) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new Error(`reading EKS Add-On (${id}): ${(error as Error).message}`, { cause: error });
    }
  },

  async update() {
    throw new StandInError("changing an EKS add-on is not implemented");
  },

  async delete(id, known, context) {
    const eks = await context.clients.eks(optionalText(known, "region"));
    try {
      await eks.deleteAddon({ ...keyOf(id), preserve: known.preserve === true });
    } catch (error) {
      if (isNotFound(error)) return;
      throw new Error(`deleting EKS Add-On (${id}): ${(error as Error).message}`, { cause: error });
    }
  },
};

function keyOf(id: string): { clusterName: string; addonName: string } {
  const [clusterName, addonName] = id.split(":");
  if (!clusterName || !addonName) throw new Error(`unexpected format of ID (${id}), use: cluster-name:addon-name`);
  return { clusterName, addonName };
}

function describe(live: Addon, known: Properties, { config }: AwsContext): Properties {
  const tagsAll = withoutAwsTags(live.tags ?? {});
  const rfc3339 = (date: Date | undefined) => date?.toISOString().replace(/\.\d+Z$/, "Z");
  return {
    addonName: live.addonName,
    addonVersion: live.addonVersion,
    arn: live.addonArn,
    clusterName: live.clusterName,
    configurationValues: live.configurationValues ?? "",
    createdAt: rfc3339(live.createdAt),
    modifiedAt: rfc3339(live.modifiedAt),
    preserve: known.preserve,
    region: known.region ?? config.region,
    resolveConflictsOnCreate: known.resolveConflictsOnCreate,
    resolveConflictsOnUpdate: known.resolveConflictsOnUpdate,
    tags: withoutDefaultTags(tagsAll, config.defaultTags, asTags(known.tags)),
    tagsAll,
  };
}

/** See https://www.pulumi.com/registry/packages/aws/api-docs/eks/getaddonversion/ */
export async function getAddonVersion(args: Properties, { clients, config }: AwsContext): Promise<Properties> {
  const [addonName, kubernetesVersion] = [text(args, "addonName"), text(args, "kubernetesVersion")];
  const { addons = [] } = await (await clients.eks()).describeAddonVersions({ addonName, kubernetesVersion });
  // The newest comes first.
  const version = addons[0]?.addonVersions?.[0]?.addonVersion;
  if (!version) throw new Error(`reading EKS Add-On version info (${addonName}, ${kubernetesVersion}): empty result`);
  const { mostRecent } = args;
  return { addonName, id: addonName, kubernetesVersion, mostRecent, region: config.region, version };
}
