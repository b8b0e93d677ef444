import type { ApiClient } from "./apiClient.ts";
import { isNotFound, NoKindMatchError } from "./apiError.ts";
import { apiVersionOfKind, type GroupVersionKind } from "./kubernetesObject.ts";

/** A kind that the API server serves. */
export interface ServedKind {
  /** The plural name in its URLs. */
  readonly plural: string;
  readonly namespaced: boolean;
}

interface ApiResource {
  readonly name: string;
  readonly kind: string;
  readonly namespaced: boolean;
}

/** Which kinds the API server serves, asked once for each group and version, and again after {@link reset}. */
export class Discovery {
  readonly #client: ApiClient;
  #versions = new Map<string, Promise<readonly ApiResource[]>>();

  constructor(client: ApiClient) {
    this.#client = client;
  }

  /** Forgets what is known, as the kinds may have changed. */
  reset(): void {
    this.#versions = new Map();
  }

  /** Looks a kind up. Throws {@link NoKindMatchError} when the server does not serve it. */
  async find(wanted: GroupVersionKind): Promise<ServedKind> {
    const apiVersion = apiVersionOfKind(wanted);
    const resources = await this.#resources(apiVersion);
    const found = resources.find(({ kind, name }) => kind === wanted.kind && !name.includes("/"));
    if (!found) throw new NoKindMatchError(wanted.kind, apiVersion);
    return { plural: found.name, namespaced: found.namespaced };
  }

  /** Looks a kind up, with a fresh look at the server when it seems unknown. */
  async findFresh(wanted: GroupVersionKind): Promise<ServedKind> {
    try {
      return await this.find(wanted);
    } catch {
      this.reset();
      return this.find(wanted);
    }
  }

  #resources(apiVersion: string): Promise<readonly ApiResource[]> {
    let resources = this.#versions.get(apiVersion);
    if (!resources) {
      resources = this.#fetch(apiVersion);
      this.#versions.set(apiVersion, resources);
      resources.catch(() => this.#versions.delete(apiVersion));
    }
    return resources;
  }

  async #fetch(apiVersion: string): Promise<readonly ApiResource[]> {
    try {
      const answer = await this.#client.send({ method: "GET", path: rootPath(apiVersion), timeoutSeconds: 32 });
      return answer.resources as unknown as ApiResource[];
    } catch (error) {
      if (isNotFound(error)) return [];
      throw error;
    }
  }
}

/** The path under which the server serves a group and version. */
export function rootPath(apiVersion: string): string {
  return apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
