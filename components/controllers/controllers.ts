import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import { ARGUMENTS } from "../argRules.ts";
import { ArgumentError } from "../checkArgs.ts";
import type { Given } from "../given.ts";
import { controllersProblem } from "../guards/controllersGuard.ts";
import { childrenAfter, resourcesOf } from "../resources.ts";
import type { ArgRule } from "../rules/argRule.ts";
import { checkFields } from "../rules/checkFields.ts";
import { CLUSTER_ARGUMENTS, chartsProblems } from "../rules/clusterOptions.ts";
import { createCapabilities } from "./capabilities.ts";
import type { ControllersArgs, ControllersMode } from "./controllersArgs.ts";
import { createReleases } from "./releases.ts";

const RULES = {
  clusterName: ARGUMENTS.clusterName,
  mode: { ...CLUSTER_ARGUMENTS.controllers, enum: ["capability", "helm"], must: "must be capability or helm" },
  charts: CLUSTER_ARGUMENTS.charts,
} as const satisfies Record<keyof ControllersArgs, ArgRule>;

/**
 * kro, and ACK's controller for DynamoDB, on an EKS cluster. Each may do what CartsStack needs, and no more. The cluster is
 * that of the Kubernetes provider, and must be the EKS cluster `clusterName`.
 *
 * IAM roles don't wait for what is in `dependsOn`: AWS takes a while to know them everywhere.
 *
 * @example
 * const controllers = new Controllers("shop", { clusterName: "shop", mode: "helm" }, { providers: { kubernetes: cluster } });
 * const opts = { providers: { kubernetes: cluster }, dependsOn: controllers.parts };
 * new CartsStack("carts", { clusterName: "shop" }, opts);
 */
export class Controllers extends ComponentResource {
  /** @throws ArgumentError when an argument can't be used, before anything is declared. */
  constructor(name: string, args: ControllersArgs, opts: ComponentResourceOptions = {}) {
    checkFields(RULES, args);
    const problems = chartsProblems(args.charts, args.mode);
    if (problems.length > 0) throw new ArgumentError(problems);
    super("carts-stack:index:Controllers", name, {}, opts);
    const { mode = "capability", charts } = args;
    const passed = this.#pass(name, mode, opts);
    const place = {
      parent: this,
      within: () => ({
        parent: this,
        dependsOn: passed.then(() => []),
        // CartsCluster has made them itself before.
        aliases: opts.parent && isCluster(opts.parent) ? [{ parent: opts.parent }] : [],
      }),
      after: childrenAfter(this, passed),
    };
    const clusterName = args.clusterName as Given<string>;
    const parts =
      mode === "helm" ? createReleases(name, clusterName, charts, place) : createCapabilities(name, clusterName, place);
    partsOf.set(this, parts);
    this.registerOutputs({});
  }

  async #pass(name: string, mode: ControllersMode, { dependsOn }: ComponentResourceOptions) {
    const prerequisites = await resourcesOf(dependsOn);
    const problem = await controllersProblem(name, mode);
    if (problem !== undefined) throw new ArgumentError([problem]);
    return { prerequisites };
  }

  /** What must be there before an instance comes: for `dependsOn`. The component's own URN is known long before. */
  get parts(): Resource[] {
    return [...partsOf.get(this)!];
  }
}

/** Not a field: Pulumi's analyzer takes every field of a component for one of its outputs. */
const partsOf = new WeakMap<Controllers, readonly Resource[]>();

const isCluster = (resource: Resource): boolean =>
  (resource as { readonly __pulumiType?: string }).__pulumiType === "carts-stack:index:CartsCluster";
