import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { getRoleOutput } from "@pulumi/aws/iam/getRole.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { all, type Input, interpolate, jsonStringify, type Output, type Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { derive } from "../given.ts";
import { LAB_INSTANCE, prefixFor, roleNameFor } from "../names.ts";
import { previousChild } from "../previousState.ts";
import type { After, ChildOptions } from "../resources.ts";
import { trustPolicy } from "./trustPolicy.ts";

/** What lets the pods of a carts service act as an IAM role. */
export interface CartsIdentity {
  /** ARN of the role, made here or given by name. */
  readonly roleArn: Output<string>;
  readonly association: PodIdentityAssociation;
  /** What must be there before a pod is admitted: credentials are injected at admission, and never later. */
  readonly resources: readonly Resource[];
}

/** Declares the role with its policy (unless `roleName` names one that exists), and the Pod Identity association. */
export function createIdentity(name: string, args: ResolvedArgs, after: After): CartsIdentity {
  const { clusterName, namespace, serviceAccount, roleName, tags } = args;
  const made = roleName === undefined ? createRole(name, args, after()) : undefined;
  const roleArn = made?.role.arn ?? getRoleOutput({ name: roleName! }, after()).arn;
  const association = new PodIdentityAssociation(
    `${name}-association`,
    { clusterName, namespace, serviceAccount, roleArn, tags },
    after(...(made ? [made.policy] : [])),
  );
  return { roleArn, association, resources: [...(made ? [made.role, made.policy] : []), association] };
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
function createRole(name: string, args: ResolvedArgs, opts: ChildOptions) {
  const { clusterName, tableName, roleScope, tags } = args;
  const role = new Role(
    `${name}-role`,
    {
      name: nameOfRole(name, args, opts.parent),
      description: derive(
        [clusterName],
        (cluster) => `Lets the carts service of the EKS cluster ${cluster} use its DynamoDB tables`,
      ),
      assumeRolePolicy: trustPolicy("pods.eks.amazonaws.com"),
      tags,
    },
    opts,
  );
  const within = { parent: opts.parent };
  const tables = interpolate`arn:${getPartitionOutput({}, within).partition}:dynamodb:${getRegionOutput({}, within).region}:${
    getCallerIdentityOutput({}, within).accountId
  }:table/${derive([clusterName, tableName, roleScope], tablesOf)}`;
  const policy = new RolePolicy(
    `${name}-policy`,
    {
      name: "carts-dynamo",
      role: role.name,
      policy: jsonStringify({
        Version: "2012-10-17",
        Statement: [
          {
            Sid: "Carts",
            Effect: "Allow",
            Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
            Resource: tables,
          },
          {
            Sid: "CartsOfCustomer",
            Effect: "Allow",
            Action: "dynamodb:Query",
            Resource: interpolate`${tables}/index/*`,
          },
        ],
      }),
    },
    opts,
  );
  return { role, policy };
}

/** The tables that a role may use, as the end of an ARN. */
const tablesOf = (clusterName: string, tableName: string, roleScope: string): string =>
  roleScope === "table" ? tableName : `${prefixFor(clusterName)}*`;

/**
 * The role's name. One that was made under the lab's name keeps it whatever the instance is called: formerly every
 * instance's role had that name, and a role of another name is another role.
 */
function nameOfRole(name: string, { clusterName, instanceName }: ResolvedArgs, parent: Resource): Input<string> {
  const own = derive([clusterName, instanceName], roleNameFor);
  if (instanceName === LAB_INSTANCE) return own;
  const previous = previousChild<{ name?: string }>(parent, "aws:iam/role:Role", `${name}-role`);
  return all([own, clusterName, previous.then((role) => role?.name)]).apply(([own, cluster, had]) =>
    had === roleNameFor(cluster, LAB_INSTANCE) ? had : own,
  );
}
