import { isNotFound } from "./awsError.ts";
import { type AwsResource, text } from "./awsResource.ts";
import { arnProblem } from "./role.ts";
import { StandInError } from "./standInError.ts";

/**
 * A managed policy of an IAM role; its id, and what it is imported with, is `<role name>/<ARN of the policy>`.
 * See https://www.pulumi.com/registry/packages/aws/api-docs/iam/rolepolicyattachment/
 */
export const rolePolicyAttachment: AwsResource = {
  type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
  inputs: {
    policyArn: { type: "string", required: true, forceNew: true, problem: arnProblem },
    role: { type: "string", required: true, forceNew: true },
  },
  refusedInputs: [],
  computed: [],

  async create(planned, context) {
    const iam = await context.clients.iam();
    const [RoleName, PolicyArn] = [text(planned, "role"), text(planned, "policyArn")];
    await iam.attachRolePolicy({ RoleName, PolicyArn }).catch((error) => {
      throw new Error(`attaching IAM Policy (${PolicyArn}) to IAM Role (${RoleName}): ${error.message}`, {
        cause: error,
      });
    });
    return { id: `${RoleName}/${PolicyArn}` };
  },

  async read(id, _known, context) {
    const iam = await context.clients.iam();
    const { RoleName, PolicyArn } = keyOf(id);
    try {
      const { AttachedPolicies = [] } = await iam.listAttachedRolePolicies({ RoleName, MaxItems: 1000 });
      if (!AttachedPolicies.some((one) => one.PolicyArn === PolicyArn)) return undefined;
      return { id, outputs: { policyArn: PolicyArn, role: RoleName } };
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw new Error(`reading IAM Role Policy Attachment (${id}): ${(error as Error).message}`, { cause: error });
    }
  },

  async update() {
    throw new StandInError("an attachment has nothing to change");
  },

  async delete(id, _known, context) {
    const iam = await context.clients.iam();
    try {
      await iam.detachRolePolicy(keyOf(id));
    } catch (error) {
      if (isNotFound(error)) return;
      throw new Error(`detaching IAM Policy (${id}): ${(error as Error).message}`, { cause: error });
    }
  },
};

function keyOf(id: string): { RoleName: string; PolicyArn: string } {
  const [, RoleName, PolicyArn] = /^([^/]+)\/(arn:.+)$/.exec(id) ?? [];
  if (!RoleName || !PolicyArn) throw new Error(`unexpected format of ID (${id}), use: role-name/policy-arn`);
  return { RoleName, PolicyArn };
}
