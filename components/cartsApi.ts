import {
  ComponentResource,
  type ComponentResourceOptions,
  createUrn,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import { Identity } from "./args.ts";
import { ArgumentError } from "./checkArgs.ts";
import { DEFINITION_KIND, type Identities } from "./definition/cartsDefinition.ts";
import { API_VERSION } from "./definition/cartsSchema.ts";
import { createDefinition } from "./definition/createDefinition.ts";
import { passApiGuards } from "./guards/passGuards.ts";
import { checkApiTwins } from "./guards/twins.ts";
import { but } from "./rules/ruleAcross.ts";

/** Arguments of {@link CartsApi}. */
export interface CartsApiArgs {
  /**
   * Name of the CartsStack, in this program and of the same parent, that has made the ResourceGraphDefinition until now:
   * it is taken over as it is, where it would be made anew. Default none.
   */
  readonly takeOverFrom?: string;
  /**
   * Who may make the role and the Pod Identity association of an instance: `pulumi`, or `ack`, by ACK's IAM and EKS controllers,
   * whose kinds must be there. With both, an instance that doesn't say which has `pulumi`. What has been served once stays.
   * Default `pulumi` alone.
   */
  readonly identities?: Identity[];
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

  /**
   * @throws ArgumentError when something else of the program makes the same ResourceGraphDefinition, or `identities` are others than
   *   there are, before anything is declared.
   */
  constructor(name: string, args: CartsApiArgs = {}, opts: ComponentResourceOptions = {}) {
    const identities = checkIdentities(args.identities ?? undefined);
    super("carts-stack:index:CartsApi", name, {}, opts);
    checkApiTwins(this, name);
    const { takeOverFrom } = args;
    const former = takeOverFrom === undefined ? undefined : formerUrn(takeOverFrom, opts.parent);
    const definition = createDefinition(name, Promise.resolve(identities), {
      parent: this,
      protect: opts.protect ?? true,
      dependsOn: passApiGuards(this, name, identities, opts, former),
      aliases: former ? [former] : [],
    });
    this.definitionName = definition.metadata.name;
    this.registerOutputs({ definitionName: this.definitionName });
  }
}

function checkIdentities(given: readonly Identity[] = [Identity.Pulumi]): Identities {
  const known = Object.values(Identity);
  const isList = Array.isArray(given) && given.length > 0 && new Set(given).size === given.length;
  if (isList && given.every((one) => known.includes(one))) return given;
  throw new ArgumentError([
    but("identities", given, `must be a list of ${known.join(", ")}, each once, or of one of them`),
  ]);
}

/** URN of the RGD of a CartsStack. */
const formerUrn = (name: string, parent: Resource | undefined): Output<string> =>
  createUrn(
    `${name}-definition`,
    `kubernetes:${API_VERSION}:${DEFINITION_KIND}`,
    createUrn(name, "carts-stack:index:CartsStack", parent),
  );
