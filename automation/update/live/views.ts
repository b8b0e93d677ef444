import { identityOf } from "../../../packages/kro/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";
import { type FollowedInstance, type FollowedObject, type InstanceState, instanceState } from "./progress.ts";

/** Among all that was seen in a cluster, what belongs to one instance: hundreds of them are not looked through for each. */
export class Views {
  readonly #byIdentity = new Map<string, LiveObject>();
  readonly #pods: ReadonlyMap<string | undefined, readonly LiveObject[]>;

  constructor(objects: readonly LiveObject[]) {
    for (const object of objects) {
      const identity = identityOf(object);
      if (!this.#byIdentity.has(identity)) this.#byIdentity.set(identity, object);
    }
    const pods = objects.filter(({ kind }) => kind === "Pod");
    this.#pods = Map.groupBy(pods, ({ metadata }) => metadata.namespace);
  }

  /** Those that are there. */
  find(wanted: readonly FollowedObject[]): LiveObject[] {
    return wanted.flatMap(
      ({ apiVersion, kind, namespace, name }) =>
        this.#byIdentity.get(identityOf({ apiVersion, kind, metadata: { namespace, name } })) ?? [],
    );
  }

  /** The instance, its children, and the pods where it has Deployments. */
  of(instance: FollowedInstance): LiveObject[] {
    const workloads = instance.children.filter(({ kind }) => kind === "Deployment");
    const namespaces = new Set(workloads.map(({ namespace }) => namespace));
    return [
      ...this.find([instance, ...instance.children]),
      ...[...namespaces].flatMap((namespace) => this.#pods.get(namespace) ?? []),
    ];
  }
}

/** How far instances are; what is as it was before is not worked out again. */
export class States {
  readonly #known = new WeakMap<
    FollowedInstance,
    { readonly objects: readonly LiveObject[]; readonly state: InstanceState }
  >();

  of(instance: FollowedInstance, objects: readonly LiveObject[]): InstanceState {
    const known = this.#known.get(instance);
    if (known?.objects.length === objects.length && objects.every((object, i) => object === known.objects[i])) {
      return known.state;
    }
    const state = instanceState(instance, objects);
    this.#known.set(instance, { objects, state });
    return state;
  }
}
