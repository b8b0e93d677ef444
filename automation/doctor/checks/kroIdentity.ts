import { kroDeployments } from "../../../packages/kro-preview/index.ts";
import type { ClusterClient, LiveObject } from "../../../packages/live/index.ts";
import { NotChecked } from "../finding.ts";
import type { Ground } from "../ground.ts";
import { hasPods } from "./running.ts";

/** As whom kro asks the API server. */
export interface KroIdentity {
  /** Such as `ServiceAccount kro-system/kro`. */
  readonly title: string;
  /** Kubernetes' name of it. */
  readonly user: string;
  readonly groups: readonly string[];
  /** As EKS tells the API server of a principal. */
  readonly extra?: Readonly<Record<string, readonly string[]>>;
  /**
   * Access policies of EKS, beside the API server's own roles: what they allow, nobody but EKS tells. Undefined where EKS
   * does not say which there are, or who kro is.
   */
  readonly policies: readonly string[] | undefined;
  /** The end of a `kubectl create clusterrolebinding` command. */
  readonly bindingFlag: string;
}

const AUTHENTICATED = "system:authenticated";

/**
 * Who kro is in this cluster: the service account of its Deployment; else the user of its EKS capability; else, for one that
 * runs beside the cluster, who has been given its chart's aggregated role.
 *
 * @throws NotChecked where none of them is there.
 * @see https://docs.aws.amazon.com/eks/latest/userguide/capabilities-security.html
 */
export async function kroIdentity(ground: Ground): Promise<KroIdentity> {
  const cluster = await ground.cluster();
  const deployments = await kroDeployments(cluster);
  const deployment = deployments.find(hasPods);
  if (deployment) return ofServiceAccount(serviceAccountOf(deployment));
  const capability = await capabilityOf(ground, "KRO").catch(() => undefined);
  if (capability?.roleArn) return ofCapability(capability.roleArn, ground);
  if (deployments[0]) return ofServiceAccount(serviceAccountOf(deployments[0]));
  const bound = await boundTo(cluster);
  if (bound) return bound;
  throw new NotChecked(
    "who kro is here is not known: it has no Deployment, no EKS capability, and no aggregated role that is bound",
    "see the finding kro-running",
  );
}

/** The capability of a kind that a cluster has, if any. */
export const capabilityOf = async (ground: Ground, type: "KRO" | "ACK") =>
  (await ground.capabilities()).find((one) => one.type === type);

export interface ServiceAccount {
  readonly namespace: string;
  readonly name: string;
}

/** Of a Deployment's pods. */
export function serviceAccountOf({ metadata, spec }: LiveObject): ServiceAccount {
  const { template } = (spec ?? {}) as {
    readonly template?: { readonly spec?: { readonly serviceAccountName?: string } };
  };
  return { namespace: metadata.namespace ?? "default", name: template?.spec?.serviceAccountName ?? "default" };
}

const ofServiceAccount = ({ namespace, name }: ServiceAccount): KroIdentity => ({
  title: `ServiceAccount ${namespace}/${name}`,
  user: `system:serviceaccount:${namespace}:${name}`,
  groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, AUTHENTICATED],
  policies: [],
  bindingFlag: `--serviceaccount ${namespace}:${name}`,
});

/** The session that the capability's role is taken on with. */
const SESSION = "KRO";
/** What EKS gives every such role: RGDs and their instances, and nothing that they make. */
const OWN_POLICY = "AmazonEKSKROPolicy";

async function ofCapability(roleArn: string, { platform, eksName }: Ground): Promise<KroIdentity> {
  const [entry, policies] = await Promise.all([
    platform.accessEntry(eksName(), roleArn).catch(() => undefined),
    platform.accessPolicies(eksName(), roleArn).catch(() => undefined),
  ]);
  const [, partition, , , account] = roleArn.split(":");
  const usual = `arn:${partition}:sts::${account}:assumed-role/${roleArn.split("/").at(-1)}/{{SessionName}}`;
  const user = (entry?.username ?? usual).replaceAll("{{SessionName}}", SESSION);
  return {
    title: `the KRO capability, user ${user}`,
    user,
    groups: [...(entry?.kubernetesGroups ?? []), AUTHENTICATED],
    extra: { arn: [user], canonicalArn: [roleArn], sessionName: [SESSION] },
    policies: entry && policies?.filter((policy) => policy !== OWN_POLICY),
    bindingFlag: `--user ${user}`,
  };
}

/** kro's chart gathers in one ClusterRole what all with this label allow. */
const AGGREGATED = "rbac.kro.run/aggregate-to-controller";
const RBAC = "rbac.authorization.k8s.io/v1";

interface Aggregating {
  readonly aggregationRule?: {
    readonly clusterRoleSelectors?: readonly { readonly matchLabels?: Readonly<Record<string, string>> }[];
  };
}
interface Binding {
  readonly roleRef?: { readonly name?: string };
  readonly subjects?: readonly { readonly kind: string; readonly name: string; readonly namespace?: string }[];
}

async function boundTo(cluster: ClusterClient): Promise<KroIdentity | undefined> {
  const [roles, bindings] = await Promise.all([
    cluster.list({ apiVersion: RBAC, kind: "ClusterRole" }),
    cluster.list({ apiVersion: RBAC, kind: "ClusterRoleBinding" }),
  ]);
  const gathers = ({ aggregationRule }: Aggregating): boolean =>
    aggregationRule?.clusterRoleSelectors?.some(({ matchLabels = {} }) => AGGREGATED in matchLabels) ?? false;
  const names = new Set(
    roles.filter((role) => gathers(role as unknown as Aggregating)).map(({ metadata }) => metadata.name),
  );
  const subjects = bindings
    .map((binding) => binding as unknown as Binding)
    .filter(({ roleRef }) => names.has(roleRef?.name ?? ""))
    .flatMap((binding) => binding.subjects ?? []);
  const [subject] = subjects;
  if (subject?.kind === "ServiceAccount") return ofServiceAccount({ namespace: "default", ...subject });
  if (subject?.kind !== "User") return undefined;
  return {
    title: `user ${subject.name}, by the ClusterRoleBinding of kro's aggregated role`,
    user: subject.name,
    groups: [AUTHENTICATED],
    policies: [],
    bindingFlag: `--user ${subject.name}`,
  };
}
