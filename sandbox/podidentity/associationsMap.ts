import { isDeepStrictEqual } from "node:util";
import { ApiException, CoreV1Api, type KubeConfig } from "@kubernetes/client-node";

/** The ConfigMap that the admission policy in manifests/ takes as its parameter. */
export const CONFIG_MAP = { namespace: "kube-system", name: "eks-pod-identity-associations" } as const;

/** Data of the ConfigMap: `region`, and "<namespace>.<service account>" to association id for every association. */
export type AssociationsData = Record<string, string>;

/** Writes the ConfigMap, only when it is to change. */
export class AssociationsMap {
  readonly #core: CoreV1Api;

  constructor(config: KubeConfig) {
    this.#core = config.makeApiClient(CoreV1Api);
  }

  /** Makes the ConfigMap hold exactly `data`; true when something had to be written. */
  async write(data: AssociationsData): Promise<boolean> {
    const present = await this.#read();
    if (present && isDeepStrictEqual(present, data)) return false;
    const body = { metadata: { name: CONFIG_MAP.name }, data };
    if (present) await this.#core.replaceNamespacedConfigMap({ ...CONFIG_MAP, body });
    else await this.#core.createNamespacedConfigMap({ namespace: CONFIG_MAP.namespace, body });
    return true;
  }

  async #read(): Promise<AssociationsData | undefined> {
    try {
      const { data = {} } = await this.#core.readNamespacedConfigMap(CONFIG_MAP);
      return { ...data };
    } catch (error) {
      if (error instanceof ApiException && error.code === 404) return undefined;
      throw error;
    }
  }
}
