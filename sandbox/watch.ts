import {
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
  makeInformer,
} from "@kubernetes/client-node";

const RECONNECT_MS = 1_000;

/** What a {@link Watch} calls. */
export interface WatchOptions<Watched extends KubernetesObject> {
  /** Of the API, such as `/api/v1/pods`. */
  readonly path: string;
  readonly list: () => Promise<KubernetesListObject<Watched>>;
  /** Called for each object when the watch begins, and whenever one is made or changed. */
  readonly onChange: (object: Watched) => void;
  readonly onDelete: (object: Watched) => void;
  readonly log: (line: string) => void;
}

/** A watch of all objects of a kind; it is begun again for ever when it breaks. */
export class Watch<Watched extends KubernetesObject> {
  readonly #informer;
  #connected = false;

  constructor(config: KubeConfig, { path, list, onChange, onDelete, log }: WatchOptions<Watched>) {
    this.#informer = makeInformer<Watched>(config, path, list);
    this.#informer.on("add", onChange);
    this.#informer.on("update", onChange);
    this.#informer.on("delete", onDelete);
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

  async start(): Promise<void> {
    await this.#informer.start();
  }
}
