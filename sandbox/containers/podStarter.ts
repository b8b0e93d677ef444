import {
  ApiException,
  CoreV1Api,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  type V1Pod,
} from "@kubernetes/client-node";
import { Watch } from "../watch.ts";
import { ANNOTATIONS } from "./annotations.ts";
import { Nudge } from "./nudge.ts";
import type { Verdict } from "./verdict.ts";

const RETRY_MS = 1_000;
// A kubelet's: it doubles with every crash. The first restart comes at once, so that a pod waits after its second crash.
const BACK_OFF_MS = 10_000;
const LONGEST_BACK_OFF_MS = 300_000;
// A kubelet looks so often whether what a container refers to has come.
const CONFIG_RETRY_MS = 10_000;
const AS_MERGE_PATCH = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

type Start = (pod: V1Pod) => Promise<Verdict>;

interface Attempt {
  readonly is: "runs" | "crashes" | "waits";
  readonly restarts: number;
}

/** Starts the containers of every pod that has come to a node, and those that crash again and again. */
export class PodStarter {
  readonly #core: CoreV1Api;
  readonly #watch: Watch<V1Pod>;
  readonly #start: Start;
  readonly #log: (line: string) => void;
  readonly #nudge = new Nudge((pod) => void this.#touch(pod));
  // By uid: what is being started, or waits for it.
  readonly #planned = new Map<string, NodeJS.Timeout>();
  // By uid: what was written, of which the watch may not have told yet.
  readonly #written = new Map<string, Attempt>();

  /** @param start - says why the containers of a pod crash or wait, if they do */
  constructor(config: KubeConfig, start: Start, log: (line: string) => void) {
    this.#core = config.makeApiClient(CoreV1Api);
    this.#start = start;
    this.#log = log;
    this.#watch = new Watch(config, {
      ...{ path: "/api/v1/pods", list: () => this.#core.listPodForAllNamespaces(), log },
      onChange: (pod) => {
        this.#nudge.seen(pod);
        this.#seen(pod);
      },
      onDelete: (pod) => {
        this.#nudge.forget(pod);
        this.#forget(pod);
      },
    });
  }

  /** True while the watch stands. */
  get connected(): boolean {
    return this.#watch.connected;
  }

  /** Starts to watch; the watch is restarted for ever when it breaks. */
  async watch(): Promise<void> {
    await this.#watch.start();
  }

  #seen(pod: V1Pod): void {
    const { deletionTimestamp, uid = "" } = pod.metadata ?? {};
    if (deletionTimestamp) this.#forget(pod);
    if (deletionTimestamp || !pod.spec?.nodeName || this.#planned.has(uid)) return;
    const last = this.#written.get(uid) ?? lastAttempt(pod);
    if (!last && pod.status?.phase === "Pending") this.#plan(pod, 0, 0);
    if (last?.is === "waits") this.#plan(pod, last.restarts, CONFIG_RETRY_MS);
    if (last?.is === "crashes" && pod.spec.restartPolicy !== "Never") {
      this.#plan(pod, last.restarts + 1, Math.min(BACK_OFF_MS * 2 ** (last.restarts - 1), LONGEST_BACK_OFF_MS));
    }
  }

  #plan(pod: V1Pod, restarts: number, waitMs: number): void {
    const uid = pod.metadata?.uid ?? "";
    this.#planned.set(
      uid,
      setTimeout(() => void this.#try(pod, restarts), waitMs),
    );
  }

  async #try(pod: V1Pod, restarts: number): Promise<void> {
    const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
    try {
      const { is, message } = (await this.#start(pod)) ?? { is: "runs" as const };
      if (message !== undefined) this.#log(`${namespace}/${name} ${is}: ${message}`);
      // A container that crashes is started again at once, the first time.
      const startedAgain = is === "crashes" && restarts === 0 && pod.spec?.restartPolicy !== "Never";
      const attempt = { is, restarts: startedAgain ? 1 : restarts };
      const written = await this.#write(pod, attempt, message);
      // Gone meanwhile.
      if (!this.#planned.delete(uid)) return;
      this.#written.set(uid, attempt);
      this.#seen(written);
    } catch (error) {
      const isGone = error instanceof ApiException && (error.code === 404 || error.code === 409);
      if (isGone || !this.#planned.has(uid)) return this.#forget(pod);
      this.#log(`${namespace}/${name}: ${(error as Error).message}; again in ${RETRY_MS} ms`);
      this.#plan(pod, restarts, RETRY_MS);
    }
  }

  #write({ metadata }: V1Pod, { is, restarts }: Attempt, message: string | undefined): Promise<V1Pod> {
    const { namespace = "", name = "", uid = "" } = metadata ?? {};
    const annotations = {
      [ANNOTATIONS.start]: is,
      [ANNOTATIONS.restarts]: String(restarts),
      [ANNOTATIONS.message]: message ?? null,
    };
    // With its uid, so that another pod of that name isn't meant.
    const body = { metadata: { uid, annotations } };
    return this.#core.patchNamespacedPod({ namespace, name, body }, AS_MERGE_PATCH);
  }

  async #touch({ metadata }: V1Pod): Promise<void> {
    const { namespace = "", name = "", uid = "" } = metadata ?? {};
    this.#log(`${namespace}/${name} stands still: kwok is made to look again`);
    const body = { metadata: { uid, annotations: { [ANNOTATIONS.touched]: new Date().toISOString() } } };
    await this.#core.patchNamespacedPod({ namespace, name, body }, AS_MERGE_PATCH).catch(() => {});
  }

  #forget({ metadata }: V1Pod): void {
    const uid = metadata?.uid ?? "";
    clearTimeout(this.#planned.get(uid));
    this.#planned.delete(uid);
    this.#written.delete(uid);
  }
}

function lastAttempt({ metadata }: V1Pod): Attempt | undefined {
  const start = metadata?.annotations?.[ANNOTATIONS.start] as Attempt["is"] | undefined;
  if (start === undefined) return undefined;
  return { is: start, restarts: Number(metadata?.annotations?.[ANNOTATIONS.restarts]) };
}
