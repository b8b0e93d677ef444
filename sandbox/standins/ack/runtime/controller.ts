import type { KubeConfig } from "@kubernetes/client-node";
import { Watch } from "../../../watch.ts";
import type { AckObject, Kind } from "./kind.ts";
import type { Reconciler } from "./reconciler.ts";
import type { Store } from "./store.ts";
import { WorkQueue } from "./workQueue.ts";

/** Watches every object of a kind and hands it to the reconciler when it is new or its generation changed, as ACK does. */
export class Controller<T extends AckObject> {
  readonly #watch: Watch<T>;
  readonly #queue: WorkQueue;
  readonly #generations = new Map<string, number>();

  constructor(
    config: KubeConfig,
    { group, version, plural }: Kind<T>["resource"],
    store: Store<T>,
    reconciler: Reconciler<T>,
    log: (line: string) => void,
  ) {
    this.#queue = new WorkQueue(
      (key) => reconciler.reconcile(...(key.split("/") as [string, string])),
      (key, error, retryMs) => log(`${key}: ${error.message}; again in ${retryMs} ms`),
    );
    this.#watch = new Watch(config, {
      ...{ path: `/apis/${group}/${version}/${plural}`, list: () => store.list(), log },
      onChange: (object) => this.#changed(object),
      onDelete: (object) => this.#generations.delete(keyOf(object)),
    });
  }

  /** True while the watch stands. */
  get connected(): boolean {
    return this.#watch.connected;
  }

  /** Starts to watch; the watch is restarted for ever when it breaks. */
  async start(): Promise<void> {
    await this.#watch.start();
  }

  /** Status and annotations do not change the generation: a changed annotation alone goes unseen, as with ACK. */
  #changed(object: T): void {
    const key = keyOf(object);
    const generation = object.metadata.generation ?? 0;
    if (this.#generations.get(key) === generation) return;
    this.#generations.set(key, generation);
    this.#queue.add(key);
  }
}

function keyOf({ metadata }: AckObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}
