import type { ComponentResource, CustomResourceOptions } from "@pulumi/pulumi";
import type { After } from "../resources.ts";

/** Where the controllers' resources are declared. */
export interface Place {
  readonly parent: ComponentResource;
  /** Options of what CartsCluster has made itself until now, and does not wait for the cluster. */
  readonly within: () => CustomResourceOptions;
  /** Options of what needs the cluster. */
  readonly after: After;
}
