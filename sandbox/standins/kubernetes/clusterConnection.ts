import { ApiClient } from "./apiClient.ts";
import { messageOf } from "./apiError.ts";
import { clusterAccess, defaultNamespace } from "./clusterAccess.ts";
import { Discovery } from "./discovery.ts";
import { defaultKubeconfig, type Kubeconfig, parseKubeconfig } from "./kubeconfig.ts";
import { type GroupVersionKind, type KubernetesObject, kindOfObject } from "./kubernetesObject.ts";
import { ObjectClient } from "./objectClient.ts";
import type { ProviderConfig } from "./providerConfig.ts";
import { knownScope } from "./servedKinds.ts";
import { StandInError } from "./standInError.ts";

const installationPage = "https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/";

/** The cluster that a provider works on, or why it cannot. */
export class ClusterConnection {
  readonly namespace: string;
  /** Why the cluster cannot be reached; undefined when it can. */
  readonly unreachable: string | undefined;
  readonly #api: ApiClient | undefined;
  readonly #discovery: Discovery | undefined;

  private constructor(namespace: string, unreachable: string | undefined, api?: ApiClient) {
    this.namespace = namespace;
    this.unreachable = unreachable;
    this.#api = api;
    this.#discovery = api && new Discovery(api);
  }

  /** Connects. An unusable kubeconfig or a silent API server is no error: previews can go on without a cluster. */
  static async open(config: ProviderConfig, userAgent: string): Promise<ClusterConnection> {
    let kubeconfig: Kubeconfig;
    try {
      kubeconfig = config.kubeconfig === "" ? defaultKubeconfig() : parseKubeconfig(config.kubeconfig);
    } catch (error) {
      const reason = `failed to parse kubeconfig data in \`kubernetes:config:kubeconfig\`- ${messageOf(error)}`;
      return new ClusterConnection(config.overrides.namespace ?? "", reason);
    }
    let namespace = config.overrides.namespace ?? "";
    let api: ApiClient;
    try {
      api = new ApiClient(clusterAccess(kubeconfig, config.overrides), userAgent);
      namespace = defaultNamespace(kubeconfig, config.overrides);
    } catch (error) {
      if (error instanceof StandInError) throw error;
      const problem = "unable to load Kubernetes client configuration from kubeconfig file. Make sure you have: \n\n";
      const advice = ` \t • set up the provider as per ${installationPage} \n\n ${messageOf(error)}`;
      return new ClusterConnection(namespace, problem + advice);
    }
    try {
      // The smallest of the answers that only an authenticated user gets; the official plugin asks for more.
      await api.send({ method: "GET", path: "/openapi/v3", query: { timeout: "32s" }, timeoutSeconds: 32 });
      return new ClusterConnection(namespace, undefined, api);
    } catch (error) {
      const problem = messageOf(error).replace("/openapi/v3", "/openapi/v2");
      const reason = `unable to load schema information from the API server: ${problem}`;
      return new ClusterConnection(namespace, reason, api);
    }
  }

  /** Throws when the cluster cannot be reached. */
  assertReachable(): void {
    if (this.unreachable === undefined) return;
    throw new Error(`configured Kubernetes cluster is unreachable: ${this.unreachable}`);
  }

  /** The client of a reachable cluster. Throws when it is not. */
  get api(): ApiClient {
    this.assertReachable();
    return this.#api as ApiClient;
  }

  /** A client for the objects of a kind in a namespace. Throws `NoKindMatchError` for an unknown kind. */
  clientFor(object: KubernetesObject, signal: AbortSignal): Promise<ObjectClient> {
    return ObjectClient.for(object, this.api, this.#discovery as Discovery, signal);
  }

  /** Whether the cluster can be asked about objects of this kind. */
  async serves(object: KubernetesObject): Promise<boolean> {
    if (this.unreachable !== undefined || !this.#discovery) return false;
    return this.#discovery.find(kindOfObject(object)).then(
      () => true,
      () => false,
    );
  }

  /** Whether objects of a kind have a namespace. True where nobody can tell, as for a CRD that is not there yet. */
  async isNamespaced(kind: GroupVersionKind): Promise<boolean> {
    const known = knownScope(kind);
    if (known !== undefined) return known;
    if (this.unreachable !== undefined || !this.#discovery) return true;
    return this.#discovery.find(kind).then(
      ({ namespaced }) => namespaced,
      () => true,
    );
  }
}
