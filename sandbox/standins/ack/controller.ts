import { type KubeConfig, makeInformer } from "@kubernetes/client-node";
import type { Reconciler } from "./reconciler.ts";
import type { TableStore } from "./store.ts";
import { TABLES, type Table } from "./table.ts";
import { WorkQueue } from "./workQueue.ts";

const RECONNECT_MS = 1_000;

/** Watches every Table and hands it to the reconciler when it is new or its generation changed, as ACK does. */
export class Controller {
  readonly #informer;
  readonly #queue: WorkQueue;
  readonly #generations = new Map<string, number>();
  #connected = false;

  constructor(config: KubeConfig, store: TableStore, reconciler: Reconciler, log: (line: string) => void) {
    this.#queue = new WorkQueue(
      (key) => reconciler.reconcile(...(key.split("/") as [string, string])),
      (key, error, retryMs) => log(`${key}: ${error.message}; again in ${retryMs} ms`),
    );
    const path = `/apis/${TABLES.group}/${TABLES.version}/${TABLES.plural}`;
    this.#informer = makeInformer<Table>(config, path, () => store.list());
    this.#informer.on("add", (table) => this.#changed(table));
    this.#informer.on("update", (table) => this.#changed(table));
    this.#informer.on("delete", (table) => this.#generations.delete(keyOf(table)));
    this.#informer.on("connect", () => {
      this.#connected = true;
    });
    this.#informer.on("error", (error: Error) => {
      this.#connected = false;
      log(`watch: ${error.message}; again in ${RECONNECT_MS} ms`);
      setTimeout(() => void this.start(), RECONNECT_MS);
    });
  }

  /** True while the watch stands. */
  get connected(): boolean {
    return this.#connected;
  }

  /** Starts to watch; the watch is restarted for ever when it breaks. */
  async start(): Promise<void> {
    await this.#informer.start();
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
