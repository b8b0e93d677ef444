import { setTimeout as sleep } from "node:timers/promises";

/**
 * Waits until there is something, and gives it.
 *
 * @param what - the end of a sentence that begins "waited in vain until".
 * @param look - gives false or undefined for what is not there yet.
 * @param seconds - until it throws; default 90, which is much on a slow machine, too.
 */
export async function until<Found>(
  what: string,
  look: () => Promise<Found | false | undefined> | Found | false | undefined,
  seconds = 90,
): Promise<Found> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(200)) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`waited in vain until ${what}`);
  }
}
