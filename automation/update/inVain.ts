import { titleOf } from "../../packages/kro/index.ts";
import type { Cause, Evidence } from "./causes/cause.ts";
import { causeInVain } from "./causes/rootCause.ts";
import type { UnderWayStep } from "./live/underWay.ts";

/** What is looked at to tell whether waiting is in vain. */
export interface VainOptions {
  /** What Pulumi works on. */
  readonly steps: () => readonly UnderWayStep[];
  /** What the cluster says of one of them; undefined for anything else than an instance or an RGD that is as the update declares it. */
  readonly evidenceOf: (urn: string) => Evidence | undefined;
  /** The same, asked for anew. */
  readonly freshEvidenceOf: (urn: string) => Promise<Evidence | undefined>;
  /** What was so before the update: of {@link Evidence}. */
  readonly stands?: Evidence["stands"];
  /** Called once, with the cause, when nothing that Pulumi works on can come to its end. */
  readonly onVain: (cause: Cause) => void;
}

/** Milliseconds between two looks. */
const INTERVAL = 2000;
/**
 * Milliseconds from the first sight of a cause to the second, at the least: kro tries again after 3 s, and what somebody
 * else's change had kept from it passes then.
 */
const APART = 6000;

/** A cause, since when it is seen without a break. */
interface Sighting {
  readonly key: string;
  readonly since: number;
}

/**
 * Finds out that an update waits for what can't come: for causes that their registry says not to pass by themselves, each
 * seen for as long as it says there, and once more by asking the API server for it anew. As long as Pulumi works on
 * anything else, that may still come to its end, and nothing is stopped.
 */
export class VainWait {
  readonly #options: VainOptions;
  readonly #seen = new Map<string, Sighting>();
  readonly #timer: NodeJS.Timeout;
  #isLooking = false;
  #isOver = false;

  constructor(options: VainOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(Date.now()), INTERVAL).unref();
  }

  stop(): void {
    this.#isOver = true;
    clearInterval(this.#timer);
  }

  /** @param now - milliseconds, of a clock that goes forward. */
  async look(now: number): Promise<void> {
    if (this.#isLooking || this.#isOver) return;
    this.#isLooking = true;
    try {
      const steps = this.#options.steps();
      const ripe = steps.filter(({ urn }) => this.#isRipe(urn, this.#options.evidenceOf(urn), now));
      for (const urn of this.#seen.keys()) if (!steps.some((step) => step.urn === urn)) this.#seen.delete(urn);
      if (steps.length === 0 || ripe.length < steps.length) return;
      const causes = await Promise.all(ripe.map(({ urn }) => this.#confirm(urn)));
      const [first] = causes;
      if (this.#isOver || first === undefined || causes.includes(undefined)) return;
      this.stop();
      this.#options.onVain(first);
    } finally {
      this.#isLooking = false;
    }
  }

  /** Whether a cause is seen for long enough. */
  #isRipe(urn: string, evidence: Evidence | undefined, now: number): boolean {
    const found = evidence && this.#vain(evidence);
    if (!found) {
      this.#seen.delete(urn);
      return false;
    }
    const before = this.#seen.get(urn);
    const since = before?.key === found.key ? before.since : now;
    this.#seen.set(urn, { key: found.key, since });
    return now - since >= Math.max(APART, found.patience * 1000);
  }

  /** The cause, where the API server still says the same. A watch may have stopped telling. */
  async #confirm(urn: string): Promise<Cause | undefined> {
    const evidence = await this.#options.freshEvidenceOf(urn).catch(() => undefined);
    const found = evidence && this.#vain(evidence);
    if (found && found.key === this.#seen.get(urn)?.key) return found.cause;
    this.#seen.delete(urn);
    return undefined;
  }

  /** A cause that is seen, and what tells it from another, of another generation as well. What is said may hold the id of a request. */
  #vain(evidence: Evidence) {
    const { stands } = this.#options;
    const found = causeInVain({ ...evidence, ...(stands && { stands }) });
    if (!found) return undefined;
    const { name, object } = found.cause;
    const { metadata } = evidence.objects.find((one) => titleOf(one) === object) ?? {};
    return { ...found, key: JSON.stringify([name, object, metadata?.uid, metadata?.generation]) };
  }
}
