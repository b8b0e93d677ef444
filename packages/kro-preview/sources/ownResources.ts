import { groupOf, identityOf, Secret, titleOf, type Value } from "../../kro/index.ts";
import type { PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import type { Api } from "./definitions.ts";
import { identitiesOf } from "./identities.ts";
import { customApi } from "./instances.ts";

/** The custom resources that a plan itself has, before it or after it: kro's instances are among them, those too that can't be read. */
export class OwnResources {
  readonly #identities = new Set<string>();
  /** Kinds of which a name can't be read. */
  readonly #open = new Set<string>();

  constructor(changes: readonly PlannedChange[]) {
    for (const { type, before, after } of changes) {
      const api = customApi(type);
      if (!api) continue;
      if (before) this.#add(api, before, true);
      if (after) this.#add(api, after, false);
    }
  }

  /** Whether one of a kind has a name or a namespace that is secret, so that it may be any. */
  mayBeAny(api: Api): boolean {
    return this.#open.has(keyOf(api));
  }

  /** Names the own resource that an object is, or may be, as `Shop shops/tea`; undefined where it is none. */
  titleOf(object: Parameters<typeof identityOf>[0]): string | undefined {
    if (this.#identities.has(identityOf(object))) return titleOf(object);
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
