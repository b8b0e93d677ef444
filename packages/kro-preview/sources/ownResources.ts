import { groupOf, identityOf, Secret, titleOf, type Value } from "../../kro/index.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import type { Api } from "./definitions.ts";
import { identitiesOf } from "./identities.ts";
import { customApi } from "./instances.ts";

/**
 * The resources that a plan itself has, before it or after it, in a cluster: those too that can't be read. Of the custom ones kro's
 * instances are some.
 */
export class OwnResources {
  readonly #identities = new Set<string>();
  /** Kinds of which a name can't be read. */
  readonly #open = new Set<string>();

  /**
   * @param apiOf - the API of those that count, by Pulumi's type.
   * @param counts - whether one does, by one of its sides.
   */
  constructor(changes: readonly PlannedChange[], apiOf = customApi, counts = (_: Inputs) => true) {
    for (const change of changes) {
      const api = apiOf(change.type);
      if (!api) continue;
      const { before, after } = change;
      if (before && counts(before)) this.#add(api, before, true);
      if (after && counts(after)) this.#add(api, after, false);
    }
  }

  /** Whether one of a kind has a name or a namespace that is secret, so that it may be any. */
  mayBeAny(api: Api): boolean {
    return this.#open.has(keyOf(api));
  }

  /** Whether an object is one of those whose name can be read. */
  has(object: Parameters<typeof identityOf>[0]): boolean {
    return this.#identities.has(identityOf(object));
  }

  /** Names the own resource that an object is, or may be, as `Shop shops/tea`; undefined where it is none. */
  titleOf(object: Parameters<typeof identityOf>[0]): string | undefined {
    if (this.has(object)) return titleOf(object);
    return this.mayBeAny(object) ? `a ${object.kind} whose name is secret` : undefined;
  }

  /** @param isThere - it has its name already. */
  #add(api: Api, inputs: Inputs, isThere: boolean): void {
    const found = identitiesOf(inputs, api);
    for (const identity of found) this.#identities.add(identity);
    const { metadata } = inputs;
    const { name, namespace } = (metadata ?? {}) as { readonly [key: string]: Value };
    const isSecret = [metadata, name, namespace].some((part) => part instanceof Secret);
    if (found.length === 0 && (isThere || isSecret)) this.#open.add(keyOf(api));
  }
}

const keyOf = ({ apiVersion, kind }: Api): string => `${groupOf(apiVersion)} ${kind}`;
