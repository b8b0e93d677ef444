import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { ControllersArgs } from "./controllersArgs.ts";

/**
 * kro, and ACK's controller for DynamoDB, on an EKS cluster: each may do what CartsStack needs, and no more.
 *
 * @example
 * const controllers = new Controllers("shop", { clusterName: "shop", mode: "helm" }, { providers: { kubernetes: cluster } });
 * new CartsStack("carts", { clusterName: "shop" }, { providers: { kubernetes: cluster }, dependsOn: controllers });
 */
export class Controllers extends ComponentResource {
  constructor(name: string, _args: ControllersArgs, opts: ComponentResourceOptions = {}) {
    super("carts-stack:index:Controllers", name, {}, opts);
    partsOf.set(this, []);
    this.registerOutputs({});
  }

  /** What must be there before an instance comes. */
  get parts(): readonly Resource[] {
    return partsOf.get(this)!;
  }
}

/** Not a field: Pulumi's analyzer takes every field of a component for one of its outputs. */
const partsOf = new WeakMap<Controllers, readonly Resource[]>();
