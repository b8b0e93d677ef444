import type { output } from "@pulumi/kubernetes/types/index.js";
import { POLICY_NAME, rolePolicy } from "../identity/rolePolicy.ts";
import { podTrustPolicy } from "../identity/trustPolicy.ts";
import { LAB_INSTANCE, LAB_ROLE } from "../names.ts";
import type { AckAssociation, AckRole } from "./ackIdentity.ts";
import { type AckTable, TABLE_OBJECT } from "./ackTable.ts";
import { type CartsStackSpec, DONE, type IdentitySpec } from "./cartsSchema.ts";
import { cel, celText, type KroResource, reference } from "./references.ts";

const schema = reference<{ spec: CartsStackSpec & { identity: Required<IdentitySpec> }; metadata: { name: string } }>(
  "schema",
);
const ns = reference<output.core.v1.Namespace>("ns");
const tableSeen = reference<AckTable>("tableSeen");
const roles = reference<AckRole[]>("roles");
const associations = reference<AckAssociation[]>("associations");
// Elements of what they are made for.
const roleObject = reference<string>("roleObject");
const account = reference<string>("account");

/** Name of the ACK Role object: that in IAM is as Pulumi would call it. An association object has its service account's name. */
export const ROLE_OBJECT = "carts-role";

const { identity, tableKmsKey, serviceAccount } = schema.spec;
/** It has no default, so that it can be set once, and not be changed then. */
const clusterName = cel`${identity}.?clusterName.orValue("")`;
const roleName = cel`${clusterName} + "-carts-" + (${schema.metadata.name} == ${LAB_INSTANCE} ? ${LAB_ROLE} : ${schema.metadata.name})`;
/** Whether the identity is to be made by ACK, and can be. */
export const isAsked = cel`${identity.mode} == "ack" && ${clusterName} != ""`;

/** `arn:<partition>:dynamodb:<region>:<account>:table/<name>`: in which account the role is, and what it is for. */
const tableArn = tableSeen.status.ackResourceMetadata.arn;
const isOfTable = cel`${identity.roleScope} == "table"`;
const tables = cel`${isOfTable} ? ${tableArn} : ${tableArn}.split("/")[0] + "/" + ${clusterName} + "-carts-*"`;

/** The trust policy of a role that Pulumi makes, with values of the instance in place of `<...>`. */
const trust = (only: boolean) =>
  celText(
    podTrustPolicy({
      account: "<account>",
      clusterName: "<cluster>",
      only: only ? { namespace: "<namespace>", serviceAccount: "<serviceAccount>" } : undefined,
    }),
    {
      "<account>": cel`${tableArn}.split(":")[4]`,
      "<cluster>": clusterName,
      "<namespace>": cel`${ns.metadata.name}`,
      "<serviceAccount>": cel`${serviceAccount}`,
    },
  );

/** The policy of such a role. */
const policy = (withKey: boolean) =>
  celText(rolePolicy({ tables: "<tables>", key: withKey ? { arn: "<key>", region: "<region>" } : undefined }), {
    "<tables>": tables,
    "<key>": cel`${tableKmsKey}`,
    "<region>": cel`${tableArn}.split(":")[3]`,
  });

const hasCondition = (object: string) =>
  `${object}.?status.?conditions.orValue([]).exists(c, c.type == "ACK.ResourceSynced" && c.status == "True")`;

/**
 * An association that Pulumi has made is taken up by its id, with all that it does for pods that run. The rest of it is the same
 * then, and ACK's own tags are added.
 */
const adoption = cel`${identity.associationId} == "" ? {} : {"services.k8s.aws/adoption-policy": "adopt-or-create", "services.k8s.aws/adoption-fields": ${celText(
  JSON.stringify({ clusterName: "<cluster>", associationID: "<id>" }),
  { "<cluster>": clusterName, "<id>": cel`${identity.associationId}` },
)}}`;

/**
 * What an instance has in addition where ACK makes its identity: a role with its policy, and the association. There is one of
 * each or none, as the instance says, so they are lists: a node that is left out would take the pods along with it.
 *
 * The role needs no more of the table than its ARN, which ACK knows at once. So it refers to the table as one that is only read: as a
 * reference to the node it would have the association come after the table is there, just before the pods, and so too late for them.
 */
export const identityResources: readonly KroResource[] = [
  {
    id: "tableSeen",
    externalRef: {
      apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
      kind: "Table",
      metadata: { name: TABLE_OBJECT, namespace: ns.metadata.name },
    },
  },
  {
    id: "roles",
    forEach: [{ roleObject: cel`${isAsked} && ${identity.roleArn} == "" ? [${ROLE_OBJECT}] : []` }],
    readyWhen: [`\${${hasCondition("each")}}`],
    template: {
      apiVersion: "iam.services.k8s.aws/v1alpha1",
      kind: "Role",
      metadata: { name: roleObject, namespace: ns.metadata.name },
      spec: {
        name: roleName,
        description: cel`"Lets the carts service of the EKS cluster " + ${clusterName} + " use its DynamoDB tables"`,
        assumeRolePolicyDocument: cel`${isOfTable} ? ${trust(true)} : ${trust(false)}`,
        inlinePolicies: { [POLICY_NAME]: cel`${tableKmsKey} == "" ? ${policy(false)} : ${policy(true)}` },
        tags: schema.spec.tags,
      },
    } satisfies AckRole,
  },
  {
    id: "associations",
    forEach: [{ account: cel`${isAsked} ? [${serviceAccount}] : []` }],
    readyWhen: [`\${${hasCondition("each")}}`],
    template: {
      apiVersion: "eks.services.k8s.aws/v1alpha1",
      kind: "PodIdentityAssociation",
      metadata: {
        name: account,
        namespace: ns.metadata.name,
        annotations: adoption as unknown as Record<string, string>,
      },
      spec: {
        clusterName,
        namespace: ns.metadata.name,
        serviceAccount: account,
        roleARN: cel`${roles}.size() == 0 ? ${identity.roleArn} : ${roles[0]!.status.ackResourceMetadata.arn}`,
        tags: cel`${schema.spec.tags}.transformMapEntry(i, t, {t.key: t.value})` as unknown as Record<string, string>,
      },
    } satisfies AckAssociation,
  },
];

/** Annotations of the service account: as a reference, so that pods come when their association is there. */
export const withAssociation = (annotations: Readonly<Record<string, string>>): Record<string, string> => ({
  ...annotations,
  "carts-stack/association": cel`${associations}.map(a, a.status.associationID).join(",")`,
});

/** What ACK says of each object of a list that isn't synced. */
const unsynced = (objects: unknown, title: string, controller: string) =>
  cel`${objects}.filter(o, !(${`\${${hasCondition("o")}}`})).map(o, ${title} + o.metadata.name + ": " + (o.?status.?conditions.orValue([]).size() == 0 ? ${`ACK has not seen it yet: is its ${controller} controller running?`} : o.status.conditions.map(c, c.type + " is " + c.status + ": " + c.?message.orValue("")).join(" "))).join("; ")`;

const missingOf = (objects: unknown, title: string, controller: string) =>
  cel`${unsynced(objects, title, controller)} == "" ? ${DONE} : ${unsynced(objects, title, controller)}`;

const NO_CLUSTER = "spec.identity.clusterName is not set: nothing gives the pods a role";

/** What is still missing of the identity, in words. */
export const identityMissing = {
  role: missingOf(roles, "Role ", "IAM"),
  association: cel`${identity.mode} == "ack" && ${clusterName} == "" ? ${NO_CLUSTER} : ${missingOf(associations, "PodIdentityAssociation ", "EKS")}`,
};

/** What the instance's status says in addition. Both are empty where the identity is Pulumi's. */
export const identityStatus = {
  roleARN: cel`${associations}.map(a, a.spec.roleARN).join(",")`,
  associationID: cel`${associations}.map(a, a.status.associationID).join(",")`,
};
