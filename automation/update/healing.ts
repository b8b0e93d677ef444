import { setTimeout as sleep } from "node:timers/promises";
import { identityOf, titleOf } from "../../packages/kro/index.ts";
import { type ClusterClient, isRefused, type LiveObject } from "../../packages/live/index.ts";
import { newPodsHaveCredentials, restart, tooEarly } from "../heal/index.ts";
import { credentialUsersOf } from "./live/progress.ts";
import type { Snapshot } from "./live/snapshot.ts";

export interface HealingOptions {
  /** What the cluster has, as it is followed. */
  readonly seen: () => Pick<Snapshot, "views">;
  readonly cluster: () => Promise<ClusterClient | undefined>;
  /** Called with a sentence about what is done, or why it can't be. */
  readonly note: (text: string) => void;
  /** Milliseconds between two trials of a new pod. Default a second. */
  readonly interval?: number;
}

/**
 * While Pulumi waits for an instance, restarts Deployments whose pods came before their association counted, once each and
 * as soon as new pods will have credentials. Whether they then have them, kro sees, and Pulumi goes on waiting for it.
 */
export class Healing {
  readonly #options: HealingOptions;
  readonly #stop = new AbortController();
  /** Deployments that are being looked at, by identity. One that was restarted, or can't be, stays. */
  readonly #begun = new Set<string>();
  readonly #healed: string[] = [];

  constructor(options: HealingOptions) {
    this.#options = options;
  }

  /** `namespace/name` of the Deployments that were restarted. */
  get healed(): readonly string[] {
    return this.#healed;
  }

  /** To be called after each change in the cluster. */
  readonly look = (): void => {
    if (this.#stop.signal.aborted) return;
    for (const deployment of this.#early()) {
      const identity = identityOf(deployment);
      if (this.#begun.has(identity)) continue;
      this.#begun.add(identity);
      void this.#healAtLast(deployment, identity);
    }
  };

  /** Nothing is done any more. */
  stop(): void {
    this.#stop.abort();
  }

  #early(): LiveObject[] {
    return this.#options
      .seen()
      .views.flatMap(({ instance, objects }) =>
        credentialUsersOf(instance, objects).filter((one) => tooEarly(one, objects)),
      );
  }

  /** A cluster that doesn't answer now may do so the next time; one that refuses, does so again. */
  async #healAtLast(deployment: LiveObject, identity: string): Promise<void> {
    const { signal } = this.#stop;
    const { interval = 1000 } = this.#options;
    for (let told: string | undefined; !signal.aborted; await sleep(interval, undefined, { signal }).catch(() => {})) {
      try {
        return await this.#heal(deployment, identity);
      } catch (error) {
        if (signal.aborted) return;
        const { message } = error as Error;
        if (message !== told) {
          this.#note(`Pods of ${titleOf(deployment)} have no AWS credentials, and it can't be restarted: ${message}.`);
        }
        told = message;
        if (isRefused(error)) return;
      }
    }
  }

  async #heal(deployment: LiveObject, identity: string): Promise<void> {
    const cluster = await this.#options.cluster();
    if (!cluster) return;
    const goesOn = () => this.#early().some((one) => identityOf(one) === identity);
    const { interval } = this.#options;
    if (!(await newPodsHaveCredentials(deployment, { cluster, goesOn, signal: this.#stop.signal, interval }))) {
      this.#begun.delete(identity);
      return;
    }
    this.#stop.signal.throwIfAborted();
    await restart(deployment, cluster);
    const { namespace, name } = deployment.metadata;
    this.#healed.push(`${namespace}/${name}`);
    this.#note(
      `${titleOf(deployment)} is restarted: its pods came before their Pod Identity association counted, without AWS credentials.`,
    );
  }

  #note(text: string): void {
    this.#options.note(text);
  }
}
