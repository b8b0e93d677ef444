import { integer, noBias, sample } from "fast-check";
import { Stack, story } from "../../e2e/kit/index.ts";
import type { End, Fault } from "./fault.ts";
import { OPERATIONS } from "./operations.ts";
import { round } from "./round.ts";

/** Seconds from a command's start within which a fault begins: about as long as a command takes. */
const LONGEST = 8;

/** A stack's life, from its creation to the end, with a fault in every command. */
export function life(title: string, faults: readonly Fault[]): void {
  const moments = momentsOf(title, OPERATIONS.length);
  story(title, () => {
    const stack = new Stack({}, { name: "faults" });
    const ends: End[] = [];
    before(stack.init);
    before(async () => {
      for (const { prepare } of faults) if (prepare) ends.push(await prepare());
    });
    after(async () => {
      for (const end of ends.reverse()) await end();
    });
    OPERATIONS.forEach((operation, i) => {
      const fault = faults[i % faults.length]!;
      const moment = fault.watches ? 0 : moments[i]!;
      const when = fault.before || fault.watches ? "" : `, after ${moment} s`;
      const lead = () => round(stack, operation, fault, moment).catch(tell);
      it(`${operation.name}: ${fault.name}${when}`, lead).timeout("20m");
    });
  });
}

/** Mocha tells of a failure when all is over, which may be hours later. */
function tell(error: unknown): never {
  console.error(error);
  throw error;
}

/** Seconds, the same for the same text in every run; FAULTS_SEED gives others. */
function momentsOf(text: string, count: number): readonly number[] {
  const seed = Buffer.from(text).reduce((sum, byte) => (sum * 31 + byte) | 0, Number(process.env.FAULTS_SEED ?? 0));
  const tenths = sample(noBias(integer({ min: 5, max: LONGEST * 10 })), { seed, numRuns: count });
  return tenths.map((tenth) => tenth / 10);
}
