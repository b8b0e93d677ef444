import type { KubeConfig } from "@kubernetes/client-node";
import { parseGroupVersion } from "../kro/index.ts";
import type { Observed, ObservedEvent } from "./observed.ts";

/** What is followed: one object, or all of a kind in a namespace. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** Milliseconds until a watch that ended, or that has no API yet, is begun again. */
const RETRY = 1000;

/** Follows objects of a cluster, by watches. A cluster that doesn't answer is asked again, and never an error. */
export class Observer {
  readonly #config: KubeConfig;
  readonly #changed: () => void;
  readonly #stop = new AbortController();
  readonly #first: Promise<void>[] = [];
  readonly #targets = new Map<string, Map<string, Observed>>();
  /** Why the cluster could not be asked, the last time. */
  problem: string | undefined;

  /** @param changed - called after every change that is seen. */
  constructor(config: KubeConfig, changed: () => void) {
    this.#config = config;
    this.#changed = changed;
  }

  /** Everything as it was last seen, without Events. */
  get objects(): Observed[] {
    return this.#all().filter(({ kind }) => kind !== "Event");
  }

  /** Warnings of the namespaces whose Events are followed. */
  get warnings(): ObservedEvent[] {
    const events = this.#all().filter(({ kind }) => kind === "Event") as unknown as ObservedEvent[];
    return events.filter(({ type }) => type === "Warning");
  }

  #all = (): Observed[] => [...this.#targets.values()].flatMap((objects) => [...objects.values()]);

  /** From now on follows what is not followed yet. */
  follow(target: Target): void {
    const key = JSON.stringify([target.apiVersion, target.kind, target.namespace, target.name]);
    if (this.#targets.has(key)) return;
    const objects = new Map<string, Observed>();
    this.#targets.set(key, objects);
    this.#first.push(new Promise((answered) => void this.#run(target, objects, answered)));
  }

  /** When every watch has begun, or could not, and what was there has come in; at the latest after 10 seconds. */
  async answered(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, 10_000).unref());
    await Promise.race([Promise.all(this.#first), late]);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }

  stop(): void {
    this.#stop.abort();
  }

  async #run(target: Target, objects: Map<string, Observed>, answered: () => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        await this.#watch(target, objects, answered);
      } catch (error) {
        this.problem = error instanceof Error ? error.message : String(error);
      }
      answered();
      await new Promise((resolve) => setTimeout(resolve, RETRY).unref());
    }
  }

  async #watch(target: Target, objects: Map<string, Observed>, answered: () => void): Promise<void> {
    const { Watch } = await import("@kubernetes/client-node");
    const path = await this.#path(target);
    if (path === undefined) return;
    const query = target.name === undefined ? {} : { fieldSelector: `metadata.name=${target.name}` };
    // A watch from no version on begins with all that is there.
    objects.clear();
    await new Promise<void>((ended, failed) => {
      const seen = (phase: string, object: Observed): void => {
        if (phase === "DELETED") objects.delete(object.metadata.uid!);
        else if (phase === "ADDED" || phase === "MODIFIED") {
          // Objects in a list lack what every one of them has in common.
          objects.set(object.metadata.uid!, { ...object, apiVersion: target.apiVersion, kind: target.kind });
        } else return;
        this.problem = undefined;
        this.#changed();
      };
      const started = new Watch(this.#config).watch(path, query, seen, (error) => (error ? failed(error) : ended()));
      const end = () => started.then((request) => request.abort()).catch(() => {});
      this.#stop.signal.addEventListener("abort", end);
      started.then(answered, failed);
    });
  }

  /** Undefined while the API server does not know the kind. */
  async #path({ apiVersion, kind, namespace }: Target): Promise<string | undefined> {
    const { CoreV1Api, CustomObjectsApi } = await import("@kubernetes/client-node");
    const { group, version } = parseGroupVersion(apiVersion);
    const found = group
      ? this.#config.makeApiClient(CustomObjectsApi).getAPIResources({ group, version })
      : this.#config.makeApiClient(CoreV1Api).getAPIResources();
    const { resources } = await found.catch((error: { readonly code?: number }) => {
      if (error.code === 404) return { resources: [] };
      throw error;
    });
    const resource = resources.find((one) => one.kind === kind && !one.name.includes("/"));
    if (!resource) return undefined;
    const base = group ? `/apis/${group}/${version}` : `/api/${version}`;
    return `${base}${resource.namespaced && namespace ? `/namespaces/${namespace}` : ""}/${resource.name}`;
  }
}
