import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { getCallerIdentityOutput } from "@pulumi/aws/getCallerIdentity.js";
import { getPartitionOutput } from "@pulumi/aws/getPartition.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { getRoleOutput } from "@pulumi/aws/iam/getRole.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { all, interpolate, jsonStringify, type Output, type Resource } from "@pulumi/pulumi";
import { ARGUMENTS } from "../argRules.ts";
import type { ResolvedArgs } from "../args.ts";
import { askAws } from "../askAws.ts";
import { derive, type Given, settle } from "../given.ts";
import { LAB_INSTANCE, prefixFor, roleNameFor } from "../names.ts";
import type { After, ChildOptions } from "../resources.ts";
import { mayBe, oneOfItsKind } from "./oneOfItsKind.ts";
import { trustPolicy } from "./trustPolicy.ts";

export const ASSOCIATION_TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
export const ROLE_TYPE = "aws:iam/role:Role";
export const POLICY_TYPE = "aws:iam/rolePolicy:RolePolicy";

/** What lets the pods of a carts service act as an IAM role. */
export interface CartsIdentity {
  /** ARN of the role, made here or given by name. */
  readonly roleArn: Output<string>;
  readonly association: PodIdentityAssociation;
  /** Fulfilled, with nothing, when AWS has answered all that is asked of it: nothing may be made before. */
  readonly answered: Promise<readonly Resource[]>;
  /** What must be there before a pod is admitted: credentials are injected at admission, and never later. */
  readonly resources: readonly Resource[];
}

/** Declares the role with its policy (unless `roleName` names one that exists), and the Pod Identity association. */
export function createIdentity(name: string, args: ResolvedArgs, after: After): CartsIdentity {
  const { clusterName, namespace, serviceAccount, roleName, tags } = args;
  const given = roleName === undefined ? undefined : givenRole(roleName, after());
  const tables = given ? undefined : tableArns(args, after().parent);
  const answered = settle(given ?? tables, new Set()).then(() => []);
  const made = tables && createRole(name, args, tables, after(answered));
  const roleArn = given ?? made!.role.arn;
  const opts = after(answered, ...(made ? [made.policy] : []));
  const one = oneAssociation(name, args, opts.parent);
  const association = new PodIdentityAssociation(
    one.name,
    { clusterName, namespace, serviceAccount, roleArn, tags },
    { ...opts, ...one.opts },
  );
  return { roleArn, association, answered, resources: [...(made ? [made.role, made.policy] : []), association] };
}

/** ARN of a role that exists. */
function givenRole(name: Given<string>, opts: ChildOptions): Output<string> {
  const missing = () =>
    "there is no such IAM role in the account: set roleName to one that is there, or leave it out to have one made";
  return askAws(getRoleOutput({ name }, opts), { key: "roleName", name, missing }).arn;
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
function createRole(name: string, args: ResolvedArgs, tables: Output<string>, opts: ChildOptions) {
  const { clusterName, tags } = args;
  const one = oneRole(name, args, opts.parent);
  const role = new Role(
    one.name,
    {
      name: one.roleName,
      description: derive(
        [clusterName],
        (cluster) => `Lets the carts service of the EKS cluster ${cluster} use its DynamoDB tables`,
      ),
      assumeRolePolicy: trustPolicy("pods.eks.amazonaws.com"),
      tags,
    },
    { ...opts, ...one.opts },
  );
  const policy = new RolePolicy(
    one.policyName(one.name),
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
    { ...opts, aliases: [{ name: one.previous.then((found) => one.policyName(found?.name ?? one.name)) }] },
  );
  return { role, policy };
}

/** The tables that the role may use, as an ARN. */
function tableArns({ clusterName, tableName, roleScope }: ResolvedArgs, parent: Resource): Output<string> {
  const within = { parent };
  const [{ partition }, { region }, { accountId }] = [
    askAws(getPartitionOutput({}, within)),
    askAws(getRegionOutput({}, within)),
    askAws(getCallerIdentityOutput({}, within)),
  ];
  return interpolate`arn:${partition}:dynamodb:${region}:${accountId}:table/${derive([clusterName, tableName, roleScope], tablesOf)}`;
}

/** The same, as the end of an ARN. */
const tablesOf = (clusterName: string, tableName: string, roleScope: string): string =>
  roleScope === "table" ? tableName : `${prefixFor(clusterName)}*`;

/** The association in the state: a cluster has one for each service account. */
function oneAssociation(name: string, { clusterName, namespace, serviceAccount }: ResolvedArgs, parent: Resource) {
  const usual = [LAB_INSTANCE, ARGUMENTS.serviceAccount.default as string];
  return oneOfItsKind<{ readonly [name: string]: unknown }>(
    parent,
    ASSOCIATION_TYPE,
    `${name}-association`,
    { key: [namespace, serviceAccount], usual },
    async (had) => {
      const same = Object.entries({ clusterName, namespace, serviceAccount }).map(([key, value]) =>
        mayBe(value, had[key]),
      );
      return (await Promise.all(same)).every(Boolean);
    },
  );
}

/**
 * The role in the state, and its name. One that was made under the lab's name keeps it whatever the instance is called:
 * formerly every instance's role had that name, and a role of another name is another role.
 */
function oneRole(name: string, { clusterName, instanceName }: ResolvedArgs, parent: Resource) {
  const own = derive([clusterName, instanceName], roleNameFor);
  const labs = derive([clusterName], (cluster) => roleNameFor(cluster, LAB_INSTANCE));
  const one = oneOfItsKind<{ readonly name?: string }>(
    parent,
    ROLE_TYPE,
    `${name}-role`,
    { key: [instanceName], usual: [LAB_INSTANCE] },
    async (had, only) => (await mayBe(own, had.name)) || (only && (await mayBe(labs, had.name))),
  );
  const roleName = all([own, labs, one.previous]).apply(([wanted, lab, found]) =>
    found?.outputs.name === lab ? lab : wanted,
  );
  return { ...one, roleName, policyName: (role: string) => `${name}-policy${role.slice(`${name}-role`.length)}` };
}
