import type { InstanceProfile } from "@aws-sdk/client-iam";
import type { Properties } from "../plugin/values.ts";
import { isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, optionalText, text } from "./awsResource.ts";
import { StandInError } from "./standInError.ts";
import { asTags, withoutAwsTags, withoutDefaultTags } from "./tags.ts";

/**
 * An instance profile of IAM, with one role; its id is its name. The stand-in changes none.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/iam/instanceprofile/
 */
export const instanceProfile: AwsResource = {
  type: "aws:iam/instanceProfile:InstanceProfile",
  inputs: {
    name: { type: "string", forceNew: true, computed: true, autonameLength: 128 },
    path: { type: "string", default: "/", forceNew: true },
    role: { type: "string" },
    tags: { type: "tags" },
  },
  refusedInputs: ["namePrefix"],
  computed: ["arn", "createDate", "namePrefix", "uniqueId"],

  async create(planned, context) {
    const iam = await context.clients.iam();
    const InstanceProfileName = text(planned, "name");
    const Tags = Object.entries(asTags(planned.tagsAll)).map(([Key, Value]) => ({ Key, Value }));
    const RoleName = optionalText(planned, "role");
    try {
      const tags = Tags.length > 0 ? { Tags } : {};
      await iam.createInstanceProfile({ InstanceProfileName, Path: text(planned, "path"), ...tags });
      if (RoleName) await iam.addRoleToInstanceProfile({ InstanceProfileName, RoleName });
    } catch (error) {
      throw new Error(`creating IAM Instance Profile (${InstanceProfileName}): ${(error as Error).message}`, {
        cause: error,
      });
    }
    return { id: InstanceProfileName };
  },

  async read(id, known, context) {
    const iam = await context.clients.iam();
    try {
      const { InstanceProfile: live } = await iam.getInstanceProfile({ InstanceProfileName: id });
      return live && { id, outputs: describe(live, known, context) };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new Error(`reading IAM Instance Profile (${id}): ${(error as Error).message}`, { cause: error });
    }
  },

  async update() {
    throw new StandInError("changing an instance profile is not implemented");
  },

  async delete(id, known, context) {
    const iam = await context.clients.iam();
    const RoleName = optionalText(known, "role");
    try {
      if (RoleName) await iam.removeRoleFromInstanceProfile({ InstanceProfileName: id, RoleName });
    } catch (error) {
      // Whoever deletes a role takes it out first.
      if (!isNotFound(error)) throw error;
    }
    try {
      await iam.deleteInstanceProfile({ InstanceProfileName: id });
    } catch (error) {
      if (isNotFound(error)) return;
      throw new Error(`deleting IAM Instance Profile (${id}): ${(error as Error).message}`, { cause: error });
    }
  },
};

function describe(live: InstanceProfile, known: Properties, { config }: AwsContext): Properties {
  const tagsAll = withoutAwsTags(Object.fromEntries((live.Tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value])));
  return {
    arn: live.Arn,
    createDate: live.CreateDate?.toISOString().replace(/\.\d+Z$/, "Z"),
    name: live.InstanceProfileName,
    namePrefix: "",
    path: live.Path,
    role: live.Roles?.[0]?.RoleName,
    tags: withoutDefaultTags(tagsAll, config.defaultTags, asTags(known.tags)),
    tagsAll,
    uniqueId: live.InstanceProfileId,
  };
}
