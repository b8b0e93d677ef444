import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { interrupt, interrupted, isWatched } from "../../packages/console/index.ts";

/**
 * Asks whoever sits there; nobody does in a pipeline.
 *
 * @param text - what it is about, where that isn't on the terminal yet.
 */
export async function confirmed(question: string, text: string): Promise<boolean> {
  if (!process.stdin.isTTY || !isWatched(process.stderr)) return false;
  process.stderr.write(text);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  // A terminal that is read line by line sends no signal for Ctrl-C. Ctrl-D, which ends it, is no yes.
  asking.on("SIGINT", interrupt);
  const closed = once(asking, "close").then(() => "");
  try {
    const asked = asking.question(`${question} [y/N] `, { signal: interrupted }).catch((error: unknown) => {
      if (interrupted.aborted) throw error;
      return "";
    });
    const answer = await Promise.race([asked, closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
