import type { Properties } from "../plugin/values.ts";
import { isNotFound } from "./awsError.ts";
import { type AwsContext, type AwsResource, type LiveResource, text } from "./awsResource.ts";
import { policyToKeep } from "./resourcePlan.ts";

/**
 * An inline policy of an IAM role; its id, and what it is imported with, is `<role name>:<policy name>`.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicy/
 */
export const rolePolicy: AwsResource = {
  type: "aws:iam/rolePolicy:RolePolicy",
  inputs: {
    name: {
      type: "string",
      forceNew: true,
      computed: true,
      autonameLength: 128,
      problem: (value) =>
        /^[\w+=,.@-]{1,128}$/.test(String(value))
          ? undefined
          : "must be 1 to 128 letters, digits or characters of +=,.@_-",
    },
    policy: { type: "policy", required: true, versionFirst: true },
    role: {
      type: "string",
      required: true,
      forceNew: true,
      problem: (value) => (/^[\w+=,.@-]{1,64}$/.test(String(value)) ? undefined : "must be the name of a role"),
    },
  },
  refusedInputs: ["namePrefix"],
  computed: ["namePrefix"],

  async create(planned, context) {
    await put(planned, context);
    return { id: `${text(planned, "role")}:${text(planned, "name")}` };
  },

  async read(id, known, context) {
    try {
      return await get(id, known, context);
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new Error(`reading IAM Role Policy (${id}): ${(error as Error).message}`, { cause: error });
    }
  },

  async update(id, _current, planned, context) {
    await put(planned, context);
    return (await get(id, planned, context)).outputs;
  },

  async delete(id, _known, context) {
    const iam = await context.clients.iam();
    try {
      await iam.deleteRolePolicy(parseId(id));
    } catch (error) {
      if (isNotFound(error)) return;
      throw new Error(`deleting IAM Role Policy (${id}): ${(error as Error).message}`, { cause: error });
    }
  },
};

async function put(planned: Properties, context: AwsContext): Promise<void> {
  const iam = await context.clients.iam();
  const [RoleName, PolicyName] = [text(planned, "role"), text(planned, "name")];
  try {
    await iam.putRolePolicy({ RoleName, PolicyName, PolicyDocument: text(planned, "policy") });
  } catch (error) {
    throw new Error(`putting IAM Role (${RoleName}) Policy (${PolicyName}): ${(error as Error).message}`, {
      cause: error,
    });
  }
}

async function get(id: string, known: Properties, context: AwsContext): Promise<LiveResource> {
  const iam = await context.clients.iam();
  const key = parseId(id);
  const { PolicyDocument = "" } = await iam.getRolePolicy(key);
  const policy = policyToKeep(known.policy, decodeURIComponent(PolicyDocument), true);
  return { id, outputs: { name: key.PolicyName, namePrefix: "", policy, role: key.RoleName } };
}

function parseId(id: string): { RoleName: string; PolicyName: string } {
  const [, RoleName, PolicyName] = /^([^:]+):(.+)$/.exec(id) ?? [];
  if (!RoleName || !PolicyName) throw new Error("role_policy id must be of the form <role name>:<policy name>");
  return { RoleName, PolicyName };
}
