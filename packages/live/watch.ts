import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, KubernetesObject, ListWatch, Watch } from "@kubernetes/client-node";
import { titleOf } from "../kro/index.ts";
import { ApiError, isForbidden } from "./apiError.ts";
import { type Ask, apiServer } from "./apiServer.ts";
import { type Discovery, discovery } from "./discovery.ts";
import { itemsOf, type ObjectList } from "./kubernetesClient.ts";
import type { EventObject, LiveObject } from "./liveObject.ts";

/** What is followed: one object, or all of a kind in a namespace. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name?: string;
}

/** A target with the informer that had the last list of it. */
interface Followed {
  readonly target: Target;
  informer?: ListWatch<KubernetesObject>;
  /** Why it could not be asked for, the last time. */
  error?: Error;
  /** Ends the present attempt. */
  fail?: (error: Error) => void;
  /** The API server has answered for it once, or could not. */
  isAnswered?: true;
}

const keyOf = ({ apiVersion, kind, namespace, name }: Target): string =>
  JSON.stringify([apiVersion, kind, namespace, name]);

/** Seconds until the API server must have answered with a list. */
const TIMEOUT = 15;

/**
 * Follows objects of a cluster, by informers of @kubernetes/client-node. Around them is what they leave to others: to
 * wait for a kind that is not served yet, and to begin again after a failure. A cluster that doesn't answer is asked
 * again, and never an error.
 */
export class Watcher {
  readonly #config: KubeConfig;
  readonly #changed: () => void;
  readonly #retry: number;
  readonly #stop = new AbortController();
  readonly #first: Promise<void>[] = [];
  readonly #followed = new Map<string, Followed>();
  readonly #ask: Ask;
  readonly #pathOf: Discovery;

  /**
   * @param changed - called after every change that is seen.
   * @param retry - milliseconds until an informer that failed, or that has no API yet, is begun again.
   */
  constructor(config: KubeConfig, changed: () => void, retry = 1000) {
    this.#config = config;
    this.#retry = retry;
    this.#changed = changed;
    this.#ask = apiServer(config, this.#stop.signal, TIMEOUT);
    this.#pathOf = discovery(this.#ask);
  }

  /** Everything as it was last seen, without Events. */
  get objects(): LiveObject[] {
    return this.#all().filter(({ kind }) => kind !== "Event");
  }

  /** Warnings of the namespaces whose Events are followed. */
  get warnings(): EventObject[] {
    const events = this.#all().filter(({ kind }) => kind === "Event") as unknown as EventObject[];
    return events.filter(({ type }) => type === "Warning");
  }

  /** What can't be seen now, and why: sentences, none twice. */
  get problems(): string[] {
    const sentences = [...this.#followed.values()].flatMap(({ target: { kind, namespace, name }, error }) => {
      if (!error) return [];
      const title = titleOf({ kind, metadata: { namespace, name: name ?? "*" } });
      return isForbidden(error)
        ? `${title} can't be seen: ${error.message}.`
        : `The cluster could not be asked: ${error.message}.`;
    });
    return [...new Set(sentences)];
  }

  #all = (): LiveObject[] =>
    [...this.#followed.values()].flatMap(
      ({ informer }) => (informer?.list() ?? []) as unknown as readonly LiveObject[],
    );

  /** From now on follows what is not followed yet. */
  follow(target: Target): void {
    const key = keyOf(target);
    if (this.#followed.has(key)) return;
    const followed: Followed = { target };
    this.#followed.set(key, followed);
    const first = new Promise<void>((answered) => void this.#run(followed, answered));
    this.#first.push(
      first.then(() => {
        followed.isAnswered = true;
        this.#changed();
      }),
    );
  }

  /** Whether a target that is followed has been looked at: until then nothing is known of it. */
  hasLooked(target: Target): boolean {
    return this.#followed.get(keyOf(target))?.isAnswered === true;
  }

  /** When every first list is in, or could not be had; at the latest after 10 seconds. */
  async answered(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, 10_000).unref());
    await Promise.race([Promise.all(this.#first), late]);
  }

  stop(): void {
    this.#stop.abort();
    for (const { informer, fail } of this.#followed.values()) {
      void informer?.stop();
      fail?.(new Error("stopped"));
    }
  }

  async #run(followed: Followed, answered: () => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#attempt(followed, answered).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) followed.error = asError(error);
      });
      answered();
      await sleep(this.#retry, undefined, { ref: false });
    }
  }

  /** Returns when the kind isn't served, and throws when the informer fails. */
  async #attempt(followed: Followed, answered: () => void): Promise<void> {
    const path = await this.#pathOf(followed.target);
    if (path === undefined) {
      followed.informer = undefined;
      followed.error = undefined;
      return;
    }
    const failed = new Promise<never>((_, fail) => {
      followed.fail = fail;
    });
    failed.catch(() => {});
    // A new one lists anew, so that whoever may list, but not watch, sees what changes too.
    const informer = await this.#informer(followed, path);
    await informer.start();
    if (informer.latestResourceVersion() !== "") {
      followed.informer = informer;
      this.#changed();
    }
    if (this.#stop.signal.aborted) return void informer.stop();
    await Promise.race([failed, undefined]);
    followed.error = undefined;
    answered();
    await failed;
  }

  /** A ListWatch and no makeInformer, which takes no fields to select by. It keeps objects as they come: no field is lost. */
  async #informer(followed: Followed, path: string): Promise<ListWatch<KubernetesObject>> {
    const { ListWatch, Watch } = await import("@kubernetes/client-node");
    const { target } = followed;
    const selector = target.name === undefined ? undefined : `metadata.name=${target.name}`;
    const query = selector === undefined ? "" : `?fieldSelector=${encodeURIComponent(selector)}`;
    const list = async () => {
      const found = await this.#ask<ObjectList>("GET", path + query);
      if (!found) throw new ApiError(`the API server no longer has ${path}`, 404);
      return { ...found, items: itemsOf(found, target) };
    };
    const watch = unfailing(new Watch(this.#config), this.#stop.signal);
    const informer = new ListWatch(path, watch, list as never, false, undefined, selector, {
      delayFn: (milliseconds: number) => sleep(milliseconds, undefined, { ref: false }),
    });
    informer.on("change", this.#changed);
    informer.on("error", (error: unknown) => followed.fail?.(asError(error)));
    return informer;
  }
}

/**
 * A ListWatch that begins its watch again leaves what that throws to nobody, and one that is stopped just then goes on:
 * here a failure is one of the watch, and no watch begins after the end.
 */
function unfailing(watch: Watch, signal: AbortSignal): Watch {
  const begin = watch.watch.bind(watch);
  watch.watch = async (path, query, seen, done) => {
    try {
      signal.throwIfAborted();
      const request = await begin(path, query, seen, done);
      if (signal.aborted) request.abort();
      return request;
    } catch (error) {
      done(error);
      return new AbortController();
    }
  };
  return watch;
}

/** What the client calls an error, with the status that the API server answered with. */
function asError(error: unknown): Error {
  const { statusCode, cause, message } = error as { statusCode?: number; cause?: unknown; message?: string };
  if (statusCode !== undefined) return new ApiError(`the API server answered with HTTP ${statusCode}`, statusCode);
  if (cause instanceof Error) return cause;
  return error instanceof Error ? error : new Error(message ?? String(error));
}
