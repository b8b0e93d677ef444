import type { V1Pod } from "@kubernetes/client-node";

/**
 * How long a pod may stand still before kwok is made to look at it again. On a busy machine kwok 0.8 now and then loses an
 * event, and looks at a pod only when there is another. A look begins the wait for a pod to be Ready anew: so it comes
 * late, and later each time.
 */
const PATIENCE_MS = { going: 5_000, coming: 60_000 };

/** Sees to it that no pod is forgotten. */
export class Nudge {
  readonly #nudge: (pod: V1Pod) => void;
  // By uid.
  readonly #waiting = new Map<string, { readonly state: string; readonly timer: NodeJS.Timeout }>();

  /** @param nudge - changes a pod in something that nobody reads. */
  constructor(nudge: (pod: V1Pod) => void) {
    this.#nudge = nudge;
  }

  /** Called with every change of a pod. */
  seen(pod: V1Pod): void {
    const uid = pod.metadata?.uid ?? "";
    const state = standsStill(pod);
    if (this.#waiting.get(uid)?.state === state) return;
    this.forget(pod);
    if (state) this.#wait(pod, state, PATIENCE_MS[state]);
  }

  /** Called with a pod that is gone. */
  forget({ metadata }: V1Pod): void {
    const uid = metadata?.uid ?? "";
    clearTimeout(this.#waiting.get(uid)?.timer);
    this.#waiting.delete(uid);
  }

  #wait(pod: V1Pod, state: string, milliseconds: number): void {
    const timer = setTimeout(() => {
      this.#nudge(pod);
      this.#wait(pod, state, milliseconds * 2);
    }, milliseconds);
    this.#waiting.set(pod.metadata?.uid ?? "", { state, timer });
  }
}

/** What kwok is to do next with a pod, if anything: take it away, or report on it for the first time. */
function standsStill({ metadata, spec, status }: V1Pod): keyof typeof PATIENCE_MS | undefined {
  if (!spec?.nodeName) return undefined;
  if (metadata?.deletionTimestamp) return "going";
  return status?.phase === "Pending" && !status.containerStatuses ? "coming" : undefined;
}
