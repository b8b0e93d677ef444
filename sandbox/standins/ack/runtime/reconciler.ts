import { setTimeout as sleep } from "node:timers/promises";
import {
  ADOPTED,
  type AdoptionPolicy,
  adoptionFields,
  adoptionPolicy,
  isAdopted,
  isDeletedWith,
  isReadOnly,
  refuseUnimplemented,
} from "./annotations.ts";
import { isAwsError } from "./awsErrors.ts";
import { ensureConditions, failed, setNotManaged, setReferences, syncedStatus } from "./conditions.ts";
import type { AckObject, Kind } from "./kind.ts";
import { InTerminalCondition, NotFound, type Outcome, Requeue } from "./outcome.ts";
import type { Store } from "./store.ts";

const READ_AFTER_CREATE_TIMEOUT_MS = 10_000;
const OUT_OF_SYNC_REQUEUE_MS = 30_000;

/**
 * The order of steps in ACK's runtime, for one kind of object: what it writes when, and when it comes back. Its
 * surprises are kept, see README.md in the folder above.
 * @see https://github.com/aws-controllers-k8s/runtime
 */
export class Reconciler<T extends AckObject> {
  readonly #store: Store<T>;
  readonly #kind: Kind<T>;
  readonly #resyncMs: number;

  constructor(store: Store<T>, kind: Kind<T>, resyncMs: number) {
    this.#store = store;
    this.#kind = kind;
    this.#resyncMs = resyncMs;
  }

  /**
   * Brings one object and what it is in AWS together.
   * @returns milliseconds until the next look, undefined for "when the object changes"
   * @throws an error that asks for a retry with back-off; a Requeue without a delay does so too
   */
  async reconcile(namespace: string, name: string): Promise<number | undefined> {
    const object = await this.#store.get(namespace, name);
    if (!object) return undefined;
    const { latest, error } = object.metadata.deletionTimestamp ? await this.#delete(object) : await this.#sync(object);
    if (latest) await this.#store.patchStatus(object, latest);
    if (error instanceof InTerminalCondition) return undefined;
    if (error instanceof Requeue && error.afterMs !== undefined) return error.afterMs;
    if (error) throw error;
    if (!latest || object.metadata.deletionTimestamp) return undefined;
    return syncedStatus(latest) === "True" ? this.#resyncMs : OUT_OF_SYNC_REQUEUE_MS;
  }

  async #sync(object: T): Promise<Outcome<T>> {
    const desired = structuredClone(object);
    desired.status.conditions = [];
    const outcome = await this.#syncObject(desired).catch((error: Error) => failed(desired, error));
    const { latest, error } = outcome;
    if (latest) ensureConditions(latest, error, this.#kind.isSynced(latest));
    return outcome;
  }

  async #syncObject(desired: T): Promise<Outcome<T>> {
    refuseUnimplemented(desired);
    const policy = adoptionPolicy(desired);
    const adopting = isAdopted(desired) || this.#isManaged(desired) ? undefined : policy;
    const readOnly = isReadOnly(desired);

    const { object: resolved, hasReferences, error: unresolved } = await this.#kind.resolve(desired);
    if (hasReferences || unresolved) setReferences(resolved, unresolved);
    if (unresolved && adopting !== "adopt" && !readOnly) return { latest: resolved, error: unresolved };
    const populated = adopting ? this.#populated(desired, resolved, adopting) : resolved;
    const wanted = readOnly ? populated : this.#kind.withControllerTags(populated);

    const { latest, error } = await this.#kind.read(wanted);
    if (error instanceof NotFound) {
      // No status is written here: what an adopted object said last stays, even when AWS has long had nothing of it.
      if (adopting === "adopt" || isAdopted(desired)) return { error: new NotFound("adopted resource not found") };
      if (readOnly) return { error: new NotFound("read-only resource not found") };
      return this.#create(wanted);
    }
    if (error || !latest) return { latest, error };
    if (adopting === "adopt") return this.#adopt(desired, latest, adopting);
    if (readOnly) return { latest };
    if (adopting) return this.#adopt(desired, latest, adopting);
    return this.#update(wanted, latest);
  }

  /** "adopt" goes by the adoption fields alone; "adopt-or-create" goes by the spec, and what they say besides. */
  #populated(desired: T, resolved: T, policy: AdoptionPolicy): T {
    if (policy === "adopt") return this.#kind.populate(desired, adoptionFields(desired));
    try {
      const { status } = this.#kind.populate(desired, adoptionFields(desired));
      return { ...resolved, status };
    } catch {
      return resolved;
    }
  }

  async #create(wanted: T): Promise<Outcome<T>> {
    const managed = await this.#setManaged(wanted, true);
    const created = await this.#kind.create(managed);
    if (created.error || !created.latest) {
      if (isAwsError(created.error)) await this.#setManaged(managed, false);
      return created;
    }
    const observed = await this.#readAfterCreate(created.latest);
    if (observed.error) return { latest: created.latest, error: observed.error };
    const latest = { ...created.latest, status: observed.latest?.status ?? created.latest.status };
    await this.#patch(managed, latest);
    return { latest };
  }

  async #readAfterCreate(object: T): Promise<Outcome<T>> {
    const giveUpAt = Date.now() + READ_AFTER_CREATE_TIMEOUT_MS;
    for (let delay = 500; ; delay *= 1.5) {
      const observed = await this.#kind.read(object);
      if (!(observed.error instanceof NotFound) || Date.now() > giveUpAt) return observed;
      await sleep(delay);
    }
  }

  async #adopt(desired: T, found: T, policy: AdoptionPolicy): Promise<Outcome<T>> {
    const marked = structuredClone(desired);
    marked.metadata.finalizers = [...(desired.metadata.finalizers ?? []), this.#kind.finalizer];
    marked.metadata.annotations = { ...desired.metadata.annotations, [ADOPTED]: "true" };
    // "adopt" takes the spec from AWS, "adopt-or-create" holds AWS to the spec at the next look.
    if (policy === "adopt") marked.spec = found.spec;
    await this.#patch(desired, marked);
    const latest = { ...marked, status: found.status };
    if (policy === "adopt") return { latest };
    return { latest, error: new Requeue("adopted resource, requeuing to check for updates") };
  }

  async #update(wanted: T, found: T): Promise<Outcome<T>> {
    if (!this.#isManaged(found)) {
      setNotManaged(found);
      return { latest: found, error: new InTerminalCondition() };
    }
    const delta = this.#kind.delta(wanted, found);
    if (delta.length === 0) return { latest: found };
    const updated = await this.#kind.update(wanted, found, delta);
    if (updated.latest && !updated.error) await this.#patch(wanted, updated.latest);
    return updated;
  }

  async #delete(object: T): Promise<Outcome<T>> {
    if (!this.#isManaged(object)) return {};
    const ofNamespace = await this.#store.namespaceAnnotations(object.metadata.namespace);
    if (isDeletedWith(object, this.#kind.service, ofNamespace) && !isReadOnly(object)) {
      const resolved = await this.#kind.resolve(object);
      const { latest: observed, error } = await this.#kind.read(resolved.object);
      if (error && !(error instanceof NotFound)) return { error };
      if (observed) {
        const outcome = await this.#kind.delete(observed);
        if (outcome.error) return outcome;
      }
    }
    await this.#setManaged(object, false);
    return {};
  }

  #isManaged({ metadata }: T): boolean {
    return metadata.finalizers?.includes(this.#kind.finalizer) ?? false;
  }

  /** Puts ACK's finalizer on the object, or takes it away; the spec is not touched. */
  async #setManaged(object: T, managed: boolean): Promise<T> {
    const marked = structuredClone(object);
    const { finalizer } = this.#kind;
    const others = (object.metadata.finalizers ?? []).filter((other) => other !== finalizer);
    marked.metadata.finalizers = managed ? [...others, finalizer] : others;
    await this.#patch(object, marked);
    return marked;
  }

  async #patch(from: T, to: T): Promise<void> {
    await this.#store.patchMetadataAndSpec(this.#kind.declared(from), this.#kind.declared(to));
  }
}
