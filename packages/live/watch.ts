import type { KubeConfig } from "@kubernetes/client-node";
import { titleOf } from "../kro/index.ts";
import { isForbidden } from "./apiError.ts";
import { apiServer } from "./apiServer.ts";
import { discovery } from "./discovery.ts";
import { Follow, type Labels, type Means } from "./follow.ts";
import type { EventObject, LiveObject } from "./liveObject.ts";

/** What is followed: one object, or all of a kind in a namespace. */
export interface Target {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name?: string | undefined;
  /** That it has, or all of them: many targets of a kind are followed together by what they have in common. Default: none. */
  readonly labels?: Labels | undefined;
}

/** A target, and the watch that it is seen by. */
interface Followed {
  readonly target: Target;
  follow: Follow;
}

/** All targets of a kind, each seen by a watch of its own until there are too many for that. */
interface FollowedKind {
  readonly targets: Followed[];
  /** Watches on all that have certain labels, in every namespace. */
  readonly together: Follow[];
  /** They may not be followed together. */
  isApart: boolean;
}

const keyOf = ({ apiVersion, kind, namespace, name }: Target): string =>
  JSON.stringify([apiVersion, kind, namespace, name]);

/** Seconds until the API server must have answered with a list. */
const TIMEOUT = 15;

/**
 * How many targets of a kind have a watch each: what is asked for then is no more than what is wanted. A watch is a
 * connection that stays, so that more of them are followed by one watch on the kind, in every namespace.
 */
const APART = 10;

/**
 * Follows objects of a cluster, by informers of @kubernetes/client-node. Around them is what they leave to others: to
 * wait for a kind that is not served yet, and to begin again after a failure. A cluster that doesn't answer is asked
 * again, and never an error. Whoever may not list a kind in every namespace has a watch for each target of it.
 */
export class Watcher {
  readonly #means: Means;
  readonly #stop = new AbortController();
  readonly #first: Promise<unknown>[] = [];
  readonly #followed = new Map<string, Followed>();
  readonly #kinds = new Map<string, FollowedKind>();

  /**
   * @param changed - called after every change that is seen.
   * @param retry - milliseconds until an informer that failed, or that has no API yet, is begun again.
   */
  constructor(config: KubeConfig, changed: () => void, retry = 1000) {
    const ask = apiServer(config, this.#stop.signal, TIMEOUT);
    this.#means = { config, ask, pathOf: discovery(ask), retry, changed };
  }

  /** Everything that is followed, as it was last seen, without Events. */
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
    const sentences = [...this.#followed.values()].flatMap(({ target: { kind, namespace, name }, follow }) => {
      const { error } = follow;
      if (!error) return [];
      const title = titleOf({ kind, metadata: { namespace, name: name ?? "*" } });
      return isForbidden(error)
        ? `${title} can't be seen: ${error.message}.`
        : `The cluster could not be asked: ${error.message}.`;
    });
    return [...new Set(sentences)];
  }

  /** From now on follows what is not followed yet. */
  follow(...targets: readonly Target[]): void {
    const fresh = new Map(targets.map((target) => [keyOf(target), target]));
    for (const key of fresh.keys()) if (this.#followed.has(key)) fresh.delete(key);
    for (const ofKind of Map.groupBy(fresh.values(), kindOf).values()) this.#followKind(ofKind);
  }

  /** Whether a target that is followed has been looked at: until then nothing is known of it. */
  hasLooked(target: Target): boolean {
    return this.#followed.get(keyOf(target))?.follow.isAnswered === true;
  }

  /** When every first list is in, or could not be had; at the latest after 10 seconds. */
  async answered(): Promise<void> {
    const late = new Promise<void>((resolve) => setTimeout(resolve, 10_000).unref());
    await Promise.race([this.#allAnswered(), late]);
  }

  /** What could not be followed together is asked for once more. */
  async #allAnswered(): Promise<void> {
    for (let asked = 0; asked < this.#first.length; ) {
      asked = this.#first.length;
      await Promise.all(this.#first);
    }
  }

  stop(): void {
    this.#stop.abort();
    for (const follow of this.#follows()) follow.stop();
  }

  /** Each watch once. */
  #follows = (): Set<Follow> =>
    new Set(
      [...this.#kinds.values()].flatMap(({ targets, together }) => [
        ...targets.map(({ follow }) => follow),
        ...together,
      ]),
    );

  #all = (): LiveObject[] =>
    [...new Set([...this.#followed.values()].map(({ follow }) => follow))].flatMap((follow) =>
      isAlone(follow) ? follow.objects : follow.objects.filter((object) => this.#isFollowed(object)),
    );

  #isFollowed({ apiVersion, kind, metadata: { namespace, name } }: LiveObject): boolean {
    const ways: readonly Target[] = [
      { apiVersion, kind, namespace, name },
      { apiVersion, kind, namespace },
      { apiVersion, kind },
    ];
    return ways.some((target) => this.#followed.has(keyOf(target)));
  }

  /** @param targets - of one kind. */
  #followKind(targets: readonly Target[]): void {
    const key = kindOf(targets[0]!);
    const kind = this.#kinds.get(key) ?? { targets: [], together: [], isApart: false };
    this.#kinds.set(key, kind);
    const alone: Target[] = [];
    for (const target of targets) {
      const follow = kind.together.find(({ scope }) => hasAll(target, scope.labels));
      if (follow) this.#add(kind, target, follow);
      else alone.push(target);
    }
    const others = kind.targets.filter(({ follow }) => isAlone(follow));
    if (alone.length === 0) return;
    if (kind.isApart || others.length + alone.length <= APART) {
      for (const target of alone) this.#add(kind, target, this.#begin(target));
      return;
    }
    const { apiVersion, kind: name } = targets[0]!;
    const labels = inCommon([...others.map(({ target }) => target), ...alone]);
    const together = this.#begin({ apiVersion, kind: name, labels });
    kind.together.push(together);
    for (const target of alone) this.#add(kind, target, together);
    this.#first.push(together.first.then(() => this.#settle(kind, together, others)));
  }

  /** What was followed alone is followed with the others now; or all of them alone, where nobody may see them together. */
  #settle(kind: FollowedKind, together: Follow, others: readonly Followed[]): void {
    if (this.#stop.signal.aborted) return;
    if (!together.error || !isForbidden(together.error)) {
      for (const one of others) {
        one.follow.stop();
        one.follow = together;
      }
    } else {
      together.stop();
      kind.together.splice(kind.together.indexOf(together), 1);
      kind.isApart = true;
      for (const one of kind.targets) if (one.follow === together) one.follow = this.#begin(one.target);
    }
    this.#means.changed();
  }

  #add(kind: FollowedKind, target: Target, follow: Follow): void {
    const one = { target, follow };
    kind.targets.push(one);
    this.#followed.set(keyOf(target), one);
  }

  #begin(scope: Target): Follow {
    // What a target has is not asked of one that is named: it may have it later.
    const { labels, ...named } = scope;
    const follow = new Follow(isSpecific(scope) ? named : scope, this.#means);
    this.#first.push(follow.first.then(this.#means.changed));
    return follow;
  }
}

const kindOf = ({ apiVersion, kind }: Target): string => JSON.stringify([apiVersion, kind]);

/** Whether it is of one object, or of one namespace. */
const isSpecific = ({ namespace, name }: Target): boolean => (namespace ?? name) !== undefined;
const isAlone = ({ scope }: Follow): boolean => isSpecific(scope);

const hasAll = ({ labels = {} }: Target, wanted: Labels = {}): boolean =>
  Object.entries(wanted).every(([label, value]) => labels[label] === value || (value === true && label in labels));

/** The labels that all have: with a value where it is the same. */
function inCommon([first, ...others]: readonly Target[]): Labels {
  const shared = Object.entries(first?.labels ?? {}).filter(([label]) =>
    others.every(({ labels = {} }) => label in labels),
  );
  return Object.fromEntries(
    shared.map(([label, value]) => [label, others.every(({ labels }) => labels![label] === value) ? value : true]),
  );
}
