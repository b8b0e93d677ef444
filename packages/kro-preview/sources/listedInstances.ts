import { groupOf, type Instance, identityOf, instanceGvk } from "../../kro/index.ts";
import type { Cluster } from "./cluster.ts";
import type { PlannedDefinition } from "./definitions.ts";
import { type Maker, makerOf } from "./makers.ts";
import type { OwnResources } from "./ownResources.ts";

/** What an instance in the cluster is within, where that may be an own one. */
export interface Surroundings {
  /** Its title; undefined where the instance around was not found. */
  readonly own: string | undefined;
}

/** Lists the instances of a cluster, and knows what each is within. */
export class ListedInstances {
  readonly #cluster: Cluster;
  readonly #definitions: readonly PlannedDefinition[];
  readonly #own: OwnResources;
  readonly #listed = new Set<PlannedDefinition>();
  /** Of each that was listed, by its identity. */
  readonly #outer = new Map<string, Maker | undefined>();

  /** @param definitions - all RGDs that are known. */
  constructor(cluster: Cluster, definitions: readonly PlannedDefinition[], own: OwnResources) {
    this.#cluster = cluster;
    this.#definitions = definitions;
    this.#own = own;
  }

  /**
   * All instances of an RGD.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  async instancesOf(definition: PlannedDefinition): Promise<readonly Instance[]> {
    this.#listed.add(definition);
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
      if (seen.has(identity) || !(await this.#isListed(outer, identity))) return { own };
      seen.add(identity);
      outer = this.#outer.get(identity);
    }
    return undefined;
  }

  async #isListed(outer: Maker, identity: string): Promise<boolean> {
    const definition = this.#definitions.find(({ before, after }) => isOf((before ?? after)!, outer));
    if (!definition) return false;
    if (!this.#listed.has(definition)) await this.instancesOf(definition).catch(() => undefined);
    return this.#outer.has(identity);
  }
}

function isOf(definition: Parameters<typeof instanceGvk>[0], { apiVersion, kind }: Maker): boolean {
  const made = instanceGvk(definition);
  return made.group === groupOf(apiVersion) && made.kind === kind;
}
