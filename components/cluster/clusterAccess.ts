import { getClusterOutput } from "@pulumi/aws/eks/getCluster.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { all, type Input, type Resource } from "@pulumi/pulumi";

/** How a cluster is reached. Without `kubeconfig` and `context`: the EKS cluster `clusterName`, looked up in AWS. */
export interface ClusterAccessArgs {
  /** Name of the EKS cluster. */
  readonly clusterName: string;
  /** Path or content of a kubeconfig. Default, with a `context`: `$KUBECONFIG`, or `~/.kube/config`. */
  readonly kubeconfig?: Input<string>;
  /** A context of the kubeconfig. Default: its current one. */
  readonly context?: string;
  /** Make the EKS cluster, in place of finding one. Default false. */
  readonly createCluster?: boolean;
}

/** A cluster to declare things on. */
export interface ClusterAccess {
  readonly provider: Provider;
  /** What the cluster must have before it can take a CartsStack: nothing, where the cluster existed already. */
  readonly dependsOn: Resource[];
}

/** A Kubernetes provider for the cluster that `args` names. */
export async function accessCluster(args: ClusterAccessArgs): Promise<ClusterAccess> {
  if (args.createCluster) {
    // Loaded only when asked for, with its package.
    const { CartsCluster } = await import("./cartsCluster.ts");
    const cluster = new CartsCluster(args.clusterName, { clusterName: args.clusterName });
    const provider = new Provider("cluster", { kubeconfig: cluster.kubeconfig, enableServerSideApply: true });
    // Not the component: its URN is known long before its parts are there, and waits are timed from URNs.
    return { provider, dependsOn: cluster.parts };
  }
  const { kubeconfig, context } = args;
  const given = kubeconfig !== undefined || context !== undefined;
  const provider = new Provider("cluster", {
    ...(given ? { kubeconfig, context } : { kubeconfig: eksKubeconfig(args.clusterName) }),
    enableServerSideApply: true,
  });
  return { provider, dependsOn: [] };
}

/**
 * A kubeconfig for an EKS cluster. It holds no credentials: the AWS CLI gets a token whenever one is needed.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
 */
function eksKubeconfig(clusterName: string) {
  const cluster = getClusterOutput({ name: clusterName });
  return all([cluster.endpoint, cluster.certificateAuthorities, getRegionOutput().region]).apply(
    ([server, authorities, region]) =>
      JSON.stringify({
        apiVersion: "v1",
        kind: "Config",
        "current-context": clusterName,
        clusters: [{ name: clusterName, cluster: { server, "certificate-authority-data": authorities[0]?.data } }],
        contexts: [{ name: clusterName, context: { cluster: clusterName, user: clusterName } }],
        users: [
          {
            name: clusterName,
            user: {
              exec: {
                apiVersion: "client.authentication.k8s.io/v1beta1",
                command: "aws",
                args: ["eks", "get-token", "--cluster-name", clusterName, "--region", region, "--output", "json"],
                interactiveMode: "Never",
              },
            },
          },
        ],
      }),
  );
}
