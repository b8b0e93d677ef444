import { PodIdentityAssociation } from "@pulumi/aws/eks/podIdentityAssociation.js";
import { getRoleOutput } from "@pulumi/aws/iam/getRole.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import type { Input, Output, Resource } from "@pulumi/pulumi";
import { adopted } from "../adoption.ts";
import { ARGUMENTS } from "../argRules.ts";
import type { ResolvedArgs } from "../args.ts";
import { askAws } from "../askAws.ts";
import { applyTo, derive, type Given, settle } from "../given.ts";
import { type PreviousInstance, previousInstance } from "../guards/tableGuard.ts";
import { LAB_INSTANCE, prefixFor, roleNameFor } from "../names.ts";
import { previousChildren } from "../previousState.ts";
import type { After, ChildOptions } from "../resources.ts";
import { tagsOf } from "../tags.ts";
import { type AwsPlace, awsPlaceOf } from "./awsPlace.ts";
import { aliasOf, mayBe, oneOfItsKind } from "./oneOfItsKind.ts";
import { POLICY_NAME, rolePolicy } from "./rolePolicy.ts";
import { podTrustPolicy } from "./trustPolicy.ts";

export const ASSOCIATION_TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
export const ROLE_TYPE = "aws:iam/role:Role";
export const POLICY_TYPE = "aws:iam/rolePolicy:RolePolicy";

/** What lets the pods of a carts service act as an IAM role. */
export interface CartsIdentity {
  /** ARN of the role, made here or given by name; undefined where ACK makes it, and the instance says. */
  readonly roleArn: Output<string> | undefined;
  /** Undefined for one that is given by name, or ACK's. */
  readonly role: Role | undefined;
  /** Undefined where it is ACK's. */
  readonly association: PodIdentityAssociation | undefined;
  /** Fulfilled, with nothing, when AWS has answered all that is asked of it: nothing may be made before. */
  readonly answered: Promise<readonly Resource[]>;
  /** What must be there before a pod is admitted: credentials are injected at admission, and never later. */
  readonly resources: readonly (Resource | Promise<readonly Resource[]>)[];
  /** What ACK goes on with; undefined where the identity is Pulumi's. */
  readonly handedOver?: Promise<HandedOver>;
}

/** What there is of an identity, in part or whole, that is to be ACK's. */
export interface HandedOver {
  /** Undefined where ACK is to make the role. */
  readonly roleArn: Output<string> | undefined;
  /** Undefined where ACK is to make the association. */
  readonly associationId: Input<string> | undefined;
  readonly resources: readonly Resource[];
}

/**
 * Declares the role with its policy (unless `roleName` names one that exists), and the Pod Identity association: where they are
 * to be Pulumi's.
 */
export function createIdentity(name: string, args: ResolvedArgs, after: After): CartsIdentity {
  if (args.identity === "ack") return createHandedOver(name, args, after);
  const { roleName } = args;
  const given = roleName === undefined ? undefined : givenRole(roleName, after());
  const place = given ? undefined : awsPlaceOf(after().parent);
  const answered = settle(given ?? place, new Set()).then(() => []);
  const made = place && createRole(name, args, place, after(answered));
  const roleArn = given ?? made!.role.arn;
  const association = createAssociation(name, args, roleArn, after(answered, ...(made ? [made.policy] : [])));
  return {
    roleArn,
    role: made?.role,
    association,
    answered,
    resources: [...(made ? [made.role, made.policy] : []), association],
  };
}

/**
 * Of an identity that is to be ACK's: what Pulumi has made of it. A role stays Pulumi's, since to take it out of the pods' hands
 * for another would have them lose their credentials. An association is ACK's as soon as the instance has its id; until then Pulumi
 * has it still, noted as one that stays in AWS when the state has it no more: and so the update after that forgets it.
 */
function createHandedOver(name: string, args: ResolvedArgs, after: After): CartsIdentity {
  const { parent } = after();
  const given = args.roleName === undefined ? undefined : givenRole(args.roleName, after());
  const handOver = async (): Promise<HandedOver> => {
    const [roles, associations, instance] = await Promise.all([
      given ? [] : previousChildren(parent, ROLE_TYPE, `${name}-role`),
      previousChildren(parent, ASSOCIATION_TYPE, `${name}-association`),
      previousInstance(parent, name),
    ]);
    const place = roles.length > 0 ? awsPlaceOf(parent) : undefined;
    const made = place && createRole(name, args, place, after(settle(place, new Set()).then(() => [])));
    const roleArn = given ?? made?.role.arn;
    const resources = made ? [made.role, made.policy] : [];
    const { mode, associationId } = instance?.spec.identity ?? {};
    if (mode === "ack" || associations.length === 0) {
      return { roleArn, associationId: (await isOf(args, instance)) ? associationId : undefined, resources };
    }
    const association = createAssociation(name, args, roleArn!, {
      ...after(Promise.resolve(resources)),
      retainOnDelete: true,
    });
    return { roleArn, associationId: association.associationId, resources: [...resources, association] };
  };
  const handedOver = handOver();
  const answered = settle(given, new Set()).then(() => []);
  const resources = [answered, handedOver.then((all) => all.resources)];
  return { roleArn: given, role: undefined, association: undefined, answered, resources, handedOver };
}

/** Whether an instance has the service account that the arguments name: the one of an association never changes. */
async function isOf({ namespace, serviceAccount }: ResolvedArgs, instance: PreviousInstance | undefined) {
  const same = [
    mayBe(namespace, instance?.spec.namespace),
    mayBe(serviceAccount, instance?.spec.serviceAccount ?? ARGUMENTS.serviceAccount.default),
  ];
  return (await Promise.all(same)).every(Boolean);
}

function createAssociation(
  name: string,
  args: ResolvedArgs,
  roleArn: Output<string>,
  opts: ChildOptions & { readonly retainOnDelete?: boolean },
): PodIdentityAssociation {
  const { clusterName, namespace, serviceAccount } = args;
  const one = oneAssociation(name, args, opts.parent);
  return new PodIdentityAssociation(
    one.name,
    { clusterName, namespace, serviceAccount, roleArn, tags: tagsOf(args) },
    { ...opts, ...one.opts, ...adopted(ASSOCIATION_TYPE, one.name) },
  );
}

/** ARN of a role that exists. */
function givenRole(name: Given<string>, opts: ChildOptions): Output<string> {
  const missing = () =>
    "there is no such IAM role in the account: set roleName to one that is there, or leave it out to have one made";
  return askAws(getRoleOutput({ name }, opts), { key: "roleName", name, missing }).arn;
}

/** @see https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html */
function createRole(name: string, args: ResolvedArgs, place: Output<AwsPlace>, opts: ChildOptions) {
  const { clusterName, namespace, serviceAccount, tableName, roleScope, tableKmsKey } = args;
  const one = oneRole(name, args, opts.parent);
  const role = new Role(
    one.name,
    {
      name: one.roleName,
      description: derive(
        [clusterName],
        (cluster) => `Lets the carts service of the EKS cluster ${cluster} use its DynamoDB tables`,
      ),
      // A role for all tables of a cluster is one that instances share: each with a service account of its own.
      assumeRolePolicy: applyTo(place, ({ accountId: account }) =>
        derive([clusterName, namespace, serviceAccount, roleScope], (clusterName, namespace, serviceAccount, scope) =>
          podTrustPolicy({ account, clusterName, only: scope === "table" ? { namespace, serviceAccount } : undefined }),
        ),
      ),
      tags: tagsOf(args),
    },
    { ...opts, ...one.opts, ...adopted(ROLE_TYPE, one.name) },
  );
  const policyName = one.policyName(one.name);
  const policy = new RolePolicy(
    policyName,
    {
      name: POLICY_NAME,
      role: role.name,
      policy: applyTo(place, ({ partition, region, accountId }) =>
        derive([clusterName, tableName, roleScope, tableKmsKey], (clusterName, tableName, scope, key) =>
          rolePolicy({
            tables: `arn:${partition}:dynamodb:${region}:${accountId}:table/${tablesOf(clusterName, tableName, scope)}`,
            key: key ? { arn: key, region } : undefined,
          }),
        ),
      ),
    },
    {
      ...opts,
      ...adopted(POLICY_TYPE, policyName),
      aliases: [
        aliasOf(
          opts.parent,
          POLICY_TYPE,
          one.previous.then((found) => one.policyName(found?.name ?? one.name)),
        ),
      ],
    },
  );
  return { role, policy };
}

/** The tables that the role may use, as the end of an ARN. */
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
  const roleName = one.previous.then(
    (found) => derive([own, labs], (wanted, lab) => (found?.outputs.name === lab ? lab : wanted)),
    // Pulumi takes an Output within a promise, too.
  ) as Promise<string>;
  return { ...one, roleName, policyName: (role: string) => `${name}-policy${role.slice(`${name}-role`.length)}` };
}
