import { createRequire } from "node:module";
import type { ComponentResourceOptions, Inputs } from "@pulumi/pulumi";
import type { ConstructResult, Provider } from "@pulumi/pulumi/provider/index.js";
import { checkInputs } from "./clusterInputs.ts";
import { createCluster } from "./createCluster.ts";

/** What this plugin does not do, or not in a sandbox; the text starts with its name. */
export const refusal = (message: string): Error => new Error(`stand-in eks plugin: ${message}`);

/** Pulumi's `eks` provider as far as this project uses it: a cluster in Auto Mode, in the default VPC. */
export class EksProvider implements Provider {
  readonly version: string = createRequire(import.meta.url)("@pulumi/eks/package.json").version;
  readonly schema = JSON.stringify({ name: "eks", version: this.version });

  /** @throws Error for another type, and for an input that isn't implemented; before anything is declared. */
  async construct(
    name: string,
    type: string,
    inputs: Inputs,
    options: ComponentResourceOptions,
  ): Promise<ConstructResult> {
    if (type !== "eks:index:Cluster") throw refusal(`the resource type ${type} is not implemented`);
    const args = checkInputs(inputs);
    const { urn, outputs } = createCluster(name, args, options);
    return { urn, state: outputs };
  }

  async call(token: string): Promise<never> {
    throw refusal(`the method ${token} is not implemented`);
  }
}
