import { type Answer, answerTo, type Finding } from "./finding.ts";
import type { Ground } from "./ground.ts";

/** What findings are about, in the order in which they are shown. */
export const TOPICS = [
  "this machine",
  "state",
  "AWS",
  "EKS",
  "API server",
  "kro",
  "ACK",
  "Pod Identity",
  "API",
  "names",
  "quotas",
] as const;

/** A question of the doctor's. */
export interface Probe {
  readonly id: string;
  readonly topic: (typeof TOPICS)[number];
  readonly wanted: string;
  /** Where it can't look, it throws: `unknown`, with the reason. */
  readonly look: (ground: Ground) => Promise<Answer>;
}

/** Asks all questions side by side. */
export const ask = async (probes: readonly Probe[], ground: Ground): Promise<Finding[]> =>
  (await Promise.all(probes.map((probe) => look(probe, ground)))).map(({ finding }) => finding);

/** Those of them that are wrong, and that waiting does not mend. */
export const wrongOf = async (probes: readonly Probe[], ground: Ground): Promise<Finding[]> =>
  (await Promise.all(probes.map((probe) => look(probe, ground)))).flatMap(({ finding, mayPass }) =>
    finding.verdict === "wrong" && !mayPass ? [finding] : [],
  );

async function look({ id, topic, wanted, look }: Probe, ground: Ground) {
  const { verdict, found, remedy, mayPass } = await look(ground).catch((error) => {
    ground.signal.throwIfAborted();
    return answerTo(error);
  });
  const finding: Finding = { id, topic, verdict, found, wanted, ...(remedy !== undefined && { remedy }) };
  return { finding, mayPass };
}
