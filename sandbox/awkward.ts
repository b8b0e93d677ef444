import { SandboxError } from "./errors.ts";

/** How awkward the sandbox is: how long things take that take a while on AWS, and what it demands. */
export interface Awkwardness {
  /** Until a change of a Pod Identity association counts for pods. */
  readonly associationLagSeconds: number;
  /** Until EKS knows a new IAM role. */
  readonly roleLagSeconds: number;
  /** While a deleted association still refuses its successor. */
  readonly associationDeleteSeconds: number;
  /** While an EKS cluster or a capability is CREATING or DELETING. */
  readonly clusterSeconds: number;
  /** While a DynamoDB table is CREATING or DELETING. */
  readonly tableSeconds: number;
  /** From a pod's scheduling to Ready. */
  readonly podReadySeconds: number;
  /** Between two looks of kro at an instance that isn't ready. */
  readonly kroRequeueSeconds: number;
  /** Flags that kro has beside the sandbox's own. */
  readonly kroFlags: readonly string[];
  /** Whether the audit log has what was read, too. */
  readonly auditsReads: boolean;
  /** Whether containers start only with the credentials that they need. */
  readonly containers: boolean;
  /** Whether AWS evaluates IAM policies. */
  readonly iam: boolean;
  /** Whether ACK has controllers of roles, policies and associations, too. */
  readonly identity: boolean;
  /** On which pods run. */
  readonly nodes: number;
  /** Labels without which the API server refuses a namespace. */
  readonly namespaceLabels: readonly string[];
}

type Environment = Readonly<Record<string, string | undefined>>;

// Associations: issue 52 of aws/eks-pod-identity-agent has 5 to 10 seconds. New roles: IAM speaks of seconds, Terraform
// waits for up to two minutes. Deleted associations: "a second or more" was seen. Tables: some seconds, with an index more.
// A cluster takes some ten minutes: nobody learns from waiting for those.
const real = { association: 5, role: 5, deletion: 2, table: 8, cluster: 10 };
const short = { association: 0, role: 0, deletion: 0, table: 1, cluster: 1 };

const labelKey = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;

/**
 * Reads the variables SANDBOX_*, see README.md beside this file.
 * @throws SandboxError that names everything that is wrong with them
 */
export function awkwardness(env: Environment = process.env): Awkwardness {
  const faults: string[] = [];
  const seconds = (name: string, fallback: number, least = 0): number => {
    const value = env[name] ? Number(env[name]) : fallback;
    if (value >= least && value <= 3600) return value;
    faults.push(`${name} must be a number of seconds from ${least} to 3600, not "${env[name]}"`);
    return fallback;
  };
  const choice = <T extends string>(name: string, first: T, second: T): T => {
    const value = env[name] || first;
    if (value !== first && value !== second) faults.push(`${name} must be ${first} or ${second}, not "${value}"`);
    return value === second ? second : first;
  };
  const lags = choice("SANDBOX_LAGS", "real", "short") === "real" ? real : short;
  const nodes = Number(env.SANDBOX_NODES || 2);
  if (!Number.isInteger(nodes) || nodes < 1 || nodes > 9) {
    faults.push(`SANDBOX_NODES must be a whole number from 1 to 9, not "${env.SANDBOX_NODES}"`);
  }
  const namespaceLabels = (env.SANDBOX_NAMESPACE_LABELS ?? "").split(",").filter(Boolean);
  for (const label of namespaceLabels.filter((name) => !labelKey.test(name))) {
    faults.push(`SANDBOX_NAMESPACE_LABELS must be names of labels with commas between them, not "${label}"`);
  }
  const kroFlags = (env.SANDBOX_KRO_FLAGS ?? "").split(/\s+/).filter(Boolean);
  for (const flag of kroFlags.filter((word) => !/^--[\w-]+=\S+$/.test(word))) {
    faults.push(`SANDBOX_KRO_FLAGS must be flags such as --client-qps=200 with spaces between them, not "${flag}"`);
  }
  const read = {
    associationLagSeconds: seconds("SANDBOX_ASSOCIATION_LAG_SECONDS", lags.association),
    roleLagSeconds: seconds("SANDBOX_ROLE_LAG_SECONDS", lags.role),
    associationDeleteSeconds: seconds("SANDBOX_ASSOCIATION_DELETE_SECONDS", lags.deletion),
    clusterSeconds: seconds("SANDBOX_CLUSTER_SECONDS", lags.cluster),
    tableSeconds: seconds("SANDBOX_TABLE_SECONDS", lags.table),
    podReadySeconds: seconds("SANDBOX_POD_READY_SECONDS", 2),
    kroRequeueSeconds: seconds("SANDBOX_KRO_REQUEUE_SECONDS", 3, 0.05),
    kroFlags,
    auditsReads: choice("SANDBOX_AUDIT", "writes", "all") === "all",
    containers: choice("SANDBOX_CONTAINERS", "on", "off") === "on",
    iam: choice("SANDBOX_IAM", "on", "off") === "on",
    identity: choice("SANDBOX_IDENTITY", "off", "on") === "on",
    nodes,
    namespaceLabels,
  };
  if (faults.length > 0) throw new SandboxError(faults.join("\n"));
  return read;
}
