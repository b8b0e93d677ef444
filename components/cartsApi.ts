import {
  ComponentResource,
  type ComponentResourceOptions,
  createUrn,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { DEFINITION_KIND } from "./definition/cartsDefinition.ts";
import { API_VERSION } from "./definition/cartsSchema.ts";
import { createDefinition } from "./definition/createDefinition.ts";
import { passApiGuards } from "./guards/passGuards.ts";
import { checkApiTwins } from "./guards/twins.ts";

/** Arguments of {@link CartsApi}. */
export interface CartsApiArgs {
  /**
   * Name of the CartsStack, in this program and of the same parent, that has made the ResourceGraphDefinition until now:
   * it is taken over as it is, where it would be made anew. Default none.
   */
  readonly takeOverFrom?: string;
}

/**
 * The API `CartsStack` of a cluster, for the team that owns it: the ResourceGraphDefinition alone. A cluster has one.
 *
 * It is protected unless `protect` is false, since a `pulumi destroy` of this stack can't know of the instances that others
 * have, and would leave them with a finalizer that nobody takes off.
 *
 * @example
 * const api = new CartsApi("api", {}, { providers: { kubernetes: cluster } });
 * new CartsStack("blue", { clusterName, instanceName: "blue", api: api.definitionName }, { providers: { kubernetes: cluster } });
 */
export class CartsApi extends ComponentResource {
  /** Name of the ResourceGraphDefinition, once kro serves its API: what CartsStack takes as its `api`. */
  readonly definitionName: Output<string>;

  /** @throws ArgumentError when something else of the program makes the same ResourceGraphDefinition, before anything is declared. */
  constructor(name: string, args: CartsApiArgs = {}, opts: ComponentResourceOptions = {}) {
    super("carts-stack:index:CartsApi", name, {}, opts);
    checkApiTwins(this, name);
    const { takeOverFrom } = args;
    const former = takeOverFrom === undefined ? undefined : formerUrn(takeOverFrom, opts.parent);
    const definition = createDefinition(name, {
      parent: this,
      protect: opts.protect ?? true,
      dependsOn: passApiGuards(this, name, opts, former),
      aliases: former ? [former] : [],
    });
    this.definitionName = definition.metadata.name;
    this.registerOutputs({ definitionName: this.definitionName });
  }
}

/** URN of the RGD of a CartsStack. */
const formerUrn = (name: string, parent: Resource | undefined): Output<string> =>
  createUrn(
    `${name}-definition`,
    `kubernetes:${API_VERSION}:${DEFINITION_KIND}`,
    createUrn(name, "carts-stack:index:CartsStack", parent),
  );
