import { setTimeout as sleep } from "node:timers/promises";
import {
  ADOPTED,
  type AdoptionPolicy,
  adoptionPolicy,
  adoptionTableName,
  deletesTable,
  isAdopted,
  refuseUnimplemented,
} from "./annotations.ts";
import { isAwsError } from "./awsErrors.ts";
import { ensureConditions, failed, setNotManaged, syncedStatus } from "./conditions.ts";
import { specDelta } from "./delta.ts";
import type { DynamoTables } from "./dynamoTables.ts";
import { InTerminalCondition, NotFound, type Outcome, Requeue } from "./outcome.ts";
import type { TableStore } from "./store.ts";
import { FINALIZER, isManaged, type Table } from "./table.ts";

const READ_AFTER_CREATE_TIMEOUT_MS = 10_000;
const OUT_OF_SYNC_REQUEUE_MS = 30_000;

/**
 * The order of steps in ACK's runtime, for one kind of object: what it writes when, and when it comes back. Its
 * surprises are kept, see README.md beside this file.
 * @see https://github.com/aws-controllers-k8s/runtime
 */
export class Reconciler {
  readonly #store: TableStore;
  readonly #tables: DynamoTables;
  readonly #resyncMs: number;

  constructor(store: TableStore, tables: DynamoTables, resyncMs: number) {
    this.#store = store;
    this.#tables = tables;
    this.#resyncMs = resyncMs;
  }

  /**
   * Brings one Table and its DynamoDB table together.
   * @returns milliseconds until the next look, undefined for "when the object changes"
   * @throws an error that asks for a retry with back-off; a Requeue without a delay does so too
   */
  async reconcile(namespace: string, name: string): Promise<number | undefined> {
    const table = await this.#store.get(namespace, name);
    if (!table) return undefined;
    const { latest, error } = table.metadata.deletionTimestamp ? await this.#delete(table) : await this.#sync(table);
    if (latest) await this.#store.patchStatus(table, latest);
    if (error instanceof InTerminalCondition) return undefined;
    if (error instanceof Requeue && error.afterMs !== undefined) return error.afterMs;
    if (error) throw error;
    if (!latest || table.metadata.deletionTimestamp) return undefined;
    return syncedStatus(latest) === "True" ? this.#resyncMs : OUT_OF_SYNC_REQUEUE_MS;
  }

  async #sync(table: Table): Promise<Outcome> {
    const desired = structuredClone(table);
    desired.status.conditions = [];
    const outcome = await this.#syncTable(desired).catch((error: Error) => failed(desired, error));
    if (outcome.latest) ensureConditions(outcome.latest, outcome.error);
    return outcome;
  }

  async #syncTable(desired: Table): Promise<Outcome> {
    refuseUnimplemented(desired);
    const policy = adoptionPolicy(desired);
    const adopting = isAdopted(desired) || isManaged(desired) ? undefined : policy;
    const wanted = this.#tables.withControllerTags(desired);
    if (adopting === "adopt") wanted.spec.tableName = adoptionTableName(desired);

    const { latest, error } = await this.#tables.read(wanted);
    if (error instanceof NotFound) {
      // No status is written here: what an adopted table said last stays, even when the table is long gone.
      if (adopting === "adopt" || isAdopted(desired)) return { error: new NotFound("adopted resource not found") };
      return this.#create(desired, wanted);
    }
    if (error || !latest) return { latest, error };
    if (adopting) return this.#adopt(desired, latest, adopting);
    return this.#update(wanted, latest);
  }

  async #create(desired: Table, wanted: Table): Promise<Outcome> {
    const managed = await this.#setManaged(wanted, true);
    const created = await this.#tables.create(managed);
    if (created.error || !created.latest) {
      if (isAwsError(created.error)) await this.#setManaged(managed, false);
      return created;
    }
    const observed = await this.#readAfterCreate(created.latest);
    if (observed.error) return { latest: created.latest, error: observed.error };
    const latest = { ...created.latest, spec: desired.spec, status: observed.latest?.status ?? created.latest.status };
    return { latest };
  }

  async #readAfterCreate(table: Table): Promise<Outcome> {
    const giveUpAt = Date.now() + READ_AFTER_CREATE_TIMEOUT_MS;
    for (let delay = 500; ; delay *= 1.5) {
      const observed = await this.#tables.read(table);
      if (!(observed.error instanceof NotFound) || Date.now() > giveUpAt) return observed;
      await sleep(delay);
    }
  }

  async #adopt(desired: Table, found: Table, policy: AdoptionPolicy): Promise<Outcome> {
    const marked = structuredClone(desired);
    marked.metadata.finalizers = [...(desired.metadata.finalizers ?? []), FINALIZER];
    marked.metadata.annotations = { ...desired.metadata.annotations, [ADOPTED]: "true" };
    // "adopt" takes the spec from DynamoDB, "adopt-or-create" holds DynamoDB to the spec at the next look.
    if (policy === "adopt") marked.spec = this.#tables.withoutSystemTags(found).spec;
    await this.#store.patchMetadataAndSpec(desired, marked);
    const latest = { ...marked, status: found.status };
    if (policy === "adopt") return { latest };
    return { latest, error: new Requeue("adopted resource, requeuing to check for updates") };
  }

  async #update(wanted: Table, found: Table): Promise<Outcome> {
    if (!isManaged(found)) {
      setNotManaged(found);
      return { latest: found, error: new InTerminalCondition() };
    }
    const delta = specDelta(wanted.spec, found.spec);
    return delta.length > 0 ? this.#tables.update(wanted, found, delta) : { latest: found };
  }

  async #delete(table: Table): Promise<Outcome> {
    if (!isManaged(table)) return {};
    const namespaceAnnotations = await this.#store.namespaceAnnotations(table.metadata.namespace);
    if (deletesTable(table, namespaceAnnotations)) {
      const { latest: observed, error } = await this.#tables.read(table);
      if (error && !(error instanceof NotFound)) return { error };
      if (observed) {
        const outcome = await this.#tables.delete(observed);
        if (outcome.error) return outcome;
      }
    }
    await this.#setManaged(table, false);
    return {};
  }

  /** Puts ACK's finalizer on the object, or takes it away; the spec is not touched. */
  async #setManaged(table: Table, managed: boolean): Promise<Table> {
    const marked = structuredClone(table);
    const others = (table.metadata.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    marked.metadata.finalizers = managed ? [...others, FINALIZER] : others;
    await this.#store.patchMetadataAndSpec(table, marked);
    return marked;
  }
}
