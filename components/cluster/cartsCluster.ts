import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, type ComponentResourceOptions, type Output, type Resource, secret } from "@pulumi/pulumi";
import { ARGUMENTS } from "../argRules.ts";
import { ArgumentError } from "../checkArgs.ts";
import { Controllers } from "../controllers/controllers.ts";
import { derive, type Given } from "../given.ts";
import { secretsKeyProblem } from "../guards/secretsKeyGuard.ts";
import { childrenAfter, resourcesOf } from "../resources.ts";
import type { ArgRule } from "../rules/argRule.ts";
import { checkFields } from "../rules/checkFields.ts";
import { CLUSTER_ARGUMENTS, CLUSTER_OPTIONS, chartsProblems, clusterNameProblems } from "../rules/clusterOptions.ts";
import { sdk } from "../sdkLater.ts";
import type { CartsClusterArgs, ClusterEndpoint } from "./clusterArgs.ts";
import { asPrincipal, configuredPrincipal, type Kubeconfig } from "./principal.ts";

const RULES = {
  clusterName: ARGUMENTS.clusterName,
  ...CLUSTER_OPTIONS,
  controllers: CLUSTER_ARGUMENTS.controllers,
  charts: CLUSTER_ARGUMENTS.charts,
} as const satisfies Record<keyof CartsClusterArgs, ArgRule>;

/**
 * An EKS cluster in Auto Mode (which includes the Pod Identity agent), in the account's default VPC, with kro and ACK.
 *
 * @see https://docs.aws.amazon.com/eks/latest/userguide/automode.html
 */
export class CartsCluster extends ComponentResource {
  /** Content of a kubeconfig, JSON: the AWS CLI gets a token whenever one is needed. It holds keys only where the config does. */
  readonly kubeconfig: Output<string>;

  /**
   * @throws ArgumentError when an argument can't be used, before anything is declared; Refusal when the config of Pulumi's
   *   AWS provider is what no kubeconfig can say.
   */
  constructor(name: string, args: CartsClusterArgs, opts: ComponentResourceOptions = {}) {
    checkFields(RULES, args);
    const problems = [...clusterNameProblems(name), ...chartsProblems(args.charts, args.controllers)];
    if (problems.length > 0) throw new ArgumentError(problems);
    const principal = configuredPrincipal();
    super("carts-stack:index:CartsCluster", name, {}, opts);
    const passed = this.#pass(args, opts);
    const eks = sdk<typeof import("@pulumi/eks/cluster.js")>("@pulumi/eks/cluster.js");
    const endpoint = (args.endpoint ?? CLUSTER_OPTIONS.endpoint.default) as Given<ClusterEndpoint>;
    const cluster = new eks.Cluster(
      `${name}-cluster`,
      {
        name: args.clusterName,
        authenticationMode: "API",
        autoMode: { enabled: true },
        version: args.version,
        endpointPublicAccess: derive([endpoint], (from) => from !== "private"),
        endpointPrivateAccess: derive([endpoint], (from) => from !== "public"),
        enabledClusterLogTypes: args.logs,
        encryptionConfigKeyArn: args.secretsKey,
      },
      childrenAfter(this, passed)(),
    );
    const kubeconfig = cluster.kubeconfigJson.apply((json) =>
      JSON.stringify(asPrincipal(JSON.parse(json) as Kubeconfig, principal)),
    );
    this.kubeconfig = principal.isSecret ? secret(kubeconfig) : kubeconfig;
    const { clusterName, controllers: mode = "capability", charts } = args;
    const parts: Resource[] = [cluster];
    if (mode !== "none") {
      const inside = { kubeconfig: this.kubeconfig, enableServerSideApply: true };
      const kubernetes = new Provider(`${name}-cluster`, inside, { parent: this });
      const within = { ...childrenAfter(this, passed)(cluster), providers: { kubernetes } };
      parts.push(...new Controllers(name, { clusterName, mode, charts }, within).parts);
    }
    partsOf.set(this, parts);
    this.registerOutputs({ kubeconfig: this.kubeconfig });
  }

  /** What the cluster needs before a CartsStack can come: for `dependsOn`. The component's own URN is known long before. */
  get parts(): Resource[] {
    return [...partsOf.get(this)!];
  }

  async #pass(args: CartsClusterArgs, { dependsOn }: ComponentResourceOptions) {
    const [prerequisites, problem] = await Promise.all([resourcesOf(dependsOn), secretsKeyProblem(this, args)]);
    if (problem !== undefined) throw new ArgumentError([problem]);
    return { prerequisites };
  }
}

/** Not a field: Pulumi's analyzer takes every field of a component for one of its outputs. */
const partsOf = new WeakMap<CartsCluster, readonly Resource[]>();
