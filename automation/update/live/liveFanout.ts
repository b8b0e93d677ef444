import type { KubeConfig } from "@kubernetes/client-node";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { render } from "../../../packages/kro/index.ts";
import {
  attempt,
  type Plan,
  type PlannedInstance,
  plannedDefinitions,
  plannedInstances,
  type Step,
  toChanges,
} from "../../../packages/kro-preview/index.ts";
import type { Observed, ObservedEvent } from "../../../packages/live/index.ts";
import { Observer, type Target } from "../../../packages/live/index.ts";
import type { ManagedStack } from "../../stack/index.ts";
import { type Expected, type ExpectedInstance, type InstanceState, instanceState } from "./state.ts";

const DEFINITION = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" };

/** Whose update is followed, and how its cluster is reached. */
export interface FollowOptions {
  readonly project: string;
  readonly stack: string;
  /** Folder of the project. */
  readonly cwd: string;
  /** How the cluster of a plan's instances is reached. */
  readonly kubeConfig: (plan: Plan) => Promise<KubeConfig>;
  /** Called after each change that is seen in the cluster. */
  readonly onChange: () => void;
  /** Called with a sentence about what can't be shown, and why. */
  readonly note: (text: string) => void;
}

/** What the cluster says of an update, beside Pulumi. */
export interface Snapshot {
  readonly instances: readonly InstanceState[];
  readonly expected: readonly ExpectedInstance[];
  readonly objects: readonly Observed[];
  readonly warnings: readonly ObservedEvent[];
}

/**
 * Follows an update in the cluster: from the step on in which Pulumi begins with an instance or an RGD. An update goes
 * on just the same when the cluster can't be reached from here.
 */
export class LiveFanout {
  readonly #options: FollowOptions;
  readonly #steps: Step[] = [];
  readonly #expected = new Map<string, ExpectedInstance>();
  #observer: Promise<Observer | undefined> | undefined;
  #reached: Observer | undefined;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  /** To be called with each of the engine's events. */
  readonly onEvent = ({ resourcePreEvent }: EngineEvent): void => {
    const step = resourcePreEvent?.metadata as Step | undefined;
    if (!step) return;
    this.#steps.push(step);
    if (step.op === "same" || !/^kubernetes:kro\.run\//.test(step.type)) return;
    void this.#follow([step.urn]).catch((error: Error) =>
      this.#options.note(`The fan-out can't be shown: ${error.message}`),
    );
  };

  /** Follows all that a state holds, without an update. Returns when the cluster has answered, or after some seconds. */
  async followState({ resources, masked }: ManagedStack): Promise<void> {
    await this.#follow(
      resources.map(({ urn }) => urn),
      masked,
    );
    await this.#reached?.answered();
  }

  snapshot(): Snapshot {
    const objects = this.#reached?.objects ?? [];
    const expected = [...this.#expected.values()];
    const instances = expected.map((instance) => instanceState(instance, objects));
    return { instances, expected, objects, warnings: this.#reached?.warnings ?? [] };
  }

  /** Why the cluster could not be asked, if so. */
  get problem(): string | undefined {
    return this.#reached?.problem;
  }

  stop(): void {
    this.#reached?.stop();
  }

  async #follow(urns: readonly string[], plan = this.#plan()): Promise<void> {
    const { cwd, note } = this.#options;
    const observer = await this.#connect(plan);
    if (!observer) return;
    const quiet = () => {};
    const definitions = plannedDefinitions(plan, quiet);
    for (const { name, change } of definitions) {
      if (change && urns.includes(change.urn)) observer.follow({ ...DEFINITION, name });
    }
    const instances = await plannedInstances(plan, definitions, { cwd }, quiet);
    for (const instance of instances.filter(({ change }) => urns.includes(change.urn))) {
      const expected = expectedOf(instance, note);
      this.#expected.set(instance.id, expected);
      for (const target of targetsOf(expected)) observer.follow(target);
    }
    this.#options.onChange();
  }

  #plan(): Plan {
    const { project, stack } = this.#options;
    return { project, stack, changes: toChanges(this.#steps) };
  }

  #connect(plan: Plan): Promise<Observer | undefined> {
    this.#observer ??= this.#options.kubeConfig(plan).then(
      (config) => {
        this.#reached = new Observer(config, this.#options.onChange);
        return this.#reached;
      },
      (error: Error) => {
        this.#options.note(`What kro does can't be shown, and Pulumi goes on: ${error.message}.`);
        return undefined;
      },
    );
    return this.#observer;
  }
}

/** The instance of a step, and the children that the RGD makes of it. */
function expectedOf(
  { id, before, after, definition }: PlannedInstance,
  note: (text: string) => void,
): ExpectedInstance {
  const { apiVersion, kind, metadata } = (after ?? before)!;
  const rendering = attempt(() => render((definition.after ?? definition.before)!, (after ?? before)!));
  if (rendering instanceof Error) note(`The children of ${id} can't be shown: ${rendering.message}.`);
  const children = rendering instanceof Error ? [] : rendering.children;
  return {
    apiVersion,
    kind,
    namespace: metadata.namespace,
    name: metadata.name,
    children: children.flatMap(({ node, wave, object }): Expected[] => {
      const { name, namespace } = object.metadata;
      if (typeof name !== "string" || (namespace !== undefined && typeof namespace !== "string")) return [];
      return [{ apiVersion: object.apiVersion, kind: object.kind, name, namespace, node, wave }];
    }),
  };
}

/** The instance and its children, and what tells more of them: pods, and Events of every namespace among them. */
function targetsOf(instance: ExpectedInstance): Target[] {
  const { children } = instance;
  const identity = ({ apiVersion, kind, namespace, name }: Omit<Expected, "node" | "wave">): Target => ({
    apiVersion,
    kind,
    namespace,
    name,
  });
  const core = (kind: string, namespace: string | undefined): Target => ({ apiVersion: "v1", kind, namespace });
  const namespaces = [...new Set(children.flatMap(({ namespace }) => namespace ?? []))];
  return [
    identity(instance),
    ...children.map(identity),
    ...children.filter(({ kind }) => kind === "Deployment").map(({ namespace }) => core("Pod", namespace)),
    ...namespaces.map((namespace) => core("Event", namespace)),
  ];
}
