import { groupOf } from "../kro/index.ts";
import type { Ask } from "./apiServer.ts";

/** Names all objects of a kind, or those in a namespace. */
export interface KindKey {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a kind without namespaces, and for all of them. */
  readonly namespace?: string | undefined;
}

/** Gives the path of a kind's objects; undefined for a kind that the API server does not serve (yet). */
export type Discovery = (key: KindKey) => Promise<string | undefined>;

interface Resource {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

export const rootOf = (apiVersion: string): string =>
  groupOf(apiVersion) ? `/apis/${apiVersion}` : `/api/${apiVersion}`;

/** Asks each API once for its kinds, and again for one that was not there: a CRD may have come since. */
export function discovery(ask: Ask): Discovery {
  const known = new Map<string, readonly Resource[]>();
  const asking = new Map<string, Promise<readonly Resource[]>>();

  async function discover(apiVersion: string): Promise<readonly Resource[]> {
    const found = await ask<{ readonly resources: readonly Resource[] }>("GET", rootOf(apiVersion));
    known.set(apiVersion, found?.resources.filter(({ name }) => !name.includes("/")) ?? []);
    return known.get(apiVersion)!;
  }

  /** Whoever asks meanwhile shares the answer. */
  function shared(apiVersion: string): Promise<readonly Resource[]> {
    const begun = asking.get(apiVersion) ?? discover(apiVersion).finally(() => asking.delete(apiVersion));
    asking.set(apiVersion, begun);
    return begun;
  }

  return async ({ apiVersion, kind, namespace }) => {
    const isWanted = (one: Resource) => one.kind === kind;
    const resource = known.get(apiVersion)?.find(isWanted) ?? (await shared(apiVersion)).find(isWanted);
    if (!resource) return undefined;
    const place = resource.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : "";
    return `${rootOf(apiVersion)}${place}/${resource.name}`;
  };
}
