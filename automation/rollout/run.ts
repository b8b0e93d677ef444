import { count, list } from "../../packages/console/index.ts";
import type { Definition } from "../../packages/kro/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { markOf, type Phase, type RolloutRecord, recordOf } from "../hold/index.ts";
import type { SelectedStack } from "../stack/index.ts";
import { explainAbsent } from "./absent.ts";
import { changeDefinition, Locked, restoreDefinition, untilServed } from "./definition.ts";
import { Halt, type Halted } from "./halt.ts";
import { hold, instancesOf, letGo, untilSeen, withKnown } from "./instances.ts";
import { assertOwn, assertUnchanged, endRecord, writeHalt, writeRecord } from "./journal.ts";
import { idOf, type Place, RGD, turnOf } from "./place.ts";
import { Progress } from "./progress.ts";
import type { StageReport } from "./report.ts";
import { stagesOf } from "./stages.ts";
import { verify } from "./verify.ts";

/** Milliseconds until kro must serve an RGD that Pulumi has changed. */
const SERVED = 60_000;

/** Of what a run is, and who hears of it. */
export interface RunOptions {
  readonly selected: SelectedStack;
  /** What is asked there ends with {@link now}. */
  readonly place: Place;
  /** Ends the way forward. */
  readonly signal: AbortSignal;
  /** Ends everything. */
  readonly now: AbortSignal;
  /** It goes on with what another command has begun. */
  readonly isResumed: boolean;
  /** Of the update, in the stack's history. */
  readonly message?: string | undefined;
  readonly tell: (text: string) => void;
  readonly note: (text: string) => void;
}

/** A rollout that is under way. What it needs to go on, or back, is in the cluster at each moment. */
export class Run {
  readonly #options: RunOptions;
  readonly #place: Place;
  #record: RolloutRecord;
  readonly #progress = new Progress();

  constructor(record: RolloutRecord, options: RunOptions) {
    this.#record = record;
    this.#options = options;
    this.#place = options.place;
  }

  get stages(): readonly StageReport[] {
    return this.#progress.stages;
  }

  get phase(): Phase {
    return this.#record.phase;
  }

  /**
   * Goes forward from where it is, to the end.
   *
   * @throws Halt where that can't be; the signal's reason.
   */
  async forward(): Promise<void> {
    if (this.phase === "holding") await this.#holdAll();
    else {
      const { held, due } = await instancesOf(this.#place);
      this.#progress.goOn(held, due);
    }
    if (this.phase === "changing") await this.#change();
    for (;;) {
      await this.#verifyDue();
      const { held, others } = await instancesOf(this.#place);
      const stage = Math.min(...held.map((one) => markOf(one)!.stage));
      const due = held.filter((one) => markOf(one)!.stage === stage);
      if (due.length === 0) {
        this.#noteOthers(others);
        break;
      }
      await this.#assertOwn();
      this.#options.tell(`stage ${stage}: ${count(due.length, "instance")} let go: ${list(due.map(idOf), 5)}`);
      this.#progress.touch(due);
      await letGo(this.#place.cluster, due);
    }
    await endRecord(this.#place, this.#record);
  }

  /**
   * Brings the last good definition back, and lets everything go. Those that were let go come first, and are waited for.
   *
   * @param halt - why it goes back. Default: as it was noted, else somebody wanted it.
   * @throws UpdateError, or Error: what is held stays so then.
   */
  async back(halt: Halted = { why: this.#record.why ?? "somebody had it go back" }): Promise<void> {
    const { selected, place, now, tell, isResumed } = this.#options;
    if (this.phase !== "holding") {
      this.#record = { ...this.#record, ...halt };
      await this.#note("back");
      const { due, others } = await instancesOf(place);
      this.#noteOthers(others);
      await hold(place.cluster, due, () => this.#mark(0));
      // One that kro has not seen yet has its turn later: all that this is for is to tell when it has had it.
      await untilSeen(place, turnOf(0), now);
      tell(`back to the last good definition (GraphRevision ${this.#record.revision}) ...`);
      const message = `carts rollout ${this.#record.id}: back to the last good definition`;
      await restoreDefinition(selected, place, this.#record, { message, signal: now, isResumed });
      await untilServed(place, SERVED, now);
      const first = (await instancesOf(place)).held.filter((one) => markOf(one)!.stage === 0);
      if (first.length > 0) {
        await this.#assertOwn();
        tell(`${count(first.length, "instance")} let go on it: ${list(first.map(idOf), 5)}`);
        await letGo(place.cluster, first);
        await this.#verifyBack();
      }
    }
    const { held } = await instancesOf(place);
    await this.#assertOwn();
    if (held.length > 0) tell(`${count(held.length, "instance")} let go, as they were: ${list(held.map(idOf), 5)}`);
    await letGo(place.cluster, held);
    await this.#verifyBack();
    await endRecord(this.#place);
  }

  /** Notes why it stays as it is, for whoever comes to look at it. */
  async noteHalt(halt: Halted): Promise<void> {
    this.#record = { ...this.#record, ...halt };
    await writeHalt(this.#place, this.#record);
  }

  /** Nothing is changed before all are held, and kro has seen it. One that is made meanwhile is held as well. */
  async #holdAll(): Promise<void> {
    const { tell, signal } = this.#options;
    const { due, held } = await instancesOf(this.#place);
    const stages = stagesOf([...due, ...held].map(idOf).toSorted(), withKnown(this.#record, [...due, ...held]));
    this.#progress.begin(stages);
    const stageOf = new Map(stages.flatMap((names, i) => names.map((name) => [name, i + 1] as const)));
    const last = Math.max(stages.length, 1);
    tell(`${count(due.length + held.length, "instance")} held: kro leaves them as they are ...`);
    for (let left: readonly LiveObject[] = [...due, ...held]; left.length > 0; ) {
      signal.throwIfAborted();
      await hold(this.#place.cluster, left, (one) => this.#mark(stageOf.get(idOf(one)) ?? last));
      left = (await instancesOf(this.#place)).due;
    }
    const unseen = await untilSeen(this.#place, turnOf(stageOf.size), signal);
    if (unseen.length > 0) {
      const object = `${this.#place.gvk.kind} ${idOf(unseen[0]!)}`;
      const message = `kro has not seen that ${list(unseen.map(idOf), 5)} are suspended: its controller is not running, or is busy.`;
      throw new Halt(await explainAbsent({ name: "kro-absent", object, message }, this.#place));
    }
    await this.#note("changing");
  }

  async #change(): Promise<void> {
    const { selected, signal, tell, isResumed, message = `carts rollout ${this.#record.id}` } = this.#options;
    tell("Pulumi changes the definition alone ...");
    try {
      await changeDefinition(selected, this.#place, { message, signal, isResumed });
    } catch (error) {
      // Another update has the stack: all can be let go as it is.
      if (error instanceof Locked && !isResumed) await this.#note("holding");
      throw error;
    }
    tell(`kro serves it, as GraphRevision ${await untilServed(this.#place, SERVED, signal)}`);
    const live = await this.#place.cluster.get({ ...RGD, name: this.#place.name });
    this.#record = { ...this.#record, generation: live?.metadata.generation };
    await this.#note("staging");
  }

  /** Every instance that was let go, in this stage or before, must be well. */
  async #verifyDue(): Promise<void> {
    const { soak, timeout, ignored } = this.#record;
    const last = await verify(this.#place, {
      ...(await this.#verifying()),
      ignored,
      soak,
      timeout,
      signal: this.#options.signal,
    });
    await this.#assertOwn();
    if (last.result === "healthy") {
      this.#progress.verify((await instancesOf(this.#place)).held);
      return;
    }
    const [first] = last.sick;
    const cause = first?.cause ?? {
      name: "instance-not-ready",
      object: this.#place.name,
      message: "the time of --timeout is over",
    };
    const isLate = last.result === "timed-out";
    const ripe = first && !isLate ? { id: first.id, signal: this.#options.signal } : undefined;
    throw new Halt(await explainAbsent(cause, this.#place, ripe), isLate);
  }

  /** As long as it takes. */
  async #verifyBack(): Promise<void> {
    const { timeout, ignored } = this.#record;
    const options = {
      ...(await this.#verifying()),
      ignored,
      soak: 0,
      timeout,
      isPatient: true,
      signal: this.#options.now,
    };
    await verify(this.#place, options);
  }

  async #verifying() {
    const live = (await this.#place.cluster.get({ ...RGD, name: this.#place.name })) as LiveObject & Definition;
    const definitions = [this.#record.inputs as unknown as Definition, ...(live ? [live] : [])];
    return { definitions, tell: this.#options.tell, note: this.#options.note };
  }

  #noteOthers(others: readonly LiveObject[]): void {
    if (others.length === 0) return;
    this.#options.note(`suspended by somebody else, and left as they are: ${list(others.map(idOf), 5)}`);
  }

  #mark(stage: number) {
    const { id, of, since } = this.#record;
    return { rollout: id, of, since, stage };
  }

  /** Whoever goes on with the rollout in this command's place has noted that. Where somebody has taken the note away, it is still this one's. */
  async #assertOwn(): Promise<void> {
    const live = await this.#place.cluster.get({ ...RGD, name: this.#place.name });
    if (!live) throw new Error(`somebody has deleted the ${RGD.kind} ${this.#place.name} meanwhile`);
    assertOwn(recordOf(live) ?? this.#record, this.#record);
    assertUnchanged(live, this.#record);
  }

  async #note(phase: Phase): Promise<void> {
    this.#record = { ...this.#record, phase };
    await writeRecord(this.#place, this.#record);
  }
}
