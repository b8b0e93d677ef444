import { createInterface } from "node:readline/promises";
import { interrupted, isWatched } from "../../packages/console/index.ts";

/**
 * Asks whoever sits there; nobody does in a pipeline.
 *
 * @param text - what it is about, where that isn't on the terminal yet.
 */
export async function confirmed(question: string, text: string): Promise<boolean> {
  if (!process.stdin.isTTY || !isWatched(process.stderr)) return false;
  process.stderr.write(text);
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `, { signal: interrupted });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    asking.close();
  }
}
