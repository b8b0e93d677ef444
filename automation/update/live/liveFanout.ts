import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import type { Value } from "../../../packages/kro/index.ts";
import {
  instanceChanges,
  lookUpDefinitions,
  type Plan,
  type PlannedDefinition,
  plannedDefinitions,
  plannedInstances,
  type Step,
  toChanges,
} from "../../../packages/kro-preview/index.ts";
import type { ClusterClient, Target } from "../../../packages/live/index.ts";
import {
  type ManagedStack,
  type StackState,
  shippedDefinition,
  splitByCluster,
  unmaskSteps,
} from "../../stack/index.ts";
import type { Evidence } from "../causes/cause.ts";
import { type Awaited, evidenceOf, objectsOf } from "./awaited.ts";
import { Batches } from "./batches.ts";
import { associationsOf } from "./credentialUsers.ts";
import { followedInstance, targetOf, targetsOf } from "./followed.ts";
import type { FollowedInstance } from "./progress.ts";
import { type KubeConfigOf, Reach, type Reached } from "./reach.ts";
import type { Snapshot } from "./snapshot.ts";
import { States, Views } from "./views.ts";

const DEFINITION = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" };

/** Whose update is followed, and how its cluster is reached. */
export interface FollowOptions {
  readonly project: string;
  readonly stack: string;
  readonly kubeConfig: KubeConfigOf;
  /** The stack as it was before the update, with secrets shown: it has texts that Pulumi masks. */
  readonly state: StackState;
  /** Called soon after a change that is seen in the cluster; once for several of them. */
  readonly onChange: () => void;
  /** Called with a sentence about what can't be shown, and why. */
  readonly note: (text: string) => void;
}

/** Milliseconds from a change to when it is told of. */
const SOON = 100;
/**
 * Follows an update in the cluster: from the step on in which Pulumi begins with an instance or an RGD. An update goes
 * on just the same when the cluster can't be reached from here. What is in another cluster than the first of them is
 * noted, and not followed.
 */
export class LiveFanout {
  readonly #options: FollowOptions;
  readonly #steps: Step[] = [];
  readonly #followed = new Map<string, FollowedInstance>();
  /** By URN. */
  readonly #awaited = new Map<string, Awaited>();
  readonly #noted = new Set<string>();
  readonly #stop = new AbortController();
  /** What is being begun with. */
  readonly #begun: Promise<void>[] = [];
  #isPartial = false;
  #isBlind = false;
  readonly #reach: Reach;
  readonly #states = new States();
  /** Of what was seen last; undefined where that is not the last any more. */
  #views: Views | undefined;
  #told: NodeJS.Timeout | undefined;
  readonly #batches = new Batches(
    (urns) => this.#follow(urns).catch((error: Error) => this.#note(`The fan-out can't be shown: ${error.message}`)),
    this.#stop.signal,
  );

  constructor(options: FollowOptions) {
    this.#options = options;
    this.#reach = new Reach(options.kubeConfig, this.#changed, this.#stop.signal);
  }

  /** To be called with each of the engine's events. */
  readonly onEvent = ({ resourcePreEvent }: EngineEvent): void => {
    const metadata = resourcePreEvent?.metadata as Step | undefined;
    if (!metadata) return;
    // What goes in a replacement: the first of its steps, where what comes can't be there beside it.
    const step = metadata.op === "delete-replaced" ? { ...metadata, op: "delete" } : metadata;
    this.#steps.push(step);
    const isDefinition = step.type === `kubernetes:${DEFINITION.apiVersion}:${DEFINITION.kind}`;
    if (step.op === "same" || (!isDefinition && instanceChanges([step], []).possible.length === 0)) return;
    this.#begun.push(this.#batches.add(step.urn).then(() => this.#noteProblems()));
  };

  /** When the cluster has answered for every step so far, or after some seconds: an update may fail before it has. */
  async answered(): Promise<void> {
    await Promise.all(this.#begun);
  }

  /** Follows all that a state holds, without an update. Returns when the cluster has answered, or after some seconds. */
  async followState({ resources, masked }: ManagedStack): Promise<void> {
    await this.#follow(
      resources.map(({ urn }) => urn),
      masked,
    );
    await this.#noteProblems();
  }

  snapshot(): Snapshot {
    const objects = this.#reach.watcher?.objects ?? [];
    const followed = [...this.#followed.values()];
    const views = followed.map((instance) => ({ instance, objects: this.#seen().of(instance) }));
    const looked = views.filter(({ instance }) => this.#reach.watcher?.hasLooked(targetOf(instance)));
    const instances = looked.map((view) => this.#states.of(view.instance, view.objects));
    return { instances, views, followed, objects, warnings: this.#reach.watcher?.warnings ?? [] };
  }

  #seen(): Views {
    this.#views ??= new Views(this.#reach.watcher?.objects ?? []);
    return this.#views;
  }

  readonly #changed = (): void => {
    this.#views = undefined;
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      if (!this.#stop.signal.aborted) this.#options.onChange();
    }, SOON).unref();
  };

  /** The cluster that is followed; undefined before there is one, and where it can't be reached. */
  async cluster(): Promise<ClusterClient | undefined> {
    return (await this.#reach.reached)?.client;
  }

  /**
   * What the cluster says of an instance or an RGD that Pulumi works on. Undefined for what is not followed, and until it
   * is as this update declares it.
   */
  readonly evidenceOf = (urn: string): Evidence | undefined => {
    const awaited = this.#awaited.get(urn);
    return awaited && evidenceOf(awaited, this.#seen().find(objectsOf(awaited)));
  };

  /**
   * The same, asked for anew.
   *
   * @throws Error of a cluster that does not answer.
   */
  readonly freshEvidenceOf = async (urn: string): Promise<Evidence | undefined> => {
    const awaited = this.#awaited.get(urn);
    const client = await this.cluster();
    if (!awaited || !client) return undefined;
    const found = await Promise.all(objectsOf(awaited).map((object) => client.get(object)));
    return evidenceOf(
      awaited,
      found.filter((object) => object !== undefined),
    );
  };

  /** Whether something could not be looked at, and a note says why. */
  get isBlind(): boolean {
    return this.#isBlind || (this.#reach.watcher?.problems ?? []).length > 0;
  }

  /** Whether something is in another cluster, and not followed. */
  get isPartial(): boolean {
    return this.#isPartial;
  }

  /** Nothing is noted any more. */
  stop(): void {
    this.#stop.abort();
    this.#reach.watcher?.stop();
  }

  async #noteProblems(): Promise<void> {
    await this.#reach.watcher?.answered();
    for (const problem of this.#reach.watcher?.problems ?? []) this.#note(problem);
  }

  /** Each step of a kind that can't be looked at would say so. */
  readonly #note = (text: string): void => {
    if (this.#stop.signal.aborted) return;
    if (!this.#noted.has(text)) this.#options.note(text);
    this.#noted.add(text);
  };

  async #follow(urns: readonly string[], given?: Plan): Promise<void> {
    const all = given ?? (await this.#plan());
    const reached = await this.#reach.by(all).catch((error: Error) => {
      this.#isBlind = true;
      this.#note(`What kro does can't be shown: ${error.message}.`);
    });
    if (!reached) return;
    const { watcher, config } = reached;
    const { here, elsewhere } = await splitByCluster(all, config, (provider) => this.#reach.kubeConfig(all, provider));
    for (const { title, where } of elsewhere.filter(({ urn }) => urns.includes(urn))) {
      this.#isPartial = true;
      this.#note(`${title} is ${where}, and was not looked at: one command looks into one cluster.`);
    }
    const plan = here(all);
    const wanted = new Set(urns);
    const own = plannedDefinitions(plan, this.#note);
    for (const { name, change, after } of own) {
      if (!change || !wanted.has(change.urn)) continue;
      const awaited = { ...DEFINITION, namespace: undefined, name };
      this.#awaited.set(change.urn, { awaited, spec: after?.spec as Value | undefined });
      watcher.follow({ ...DEFINITION, name });
    }
    const definitions = [...own, ...(await this.#foreign(plan, own, reached))];
    const associations = associationsOf(all);
    const targets: Target[] = [];
    for (const instance of plannedInstances(plan, definitions, this.#note)) {
      if (!wanted.has(instance.change.urn)) continue;
      const followed = followedInstance(instance, associations, this.#note);
      this.#followed.set(instance.id, followed);
      this.#awaited.set(instance.change.urn, {
        awaited: followed,
        spec: instance.after && (instance.after.spec ?? {}),
      });
      targets.push(...targetsOf(followed));
    }
    watcher.follow(...targets);
    this.#changed();
  }

  /** The RGDs that are not in the stack, and that something in it may need. */
  async #foreign(plan: Plan, own: readonly PlannedDefinition[], { source }: Reached): Promise<PlannedDefinition[]> {
    const lookups = await lookUpDefinitions(plan, own, [source, shippedDefinition]);
    for (const { definition, others } of lookups) {
      const problems = others.flatMap(({ problem }) => problem ?? []);
      if (problems.length > 0 && !definition) this.#isBlind = true;
      for (const problem of problems) this.#note(`RGDs of other stacks can't be looked at: ${problem}.`);
    }
    return lookups.flatMap(({ definition }) => definition ?? []);
  }

  async #plan(): Promise<Plan> {
    const { project, stack, state } = this.#options;
    return { project, stack, changes: toChanges(await unmaskSteps([...this.#steps], async () => state)) };
  }
}
