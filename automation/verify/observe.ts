import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import pLimit from "p-limit";
import type { AwsClient } from "../../packages/aws/index.ts";
import { type Child, type Value, withObserved } from "../../packages/kro/index.ts";
import {
  type ClusterClient,
  type EndpointSlice,
  isAlive,
  type LiveObject,
  type Pod,
  withoutFieldsWritten,
} from "../../packages/live/index.ts";
import type { ManagedResource, ManagedStack } from "../stack/index.ts";
import { observeAckIdentity } from "./ackIdentity.ts";
import type { Expected, ExpectedInstance } from "./expected.ts";
import { differences } from "./fields.ts";
import type { Observation, ObservedAssociation, ObservedChild, ObservedInstance } from "./observation.ts";
import { isThere, type Reading, reading, Unreadable } from "./reading.ts";

/** Where to look. */
export interface Places {
  readonly cluster: ClusterClient;
  /** Of the region and the credentials of the stack. */
  readonly aws: AwsClient;
  /** Of {@link findRoleUsers}: to ask takes a call for each association of the cluster. */
  readonly users: Promise<RoleUsers>;
}

/** How many instances are looked at side by side: more would wait for each other, with what each has found so far. */
const AT_A_TIME = 10;

/** By the name of a role: the associations that give it to pods, and are not the stack's. */
export type RoleUsers = ReadonlyMap<string, Reading<readonly PodIdentityAssociation[]>>;

const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const nameOf = (roleArn: unknown): string => String(roleArn).split("/").at(-1)!;

/** Who else in its clusters has been given a role that the stack owns. */
export async function findRoleUsers({ resources }: ManagedStack, aws: AwsClient): Promise<RoleUsers> {
  const own = resources.filter(({ type }) => type === ASSOCIATION);
  const ids = new Set(own.map(({ id }) => id));
  const clusters = new Map<string, Promise<Reading<PodIdentityAssociation[]>>>();
  const usersOf = async (role: string, cluster: string) => {
    const known =
      clusters.get(cluster) ?? reading(aws.associations(cluster, ({ associationId }) => !ids.has(associationId!)));
    clusters.set(cluster, known);
    const found = await known;
    return isThere(found) ? found.filter(({ roleArn }) => nameOf(roleArn) === role) : found;
  };
  const clusterOf = new Map(own.map(({ revealed }) => [nameOf(revealed.roleArn), revealed.clusterName]));
  const roles = resources.flatMap(({ type, id }) => {
    const cluster = clusterOf.get(id);
    return type === ROLE && cluster !== undefined ? [{ id, cluster: String(cluster) }] : [];
  });
  return new Map(await Promise.all(roles.map(async ({ id, cluster }) => [id, await usersOf(id, cluster)] as const)));
}

/** Looks at everything that a stack is to have made. It only reads. */
export async function observe(stack: ManagedStack, expected: Expected, places: Places): Promise<Observation> {
  const { cluster, aws } = places;
  const users = await places.users;
  const ofType = (type: string) => stack.resources.filter((resource) => resource.type === type);
  const roles = ofType(ROLE);
  const associations = ofType(ASSOCIATION);
  const instances = await pLimit(AT_A_TIME).map(expected.instances, (instance) => observeInstance(instance, places));
  const ack = await observeAckIdentity(instances, aws);
  const own = new Set([...roles.map(({ id }) => id), ...ack.roles.map(({ name }) => name)]);
  const given = [...associations.map(({ revealed }) => revealed.roleArn), ...ack.associations.map((one) => one.roleArn)]
    .map(nameOf)
    .filter((name) => !own.has(name));
  return {
    definitions: await Promise.all(
      expected.definitions.map(async (definition) => ({
        expected: definition,
        live: await liveOf(definition, cluster),
      })),
    ),
    instances,
    roles: await Promise.all([
      ...roles.map(async ({ id, revealed }) => ({
        ...(await observeRole(id, String(revealed.assumeRolePolicy), aws)),
        users: users.get(id),
      })),
      ...ack.roles,
      ...[...new Set(given)].map((name) => observeRole(name, undefined, aws)),
    ]),
    policies: await Promise.all([
      ...ofType("aws:iam/rolePolicy:RolePolicy").map(async ({ id, revealed }) => {
        const [role, name] = id.split(":") as [string, string];
        return { role, name, policy: String(revealed.policy), live: await reading(aws.rolePolicy(role, name)) };
      }),
      ...ack.policies,
    ]),
    associations: await Promise.all([...(await observeAssociations(associations, aws)), ...ack.associations]),
    at: Date.now(),
  };
}

const observeRole = async (name: string, trustPolicy: string | undefined, aws: AwsClient) => ({
  name,
  trustPolicy,
  live: await reading(aws.role(name).then((role) => role?.AssumeRolePolicyDocument)),
});

/** Up to so many associations of a cluster are looked up by their service accounts: it may have many of others. */
const LOOKED_UP = 3;

async function observeAssociations(
  resources: readonly ManagedResource[],
  aws: AwsClient,
): Promise<ObservedAssociation[]> {
  const declared = resources.map(({ id, revealed }) => {
    const inputs = revealed as unknown as Omit<ObservedAssociation, "id" | "live">;
    const { clusterName, namespace, serviceAccount, roleArn, targetRoleArn, disableSessionTags } = inputs;
    return { clusterName, namespace, serviceAccount, roleArn, targetRoleArn, disableSessionTags, id };
  });
  const byCluster = [...Map.groupBy(declared, ({ clusterName }) => clusterName)];
  const looks = new Map(byCluster.map(([cluster, own]) => [cluster, lookerUp(cluster, own, aws)]));
  const observed = declared.map(async (one) => {
    const { clusterName, namespace, serviceAccount } = one;
    return { ...one, live: await reading(looks.get(clusterName)!(namespace, serviceAccount)) };
  });
  return Promise.all(observed);
}

/** Looks an association up: each by itself, or, where there are many, all of them once. */
function lookerUp(
  cluster: string,
  own: readonly Pick<ObservedAssociation, "namespace" | "serviceAccount">[],
  aws: AwsClient,
): (namespace: string, serviceAccount: string) => Promise<PodIdentityAssociation | undefined> {
  if (own.length <= LOOKED_UP)
    return (namespace, serviceAccount) => aws.association(cluster, namespace, serviceAccount);
  const keyOf = (one: { readonly namespace?: string; readonly serviceAccount?: string }) =>
    `${one.namespace}/${one.serviceAccount}`;
  const wanted = new Set(own.map(keyOf));
  const all = aws
    .associations(cluster, (listed) => wanted.has(keyOf(listed)))
    .then((found) => new Map(found.map((one) => [keyOf(one), one])));
  return async (namespace, serviceAccount) => (await all).get(keyOf({ namespace, serviceAccount }));
}

async function observeInstance(
  expected: ExpectedInstance,
  { cluster, aws }: Pick<Places, "cluster" | "aws">,
): Promise<ObservedInstance> {
  const { definition, instance, plain, children } = expected;
  // What is looked for has a name, be it secret.
  const live = await liveOf(plain.instance, cluster);
  const nodes = new Map<string, LiveObject>();
  const observed: ObservedChild[] = [];
  // In kro's order, because a name may come from the status of an earlier child.
  for (const [i, child] of children.entries()) {
    const observedIn = (one: Child, { spec }: ExpectedInstance["instance"]): Child =>
      isThere(live) ? withObserved(one, definition, { ...live, spec: { ...live.spec, ...spec } }, nodes) : one;
    const declared = observedIn(child, instance);
    const open = plain.children[i] === child ? declared : observedIn(plain.children[i]!, plain.instance);
    const found = await liveOf(open.object, cluster);
    if (isThere(found)) nodes.set(child.node, found);
    // What depends on the cluster may well be left out there.
    if (found === undefined && child.condition !== undefined) continue;
    observed.push({
      declared,
      plain: open,
      live: kept(found, declared, open),
      ...(await surroundings(open, { cluster, aws })),
    });
  }
  return { expected, live, children: observed };
}

/** Who has written which field is asked only where one is not as declared; of hundreds of objects it is half of what they take. */
const kept = (live: Reading<LiveObject>, declared: Child, plain: Child): Reading<LiveObject> =>
  isThere(live) && differences(declared.object, plain.object, live).length === 0 ? withoutFieldsWritten(live) : live;

/** What is looked at beside a child itself, which is without secrets. */
async function surroundings(
  { object }: Child,
  { cluster, aws }: Pick<Places, "cluster" | "aws">,
): Promise<Partial<ObservedChild>> {
  const { kind, apiVersion, metadata } = object;
  const namespace = String(metadata.namespace);
  const spec = object.spec as Readonly<Record<string, unknown>> | undefined;
  if (kind === "Table" && apiVersion.startsWith("dynamodb.services.k8s.aws/")) {
    const name = spec?.tableName;
    return {
      table: typeof name === "string" ? await reading(aws.table(name)) : new Unreadable("its name is not known"),
    };
  }
  if (kind === "Deployment") {
    const { matchLabels } = (spec?.selector ?? {}) as { readonly matchLabels?: Readonly<Record<string, string>> };
    const listed = reading(cluster.list({ apiVersion: "v1", kind: "Pod", namespace }, matchLabels));
    const found = (await listed) as Reading<readonly Pod[]>;
    return { pods: isThere(found) ? (found.filter(isAlive).map(withoutFieldsWritten) as Pod[]) : found };
  }
  if (kind === "Service") {
    const labels = { "kubernetes.io/service-name": String(metadata.name) };
    const slices = cluster.list({ apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", namespace }, labels);
    return { slices: (await reading(slices)) as Reading<readonly EndpointSlice[]> };
  }
  return {};
}

/** What the API server has of an object. */
export async function liveOf(
  object: {
    readonly apiVersion: string;
    readonly kind: string;
    readonly metadata: { readonly name: Value; readonly namespace?: Value };
  },
  cluster: ClusterClient,
): Promise<Reading<LiveObject>> {
  const { apiVersion, kind } = object;
  const { name, namespace } = object.metadata;
  if (typeof name !== "string" || (namespace !== undefined && typeof namespace !== "string")) {
    return new Unreadable("its name is not known");
  }
  return reading(cluster.get({ apiVersion, kind, namespace, name }));
}
