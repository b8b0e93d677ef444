import type { KubeConfig } from "@kubernetes/client-node";
import { ApiError } from "./apiError.ts";
import { apiServer } from "./apiServer.ts";
import { discovery, type KindKey, rootOf } from "./discovery.ts";
import type { LiveObject } from "./liveObject.ts";

/** Names one object. */
export interface ObjectKey extends KindKey {
  readonly name: string;
}

/** A cluster that is asked. Every method throws ApiError for what the API server refuses, and Error where it can't be asked. */
export interface ClusterClient {
  /** Throws unless the API server answers. */
  ping(): Promise<void>;
  /** Undefined for an object that is not there, and for a kind that the API server does not serve. */
  get(key: ObjectKey): Promise<LiveObject | undefined>;
  /**
   * Empty also for a kind that the API server does not serve.
   *
   * @param labels - that all of them have.
   */
  list(key: KindKey, labels?: Readonly<Record<string, string>>): Promise<readonly LiveObject[]>;
  /** The name of a kind in paths, such as `deployments`. Undefined for a kind that the API server does not serve. */
  pluralOf(key: KindKey): Promise<string | undefined>;
  /**
   * Merges `patch` into an object, as `kubectl patch --type merge` does.
   *
   * @param manager - in whose name. Default `carts`.
   */
  patch(key: ObjectKey, patch: object, manager?: string): Promise<void>;
  /**
   * What the API server answers to an object that only asks, such as a SelfSubjectReview: none of them is kept.
   *
   * @param object - without its kind.
   */
  review(key: KindKey, object: object): Promise<LiveObject>;
  /** Deletes an object, if it is still the one with that uid. Whether it is gone then, its finalizers decide. */
  remove(key: ObjectKey, uid: string): Promise<void>;
  /** What would become of a new object: all that is asked when one is made changes it, and nothing is made (a dry run). */
  rehearse(key: KindKey, object: object): Promise<LiveObject>;
  /**
   * What would become of an object, new or not, that is applied: what the server stores then. Nothing is (a dry run).
   *
   * @param manager - in whose name. What others own is taken over, as kro does.
   */
  rehearseApply(key: ObjectKey, object: object, manager: string): Promise<LiveObject>;
}

/**
 * A client for the current context of a kubeconfig. Objects are as the API server writes them.
 *
 * @param signal - ends every request.
 * @param timeout - seconds until an answer must be there, however long it is.
 * @throws Error of a kubeconfig that names no cluster.
 */
export function clusterClient(config: KubeConfig, signal: AbortSignal, timeout = 15): ClusterClient {
  const ask = apiServer(config, signal, timeout);
  const pathOf = discovery(ask);
  return {
    async ping() {
      if (!(await ask("GET", rootOf("v1")))) throw new ApiError("the API server answered with HTTP 404", 404);
    },
    async get({ name, ...key }) {
      const path = await pathOf(key);
      return path === undefined ? undefined : await ask<LiveObject>("GET", `${path}/${encodeURIComponent(name)}`);
    },
    async list(key, labels = {}) {
      const path = await pathOf(key);
      const selector = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const query = selector.length > 0 ? `?labelSelector=${encodeURIComponent(selector.join())}` : "";
      const found = path && (await ask<ObjectList>("GET", path + query));
      return found ? itemsOf(found, key) : [];
    },
    async pluralOf(key) {
      return (await pathOf(key))?.split("/").at(-1);
    },
    async patch({ name, ...key }, patch, manager = "carts") {
      const path = await pathOf(key);
      if (!path || !(await ask("PATCH", `${path}/${encodeURIComponent(name)}?fieldManager=${manager}`, patch))) {
        throw new ApiError(`there is no ${key.kind} ${name}`, 404);
      }
    },
    async review(key, object) {
      const path = await pathOf(key);
      const { apiVersion, kind } = key;
      const answer = path && (await ask<LiveObject>("POST", path, { apiVersion, kind, ...object }));
      if (!answer) throw new ApiError(`the API server serves no ${kind}`, 404);
      return answer;
    },
    async remove({ name, ...key }, uid) {
      const path = await pathOf(key);
      if (path) await ask("DELETE", `${path}/${encodeURIComponent(name)}`, { preconditions: { uid } });
    },
    async rehearse(key, object) {
      const path = await pathOf(key);
      const { apiVersion, kind } = key;
      const made = path && (await ask<LiveObject>("POST", `${path}?dryRun=All`, { apiVersion, kind, ...object }));
      if (!made) throw new ApiError(`there is no place for a ${kind}`, 404);
      return made;
    },
    async rehearseApply({ name, ...key }, object, manager) {
      const path = await pathOf(key);
      const query = `dryRun=All&force=true&fieldManager=${encodeURIComponent(manager)}`;
      const made = path && (await ask<LiveObject>("APPLY", `${path}/${encodeURIComponent(name)}?${query}`, object));
      if (!made) throw new ApiError(`there is no place for a ${key.kind}`, 404);
      return made;
    },
  };
}

/** The answer to a list. */
export interface ObjectList {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly items: readonly LiveObject[];
}

/** The objects of a list, which says of all of them at once what they are. */
export const itemsOf = ({ items }: ObjectList, { apiVersion, kind }: KindKey): LiveObject[] =>
  items.map((item) => ({ ...item, apiVersion, kind }));
