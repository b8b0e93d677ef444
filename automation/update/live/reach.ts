import type { KubeConfig } from "@kubernetes/client-node";
import { clusterSource, type DefinitionSource, type Plan } from "../../../packages/kro-preview/index.ts";
import { type ClusterClient, clusterClient, Watcher } from "../../../packages/live/index.ts";
import { providerOf } from "../../stack/index.ts";

/** The cluster of an update, and the RGDs in it as they were when they were first asked for. */
export interface Reached {
  readonly config: KubeConfig;
  readonly watcher: Watcher;
  readonly client: ClusterClient;
  readonly source: DefinitionSource;
}

/** How the cluster of a plan's provider is reached, which its URN tells; undefined when the plan tells of none. */
export type KubeConfigOf = (plan: Plan, provider: string | undefined) => Promise<KubeConfig>;

/** How the cluster of an update is reached: found out once, by the first plan of it. */
export class Reach {
  readonly #kubeConfigOf: KubeConfigOf;
  readonly #onChange: () => void;
  readonly #over: AbortSignal;
  readonly #kubeConfigs = new Map<string | undefined, Promise<KubeConfig>>();
  #reached: Promise<Reached> | undefined;
  #watcher: Watcher | undefined;

  /** @param onChange - called after each change that its watcher sees. */
  constructor(kubeConfigOf: KubeConfigOf, onChange: () => void, over: AbortSignal) {
    this.#kubeConfigOf = kubeConfigOf;
    this.#onChange = onChange;
    this.#over = over;
  }

  /** Undefined before there was a plan, and where it can't be reached. */
  get reached(): Promise<Reached | undefined> {
    return this.#reached?.catch(() => undefined) ?? Promise.resolve(undefined);
  }

  /** Undefined before it is reached. */
  get watcher(): Watcher | undefined {
    return this.#watcher;
  }

  /** @throws Error where it can't be. */
  by(plan: Plan): Promise<Reached> {
    this.#reached ??= this.kubeConfig(plan, providerOf(plan)).then((config) => {
      const watcher = new Watcher(config, this.#onChange);
      this.#watcher = watcher;
      const client = clusterClient(config, this.#over);
      return { config, watcher, client, source: clusterSource("the cluster", async () => client) };
    });
    return this.#reached;
  }

  /** Asked once: each step would read the state again. */
  kubeConfig(plan: Plan, provider: string | undefined): Promise<KubeConfig> {
    const config = this.#kubeConfigs.get(provider) ?? this.#kubeConfigOf(plan, provider);
    this.#kubeConfigs.set(provider, config);
    return config;
  }
}
