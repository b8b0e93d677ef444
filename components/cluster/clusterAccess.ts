import { getClusterOutput } from "@pulumi/aws/eks/getCluster.js";
import { getRegionOutput } from "@pulumi/aws/getRegion.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { all, type Input, type Output, type Resource, secret } from "@pulumi/pulumi";
import { askAws } from "../askAws.ts";
import { Controllers } from "../controllers/controllers.ts";
import type { ChartsArgs } from "../controllers/controllersArgs.ts";
import { settle } from "../given.ts";
import { askAhead, previousOutputs } from "../previousState.ts";
import { nothingChanged } from "../refusal.ts";
import { but } from "../rules/ruleAcross.ts";
import { CartsCluster } from "./cartsCluster.ts";
import { checkAccess } from "./checkAccess.ts";
import { checkKubeconfig } from "./checkKubeconfig.ts";
import type { ClusterControllers, ClusterOptions } from "./clusterArgs.ts";
import { asPrincipal, configuredPrincipal } from "./principal.ts";

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
  /** How kro and ACK come to it: `capability`, `helm` or `none`. Default `capability` with `createCluster`, else `none`. */
  readonly controllers?: ClusterControllers;
  /** Of `helm`. Default: the official ones. */
  readonly charts?: ChartsArgs;
  /** What a cluster is like that is made. */
  readonly cluster?: ClusterOptions;
}

/** A cluster to declare things on. */
export interface ClusterAccess {
  readonly provider: Provider;
  /** What the cluster must have before it can take a CartsStack: nothing, where the cluster existed already. */
  readonly dependsOn: Resource[];
}

/**
 * A Kubernetes provider for the cluster that `args` names.
 *
 * @throws ArgumentError (a rejection) when an argument can't be used; Refusal where the kubeconfig or the context isn't there,
 *   or the config of Pulumi's AWS provider is what no kubeconfig can say. Or the EKS cluster isn't there.
 */
export async function accessCluster(args: ClusterAccessArgs): Promise<ClusterAccess> {
  checkAccess(args);
  await askAhead();
  if (args.createCluster) {
    const { clusterName, controllers, charts } = args;
    if (controllers === "none" && !(await hasMade(clusterName))) {
      const rule = "createCluster makes a cluster without kro and ACK then, which CartsStack needs: leave it out";
      throw nothingChanged(but("controllers", controllers, rule));
    }
    const cluster = new CartsCluster(clusterName, { ...args.cluster, clusterName, controllers, charts });
    const provider = new Provider("cluster", { kubeconfig: cluster.kubeconfig, enableServerSideApply: true });
    // Not the component: its URN is known long before its parts are there, and waits are timed from URNs.
    return { provider, dependsOn: cluster.parts };
  }
  const { kubeconfig, context } = args;
  const given = kubeconfig !== undefined || context !== undefined;
  if (given) await checkKubeconfig(args);
  const provider = new Provider("cluster", {
    ...(given ? { kubeconfig, context } : { kubeconfig: await known(eksKubeconfig(args.clusterName)) }),
    enableServerSideApply: true,
  });
  const { clusterName, controllers: mode = "none", charts } = args;
  if (mode === "none") return { provider, dependsOn: [] };
  const opts = { providers: { kubernetes: provider } };
  return { provider, dependsOn: new Controllers(clusterName, { clusterName, mode, charts }, opts).parts };
}

/** Whether the stack has the cluster already: with what is on it. */
const hasMade = async (clusterName: string): Promise<boolean> =>
  Object.keys(await previousOutputs()).some((urn) => urn.endsWith(`$eks:index:Cluster::${clusterName}-cluster`));

/** The same Output, once it is known: then nothing is declared yet where it never is. */
async function known<T>(value: Output<T>): Promise<Output<T>> {
  await settle(value, new Set());
  return value;
}

/**
 * A kubeconfig for an EKS cluster: the AWS CLI gets a token whenever one is needed, as the principal that Pulumi's AWS
 * provider is. It holds no credentials but keys of the stack's config, and is a secret then.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/create-kubeconfig.html
 */
function eksKubeconfig(clusterName: string) {
  const principal = configuredPrincipal();
  const cluster = askAws(getClusterOutput({ name: clusterName }), {
    key: "clusterName",
    name: clusterName,
    missing: (region) =>
      `there is no such EKS cluster in ${region || "the region"}: set clusterName or aws:region to that of one, createCluster ` +
      "to make it, or kubeconfig or context for a cluster that isn't looked up",
  });
  const region = askAws(getRegionOutput()).region;
  const made = all([cluster.endpoint, cluster.certificateAuthorities, region]).apply(
    ([server, authorities, region]) => {
      const kubeconfig = {
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
      };
      return JSON.stringify(asPrincipal(kubeconfig, principal));
    },
  );
  return principal.isSecret ? secret(made) : made;
}
