/** A slow machine comes to what is awaited within one of these. */
const TIMES = ["15s", "1m", "3m"];

/**
 * Waits for what never comes, and gives what that left: with a longer time where the reason was not seen within the
 * shorter one.
 *
 * @param attempt - waits no longer than a time such as `15s`.
 * @param isSeen - whether the reason was.
 */
export async function inVain<Result>(
  attempt: (time: string) => Promise<Result>,
  isSeen: (result: Result) => boolean,
): Promise<Result> {
  let result: Result;
  for (const time of TIMES) {
    result = await attempt(time);
    if (isSeen(result)) break;
  }
  return result!;
}
