import type { KubeConfig } from "@kubernetes/client-node";
import { Watch } from "../../watch.ts";
import type { Reconciler } from "./reconciler.ts";
import type { TableStore } from "./store.ts";
import { TABLES, type Table } from "./table.ts";
import { WorkQueue } from "./workQueue.ts";

/** Watches every Table and hands it to the reconciler when it is new or its generation changed, as ACK does. */
export class Controller {
  readonly #watch: Watch<Table>;
  readonly #queue: WorkQueue;
  readonly #generations = new Map<string, number>();

  constructor(config: KubeConfig, store: TableStore, reconciler: Reconciler, log: (line: string) => void) {
    this.#queue = new WorkQueue(
      (key) => reconciler.reconcile(...(key.split("/") as [string, string])),
      (key, error, retryMs) => log(`${key}: ${error.message}; again in ${retryMs} ms`),
    );
    this.#watch = new Watch(config, {
      ...{ path: `/apis/${TABLES.group}/${TABLES.version}/${TABLES.plural}`, list: () => store.list(), log },
      onChange: (table) => this.#changed(table),
      onDelete: (table) => this.#generations.delete(keyOf(table)),
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
  #changed(table: Table): void {
    const key = keyOf(table);
    const generation = table.metadata.generation ?? 0;
    if (this.#generations.get(key) === generation) return;
    this.#generations.set(key, generation);
    this.#queue.add(key);
  }
}

function keyOf({ metadata }: Table): string {
  return `${metadata.namespace}/${metadata.name}`;
}
