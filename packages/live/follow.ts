import { setTimeout as sleep } from "node:timers/promises";
import type { KubeConfig, KubernetesObject, ListWatch, Watch } from "@kubernetes/client-node";
import { ApiError } from "./apiError.ts";
import type { Ask } from "./apiServer.ts";
import type { Discovery } from "./discovery.ts";
import { withoutFieldsWritten } from "./fieldManagers.ts";
import { itemsOf, type ObjectList } from "./kubernetesClient.ts";
import type { LiveObject } from "./liveObject.ts";

/** Labels: each with its value, or `true` where the label is there with whatever value. */
export type Labels = Readonly<Record<string, string | true>>;

/** What one watch is of: one object, or those of a kind, in a namespace or in all of them. */
export interface Scope {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** That all of them have. Default: any. */
  readonly labels?: Labels | undefined;
}

/** What all watches of a cluster share. */
export interface Means {
  readonly config: KubeConfig;
  readonly ask: Ask;
  readonly pathOf: Discovery;
  /** Milliseconds until a watch that failed, or that has no API yet, is begun again. */
  readonly retry: number;
  /** Called after every change that is seen. */
  readonly changed: () => void;
}

/** Follows the objects of one scope, until it is stopped, by an informer of @kubernetes/client-node. */
export class Follow {
  readonly scope: Scope;
  /** When the API server has answered once, or could not. */
  readonly first: Promise<void>;
  readonly #means: Means;
  readonly #stop = new AbortController();
  #informer: ListWatch<KubernetesObject> | undefined;
  #error: Error | undefined;
  /** Ends the present attempt. */
  #fail: ((error: Error) => void) | undefined;
  #isAnswered = false;

  constructor(scope: Scope, means: Means) {
    this.scope = scope;
    this.#means = means;
    this.first = new Promise<void>((answered) => void this.#run(answered)).then(() => {
      this.#isAnswered = true;
    });
  }

  /** Why it could not be asked for, the last time. */
  get error(): Error | undefined {
    return this.#error;
  }

  get isAnswered(): boolean {
    return this.#isAnswered;
  }

  /** As they were last seen. */
  get objects(): readonly LiveObject[] {
    return (this.#informer?.list() ?? []) as unknown as readonly LiveObject[];
  }

  stop(): void {
    this.#stop.abort();
    void this.#informer?.stop();
    this.#fail?.(new Error("stopped"));
  }

  async #run(answered: () => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#attempt(answered).catch((error: unknown) => {
        if (!this.#stop.signal.aborted) this.#error = asError(error);
      });
      answered();
      await sleep(this.#means.retry, undefined, { ref: false });
    }
  }

  /** Returns when the kind isn't served, and throws when the informer fails. */
  async #attempt(answered: () => void): Promise<void> {
    const path = await this.#means.pathOf(this.scope);
    if (path === undefined) {
      this.#informer = undefined;
      this.#error = undefined;
      return;
    }
    const failed = new Promise<never>((_, fail) => {
      this.#fail = fail;
    });
    failed.catch(() => {});
    // A new one lists anew, so that whoever may list, but not watch, sees what changes too.
    const informer = await this.#makeInformer(path);
    await informer.start();
    if (informer.latestResourceVersion() !== "") {
      this.#informer = informer;
      this.#means.changed();
    }
    if (this.#stop.signal.aborted) return void informer.stop();
    await Promise.race([failed, undefined]);
    this.#error = undefined;
    answered();
    await failed;
  }

  /** A ListWatch and no makeInformer, which takes no fields to select by. It keeps objects as they come: no field is lost. */
  async #makeInformer(path: string): Promise<ListWatch<KubernetesObject>> {
    const { ListWatch, Watch } = await import("@kubernetes/client-node");
    const { ask, config, changed } = this.#means;
    const [fields, labels] = [fieldSelector(this.scope), labelSelector(this.scope)];
    const query = new URLSearchParams({
      ...(fields !== undefined && { fieldSelector: fields }),
      ...(labels !== undefined && { labelSelector: labels }),
    }).toString();
    const list = async () => {
      const found = await ask<ObjectList>("GET", query === "" ? path : `${path}?${query}`);
      if (!found) throw new ApiError(`the API server no longer has ${path}`, 404);
      return { ...found, items: itemsOf(found, this.scope).map(withoutFieldsWritten) };
    };
    const watch = unfailing(new Watch(config), this.#stop.signal);
    const informer = new ListWatch(path, watch, list as never, false, labels, fields, {
      delayFn: (milliseconds: number) => sleep(milliseconds, undefined, { ref: false }),
    });
    informer.on("change", changed);
    informer.on("error", (error: unknown) => this.#fail?.(asError(error)));
    return informer;
  }
}

/** Of Events only warnings tell what is wrong. */
const fieldSelector = ({ apiVersion, kind, name }: Scope): string | undefined =>
  name !== undefined ? `metadata.name=${name}` : apiVersion === "v1" && kind === "Event" ? "type=Warning" : undefined;

function labelSelector({ labels = {} }: Scope): string | undefined {
  const parts = Object.entries(labels).map(([label, value]) => (value === true ? label : `${label}=${value}`));
  return parts.length > 0 ? parts.join() : undefined;
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
      const request = await begin(
        path,
        query,
        (phase, object, event) => seen(phase, withoutFieldsWritten(object), event),
        done,
      );
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
