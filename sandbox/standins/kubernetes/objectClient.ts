import { setTimeout as sleep } from "node:timers/promises";
import type { ApiClient, WatchEvent } from "./apiClient.ts";
import type { Discovery } from "./discovery.ts";
import { rootPath } from "./discovery.ts";
import { apiVersionOf, type KubernetesObject, kindOfObject, namespaceOf } from "./kubernetesObject.ts";

/** Options of a write. */
export interface WriteOptions {
  readonly fieldManager?: string;
  /** Makes the server work out the result without keeping it. */
  readonly dryRun?: boolean;
  /** Takes over fields that another field manager owns, in a server-side apply. */
  readonly force?: boolean;
  readonly fieldValidation?: "Warn";
}

export type PropagationPolicy = "Foreground" | "Background" | "Orphan";

/** Reads and writes the objects of one kind in one namespace. */
export class ObjectClient {
  readonly #client: ApiClient;
  readonly #path: string;
  readonly #signal: AbortSignal;

  private constructor(client: ApiClient, path: string, signal: AbortSignal) {
    this.#client = client;
    this.#path = path;
    this.#signal = signal;
  }

  /** A client for the kind and namespace of `object`; `default` stands for a missing namespace. */
  static async for(object: KubernetesObject, client: ApiClient, discovery: Discovery, signal: AbortSignal) {
    const { plural, namespaced } = await discovery.findFresh(kindOfObject(object));
    const scope = namespaced ? `/namespaces/${namespaceOf(object) || "default"}` : "";
    return new ObjectClient(client, `${rootPath(apiVersionOf(object))}${scope}/${plural}`, signal);
  }

  get(name: string, signal: AbortSignal | undefined = this.#signal): Promise<KubernetesObject> {
    return this.#client.send({ method: "GET", path: `${this.#path}/${name}`, signal });
  }

  create(object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
    return this.#client.send({
      method: "POST",
      path: this.#path,
      query: query(options),
      body: object,
      signal: this.#signal,
    });
  }

  /** Server-side apply: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
  apply(name: string, object: KubernetesObject, options: WriteOptions): Promise<KubernetesObject> {
    return this.#patch(name, object, "application/apply-patch+yaml", options);
  }

  jsonPatch(name: string, operations: readonly object[]): Promise<KubernetesObject> {
    return this.#patch(name, operations, "application/json-patch+json", {});
  }

  async delete(name: string, propagationPolicy: PropagationPolicy): Promise<void> {
    const body = { kind: "DeleteOptions", apiVersion: "v1", propagationPolicy };
    await this.#client.send({ method: "DELETE", path: `${this.#path}/${name}`, body, signal: this.#signal });
  }

  /**
   * What happens to the object of this name: first what there is, then every change, until `signal` aborts. An object
   * that is not there, at first or after a broken watch, is reported as deleted, with `last` as its last known state.
   */
  follow(name: string, last: KubernetesObject, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    return follow(this.#client, this.#path, `metadata.name=${name}`, signal, last);
  }

  #patch(name: string, body: unknown, contentType: string, options: WriteOptions): Promise<KubernetesObject> {
    const path = `${this.#path}/${name}`;
    return this.#client.send({
      method: "PATCH",
      path,
      query: query(options),
      body,
      contentType,
      signal: this.#signal,
    });
  }
}

/** Follows the Kubernetes Events about an object. */
export function followEvents(client: ApiClient, about: KubernetesObject, uid: string, signal: AbortSignal) {
  const namespace = namespaceOf(about);
  const path = namespace === "" ? "/api/v1/events" : `/api/v1/namespaces/${namespace}/events`;
  return follow(client, path, `involvedObject.uid=${uid}`, signal);
}

async function* follow(
  client: ApiClient,
  path: string,
  fieldSelector: string,
  signal: AbortSignal,
  last?: KubernetesObject,
): AsyncGenerator<WatchEvent> {
  while (!signal.aborted) {
    try {
      const list = await client.send({ method: "GET", path, query: { fieldSelector }, signal });
      // The items of a list of a built-in kind leave out what the list says already.
      const type = { apiVersion: list.apiVersion, kind: String(list.kind).replace(/List$/, "") };
      const items = (list.items as KubernetesObject[]).map((item) => ({ ...type, ...item }));
      for (const object of items) yield { type: "ADDED", object };
      if (items.length === 0 && last) yield { type: "DELETED", object: last };
      const resourceVersion = (list.metadata as { resourceVersion: string }).resourceVersion;
      for await (const event of client.watch(path, { fieldSelector, resourceVersion }, signal)) {
        if (event.type === "ERROR") break;
        if (event.type !== "BOOKMARK") yield event;
      }
    } catch {
      await sleep(1_000, undefined, { signal }).catch(() => {});
    }
  }
}

function query({ fieldManager, dryRun, force, fieldValidation }: WriteOptions) {
  return { fieldManager, dryRun: dryRun ? "All" : undefined, force, fieldValidation };
}
