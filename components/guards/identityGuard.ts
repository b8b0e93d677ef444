import { type ComponentResource, log, type Resource, runtime } from "@pulumi/pulumi";
import type { LiveObject } from "../../packages/live/index.ts";
import { ARGUMENTS } from "../argRules.ts";
import type { ResolvedArgs } from "../args.ts";
import { lookInto, NotLooked } from "../cluster/lookInto.ts";
import type { AckRole } from "../definition/ackIdentity.ts";
import type { Identities } from "../definition/cartsDefinition.ts";
import { ROLE_OBJECT } from "../definition/identityGraph.ts";
import { type ServedApi, servesAck } from "../definition/servedApi.ts";
import { type Given, isLater, whenKnown } from "../given.ts";
import { ASSOCIATION_TYPE, POLICY_TYPE, ROLE_TYPE } from "../identity/cartsIdentity.ts";
import { POLICY_NAME } from "../identity/rolePolicy.ts";
import { previousChildren } from "../previousState.ts";
import type { PreviousDefinition } from "./definitionGuard.ts";
import { DELETION_POLICY, type PreviousInstance } from "./tableGuard.ts";

/** The kinds that a graph names which serves identities of ACK's. */
const KINDS = [
  ["roles.iam.services.k8s.aws", "IAM"],
  ["podidentityassociations.eks.services.k8s.aws", "EKS"],
] as const;

/**
 * Why an RGD can't serve these identities; undefined where it can. kro takes up no graph that names a kind which isn't there, and
 * does nothing for any instance then; nor one whose API has a field less than before.
 *
 * The cluster is looked into only where the RGD didn't serve them before. Where it can't be, that is said as a warning.
 *
 * @param previous - the RGD as the state has it.
 * @param prerequisites - by which the kinds may still come, in a preview.
 */
export async function identitiesProblem(
  component: ComponentResource,
  previous: PreviousDefinition | undefined,
  identities: Identities,
  prerequisites: readonly Resource[],
): Promise<string | undefined> {
  const [had, has] = [servesAck(previous?.spec ?? {}), identities.includes("ack")];
  if (had === has) return undefined;
  if (had) {
    return (
      `identities leaves out "ack", but the ResourceGraphDefinition ${previous!.metadata.name} serves it: kro takes no field out of an API, and would ` +
      'refuse the graph, for every instance. Leave it in; an instance has "pulumi" by its spec.identity.mode'
    );
  }
  const look = await lookInto(component);
  const found =
    look instanceof NotLooked
      ? look
      : await Promise.all(
          KINDS.map(([name]) => look.get({ apiVersion: CRD_VERSION, kind: "CustomResourceDefinition", name })),
        ).catch((error: Error) => new NotLooked(error.message.split("\n")[0]!));
  if (found instanceof NotLooked) {
    if (!found.isLater) {
      const kinds = KINDS.map(([name]) => name).join(" and ");
      await log.warn(
        `did not look in the cluster (${found.reason}) for ${kinds}: without them kro refuses the graph`,
        component,
      );
    }
    return undefined;
  }
  const missing = KINDS.filter((_, i) => found[i] === undefined);
  if (missing.length === 0 || (runtime.isDryRun() && prerequisites.length > 0)) return undefined;
  const [names, controllers] = [0, 1].map((i) => missing.map((kind) => kind[i]).join(" and "));
  return (
    `an identity is to be ACK's, but this cluster has no ${names}: kro would refuse the graph, and do nothing for any instance. ` +
    `Install ACK's ${controllers} controller first (docs/identity.md), or leave the identity to Pulumi`
  );
}

const CRD_VERSION = "apiextensions.k8s.io/v1";

/** Why an instance can't have its identity made by ACK: its API doesn't serve that. What isn't known is not judged. */
export function servedIdentityProblem(
  { identity }: ResolvedArgs,
  made: Identities | undefined,
  served: ServedApi | undefined,
): string | undefined {
  if (identity !== "ack" || (made?.includes("ack") ?? served?.servesAck ?? true)) return undefined;
  return made
    ? 'identity is "ack", but the CartsApi of this program does not serve it: set its identities to ["pulumi", "ack"]'
    : `identity is "ack", but ${served!.title} does not serve it: ask its owner to set identities of the CartsApi to pulumi and ack, or leave identity out`;
}

/**
 * Why what ACK has made for an instance can't become Pulumi's in this update: kro would have ACK delete it, under pods that run, or
 * Pulumi would make it a second time; undefined where nothing is in the way. Names what to run first.
 */
export async function identityMoveProblem(
  component: ComponentResource,
  name: string,
  previous: PreviousInstance,
  next: ResolvedArgs,
): Promise<string | undefined> {
  const { identity: had, namespace: place, serviceAccount: account = DEFAULT_ACCOUNT } = previous.spec;
  if (had?.mode !== "ack" || next.identity === "ack") return undefined;
  const change = 'identity changes from "ack" to "pulumi"';
  const others = [
    ...(isOther(next.namespace, place) ? ["namespace"] : []),
    ...(isOther(next.serviceAccount, account) ? ["serviceAccount"] : []),
    // What is imported would be the role of before then, which nothing of the program is.
    ...(isOther(next.instanceName, previous.metadata.name) ? ["instanceName"] : []),
    ...(had.roleArn || next.roleName === undefined ? [] : ["roleName"]),
  ];
  if (others.length > 0)
    return `${change}, and ${others.join(" and ")} with it. Change one of them in an update of its own.`;
  const untold = ({ reason }: NotLooked) =>
    `${change}, and whether ACK would delete the association under pods that run can't be told: ${reason}`;
  const look = await lookInto(component);
  if (look instanceof NotLooked) return untold(look);
  const objects = [
    { apiVersion: "eks.services.k8s.aws/v1alpha1", kind: "PodIdentityAssociation", namespace: place, name: account },
    { apiVersion: "iam.services.k8s.aws/v1alpha1", kind: "Role", namespace: place, name: ROLE_OBJECT },
  ];
  const live = await Promise.all(objects.map((key) => look.get(key))).catch(
    (error: Error) => new NotLooked(error.message.split("\n")[0]!),
  );
  if (live instanceof NotLooked) return untold(live);
  const deleted = live.filter((one) => one && one.metadata.annotations?.[DELETION_POLICY] !== "retain");
  const steps = [
    ...(deleted.length === 0
      ? []
      : [
          `  kubectl annotate -n ${place} ${deleted.map((one) => kubectlName(one!)).join(" ")} ${DELETION_POLICY}=retain`,
        ]),
    ...(await importsOf(component, name, previous, { association: live[0], role: live[1] })),
  ];
  if (steps.length === 0) return undefined;
  return (
    `${change}: kro would have ACK delete the association and the role, under pods that run. ` +
    `So that ACK leaves them, and this stack has them, run first:\n${steps.join("\n")}`
  );
}

const isOther = (value: Given<string>, had: string): boolean => !isLater(value) && value !== had;

const DEFAULT_ACCOUNT = ARGUMENTS.serviceAccount.default;

const kubectlName = ({ apiVersion, kind, metadata }: LiveObject): string =>
  `${kind.toLowerCase()}.${apiVersion.split("/")[0]}/${metadata.name}`;

/**
 * The commands that bring into the state what it lacks of an identity that ACK has made. What ACK's objects say counts, and not the
 * instance: one that never came to be ready has no ids. What ACK has not made yet, Pulumi makes.
 */
async function importsOf(
  component: ComponentResource,
  name: string,
  { spec, status }: PreviousInstance,
  live: { readonly association: LiveObject | undefined; readonly role: LiveObject | undefined },
): Promise<string[]> {
  const { clusterName, roleArn } = spec.identity!;
  const { association, role: object } = live;
  const id = association ? (association.status?.associationID as string | undefined) : status?.associationID;
  const role = (object ? arnOf(object) : status?.roleARN)?.split("/").at(-1);
  const parts = [
    ...(id ? [[ASSOCIATION_TYPE, "association", `${clusterName},${id}`] as const] : []),
    ...(roleArn || !role
      ? []
      : [[ROLE_TYPE, "role", role] as const, [POLICY_TYPE, "policy", `${role}:${POLICY_NAME}`] as const]),
  ];
  const parent = `${name}=${await whenKnown(component.urn)}`;
  const lines = parts.map(async ([type, part, own]) => {
    const known = await previousChildren(component, type, `${name}-${part}`);
    return known.length > 0
      ? []
      : [`  pulumi import ${type} ${name}-${part} ${own} --parent '${parent}' --generate-code=false --yes`];
  });
  return (await Promise.all(lines)).flat();
}

/** ARN of what ACK has made in AWS; undefined as long as it has not. */
const arnOf = ({ status }: LiveObject): string | undefined =>
  (status as AckRole["status"] | undefined)?.ackResourceMetadata?.arn;
