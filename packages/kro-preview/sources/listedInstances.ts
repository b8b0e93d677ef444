import { groupOf, type Instance, identityOf, instanceGvk } from "../../kro/index.ts";
import type { Cluster } from "./cluster.ts";
import type { PlannedDefinition } from "./definitions.ts";
import { type Maker, makerOf } from "./makers.ts";
import type { OwnResources } from "./ownResources.ts";

/** What an instance in the cluster is within, where that may be an own one: its title, or why it can't be told. */
export type Surroundings = { readonly own: string } | { readonly lost: string };

const NOT_FOUND = "the instance around was not found";

/** Lists the instances of a cluster, and knows what each is within. */
export class ListedInstances {
  readonly #cluster: Cluster;
  readonly #definitions: readonly PlannedDefinition[];
  readonly #own: OwnResources;
  readonly #listed = new Map<PlannedDefinition, Promise<readonly Instance[]>>();
  /** Of each that was listed, by its identity. */
  readonly #outer = new Map<string, Maker | undefined>();

  /** @param definitions - all RGDs that are known. */
  constructor(cluster: Cluster, definitions: readonly PlannedDefinition[], own: OwnResources) {
    this.#cluster = cluster;
    this.#definitions = definitions;
    this.#own = own;
  }

  /**
   * All instances of an RGD, for which the cluster is asked once.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  instancesOf(definition: PlannedDefinition): Promise<readonly Instance[]> {
    const listed = this.#listed.get(definition) ?? this.#list(definition);
    this.#listed.set(definition, listed);
    return listed;
  }

  async #list(definition: PlannedDefinition): Promise<readonly Instance[]> {
    const instances = await this.#cluster.instancesOf((definition.before ?? definition.after)!);
    for (const instance of instances) this.#outer.set(identityOf(instance), makerOf(instance));
    return instances;
  }

  /** Undefined for what is within none, or within instances of others alone. */
  async ownAround(instance: Instance): Promise<Surroundings | undefined> {
    const seen = new Set<string>();
    let outer = makerOf(instance);
    while (outer) {
      const own = this.#own.titleOf(outer);
      if (own !== undefined) return { own };
      const identity = identityOf(outer);
      const lost = seen.has(identity) ? NOT_FOUND : await this.#whyLost(outer, identity);
      if (lost !== undefined) return { lost };
      seen.add(identity);
      outer = this.#outer.get(identity);
    }
    return undefined;
  }

  /** Undefined for what is there. */
  async #whyLost(outer: Maker, identity: string): Promise<string | undefined> {
    const definition = this.#definitions.find(({ before, after }) => isOf((before ?? after)!, outer));
    if (!definition) return "the RGD of the instance around is not known";
    try {
      await this.instancesOf(definition);
    } catch (error) {
      return `the instance around could not be looked for (${(error as Error).message})`;
    }
    return this.#outer.has(identity) ? undefined : NOT_FOUND;
  }
}

function isOf(definition: Parameters<typeof instanceGvk>[0], { apiVersion, kind }: Maker): boolean {
  const made = instanceGvk(definition);
  return made.group === groupOf(apiVersion) && made.kind === kind;
}
