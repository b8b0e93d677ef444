import { once } from "node:events";
import { type RequestOptions, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import { groupOf } from "../kro/index.ts";
import type { LiveObject } from "./liveObject.ts";

/** Names one object, or all of a kind. */
export interface ObjectKey {
  readonly apiVersion: string;
  readonly kind: string;
  /** Undefined for a kind without namespaces. */
  readonly namespace?: string | undefined;
}

/** What `verify` asks of a cluster. Every method throws Error that says why it could not be asked. */
export interface ClusterClient {
  /** Throws unless the API server answers. */
  ping(): Promise<void>;
  /** Undefined for an object that is not there, and for a kind that the API server does not serve. */
  get(key: ObjectKey & { readonly name: string }): Promise<LiveObject | undefined>;
  /** @param labels - that all of them have. */
  list(key: ObjectKey, labels?: Readonly<Record<string, string>>): Promise<readonly LiveObject[]>;
  /** Merges `patch` into an object, as `kubectl patch --type merge` does. */
  patch(key: ObjectKey & { readonly name: string }, patch: object): Promise<void>;
}

/** Seconds until the API server must have answered. */
const TIMEOUT = 15;

/**
 * Objects are taken as the API server writes them: the types of @kubernetes/client-node would leave out every field
 * that is newer than they are.
 */
export function clusterClient(config: KubeConfig, signal: AbortSignal): ClusterClient {
  const kinds = new Map<string, Promise<ReadonlyMap<string, string>>>();
  const server = config.getCurrentCluster()?.server;
  if (server === undefined) throw new Error("the kubeconfig names no cluster");

  /** Undefined for what is not there. */
  async function ask<T>(method: "GET" | "PATCH", path: string, body?: object): Promise<T | undefined> {
    const options: RequestOptions = { method, headers: { accept: "application/json" } };
    await config.applyToHTTPSOptions(options);
    if (body) Object.assign(options.headers!, { "content-type": "application/merge-patch+json" });
    const stop = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT * 1000)]);
    const send = server!.startsWith("http:") ? requestHttp : requestHttps;
    const outgoing = send(server!.replace(/\/$/, "") + path, { ...options, signal: stop });
    outgoing.end(body && JSON.stringify(body));
    try {
      const [response] = await once(outgoing, "response");
      const text = (await response.setEncoding("utf8").toArray()).join("");
      if (response.statusCode < 300) return JSON.parse(text) as T;
      if (response.statusCode === 404) return undefined;
      throw new Error(`the API server answered with HTTP ${response.statusCode}`);
    } catch (error) {
      const { message, code } = error as NodeJS.ErrnoException;
      // Of several addresses that were tried, the message is empty.
      if (!stop.aborted) throw new Error(message || code);
      throw new Error(signal.aborted ? "interrupted" : `the cluster did not answer within ${TIMEOUT} s`);
    }
  }

  const root = (apiVersion: string): string => (groupOf(apiVersion) ? `/apis/${apiVersion}` : `/api/${apiVersion}`);

  /** The plurals of an API's kinds. */
  function pluralsOf(apiVersion: string): Promise<ReadonlyMap<string, string>> {
    const known = kinds.get(apiVersion);
    if (known) return known;
    const asked = ask<{ resources: readonly { kind: string; name: string }[] }>("GET", root(apiVersion)).then(
      (found) =>
        new Map(found?.resources.filter(({ name }) => !name.includes("/")).map(({ kind, name }) => [kind, name])),
    );
    kinds.set(apiVersion, asked);
    return asked;
  }

  async function pathOf({ apiVersion, kind, namespace }: ObjectKey): Promise<string | undefined> {
    const plural = (await pluralsOf(apiVersion)).get(kind);
    const place = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
    return plural && `${root(apiVersion)}${place}/${plural}`;
  }

  return {
    async ping() {
      await pluralsOf("v1");
    },
    async get({ name, ...key }) {
      const path = await pathOf(key);
      return path === undefined ? undefined : await ask<LiveObject>("GET", `${path}/${encodeURIComponent(name)}`);
    },
    async list({ apiVersion, kind, namespace }, labels = {}) {
      const path = await pathOf({ apiVersion, kind, namespace });
      const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
      const query = selector.length > 0 ? `?labelSelector=${encodeURIComponent(selector.join())}` : "";
      const found = path && (await ask<{ readonly items: readonly LiveObject[] }>("GET", path + query));
      // In a list the items say neither.
      return found ? found.items.map((item) => ({ ...item, apiVersion, kind })) : [];
    },
    async patch({ name, ...key }, patch) {
      const path = await pathOf(key);
      if (!path || !(await ask("PATCH", `${path}/${encodeURIComponent(name)}?fieldManager=carts`, patch))) {
        throw new Error(`there is no ${key.kind} ${name}`);
      }
    },
  };
}
