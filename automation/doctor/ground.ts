import type { Capability, Cluster } from "@aws-sdk/client-eks";
import type { KubeConfig } from "@kubernetes/client-node";
import { type AwsClient, type AwsPlatform, awsClient, awsPlatform } from "../../packages/aws/index.ts";
import { buildGraph, type Definition, type Graph } from "../../packages/kro/index.ts";
import {
  type ClusterChoice,
  type ClusterClient,
  type ClusterProvider,
  clusterClient,
  findKubeConfig,
} from "../../packages/live/index.ts";
import {
  eksClusterOf,
  kubeConfigOf,
  loadDefinition,
  type ManagedStack,
  providerOf,
  type StackConfig,
} from "../stack/index.ts";
import { askedAws, unlessAssumed } from "./askedAws.ts";
import { eksKubeConfig } from "./eksKubeConfig.ts";
import { NotChecked } from "./finding.ts";
import { once } from "./once.ts";

/** What is known of what is looked at, before anything is asked. */
export interface Known extends ClusterChoice {
  /** Folder of the project. */
  readonly cwd: string;
  /** Undefined where no stack is named. */
  readonly stack: KnownStack | undefined;
  /** Instead of the stack's. */
  readonly clusterName?: string | undefined;
  readonly region?: string | undefined;
  /** The RGD that is asked about. Default: the one that this version ships, which takes time to load. */
  readonly definition?: Definition | undefined;
  readonly signal: AbortSignal;
  /** Seconds that a request to a cluster may take. */
  readonly patience: number;
  /** What a call of AWS may take. Default: what is usual. */
  readonly awsLimits?: Parameters<typeof awsClient>[2];
}

/** A stack, as far as it could be read. */
export interface KnownStack {
  /** Of the stack. */
  readonly name: string;
  readonly project: string;
  readonly config: StackConfig;
  /** Undefined where its state could not be read. */
  readonly managed: ManagedStack | undefined;
}

/** The keys of a stack's config that are read here, without the project's name. */
export const KEYS = [
  ...["clusterName", "createCluster", "controllers", "kubeconfig", "context"],
  ...[
    "instanceName",
    "instanceNamespace",
    "namespace",
    "serviceAccount",
    "tableName",
    "roleName",
    "createDefinition",
    "identity",
    "adoptTable",
  ],
  ...["tableProtection", "tableTtlAttribute"],
] as const;

/** What is looked at, and how. Whatever is asked twice is asked once; what can't be asked rejects with NotChecked. */
export interface Ground extends Known {
  /** A value of the stack's config. */
  setting(key: (typeof KEYS)[number]): unknown;
  eksName(): string;
  kubeConfig(): Promise<KubeConfig>;
  /** Once the API server has answered. */
  cluster(): Promise<ClusterClient>;
  readonly aws: AwsClient;
  readonly platform: AwsPlatform;
  /** Undefined for a cluster that isn't there. */
  eks(): Promise<Cluster | undefined>;
  capabilities(): Promise<readonly Capability[]>;
  /** Of the RGD that is asked about. */
  graph(): Promise<Graph>;
}

export function groundOf(known: Known): Ground {
  const { stack, signal, patience, cwd } = known;
  const config = stack?.config ?? {};
  const setting = (key: string): unknown => config[`${stack?.project}:${key}`];
  const asked = askedAws(known);
  const { settings } = asked;
  const aws = unlessAssumed(asked, awsClient(settings, signal, known.awsLimits));
  const platform = unlessAssumed(asked, awsPlatform(settings, signal, known.awsLimits));

  const eksName = (): string => {
    const named = known.clusterName ?? setting("clusterName") ?? (stack?.managed && eksClusterOf(stack.managed)?.name);
    if (named !== undefined) return String(named);
    throw new NotChecked(
      "no EKS cluster is named",
      stack ? "set clusterName in the stack's config" : "name it with --cluster-name, or the stack with --stack",
    );
  };
  const eks = once(() => aws.cluster(eksName()));
  const kubeConfig = once(async (): Promise<KubeConfig> => {
    const choice = { kubeconfig: known.kubeconfig, context: known.context };
    const given = { kubeconfig: setting("kubeconfig"), context: setting("context") } as ClusterProvider;
    if ((given.kubeconfig ?? given.context) === undefined) {
      if (stack?.managed && providerOf(stack.managed.revealed) !== undefined) {
        return kubeConfigOf(stack.managed.revealed, { ...choice, cwd });
      }
      if ((choice.kubeconfig ?? choice.context) === undefined && setting("clusterName") !== undefined) {
        return ofEks();
      }
    }
    return findKubeConfig(choice, given, cwd);
  });
  /** As the stack's program reaches a cluster that its config names and says no more of. */
  const ofEks = async (): Promise<KubeConfig> => {
    const found = await eks();
    if (found) return eksKubeConfig(found, await platform.region(), settings.profile);
    if (isTrue(setting("createCluster"))) {
      throw new NotChecked("createCluster is true, and the cluster is not made yet", "`carts up` makes it");
    }
    throw new NotChecked(`there is no EKS cluster ${eksName()}`, "see the finding eks-cluster");
  };
  const cluster = once(async () => {
    const client = clusterClient(await kubeConfig(), signal, patience);
    await client.ping();
    return client;
  });
  return {
    ...known,
    ...{ setting, eksName, kubeConfig, aws, platform, eks },
    cluster: () =>
      cluster().catch((error: Error) => {
        throw error instanceof NotChecked
          ? error
          : new NotChecked("the API server is not reached", "see the finding api-server", error);
      }),
    capabilities: once(() => platform.capabilities(eksName())),
    graph: once(async () => buildGraph(known.definition ?? (await loadDefinition(setting("identity"))))),
  };
}

/** Whether a value of a config is true: from a file it may be a text. */
export const isTrue = (value: unknown): boolean => String(value) === "true";
