/** Node's timers end at 2^31 ms: a longer one would be over at once. */
const HOURS = 576;

/** How a duration is written, for whoever wrote something else. */
export const DURATION_RULE = `a time is written such as 90s, 20m or 1h30m, and at most ${HOURS}h`;

/**
 * Milliseconds of a duration such as `90s`, `20m` or `1h30m`: whole hours, minutes and seconds, in this order.
 * Undefined for any other text, for none at all (`0s`), and for more than 576h; {@link DURATION_RULE} says so.
 */
export function parseDuration(text: string): number | undefined {
  const [whole, hours = 0, minutes = 0, seconds = 0] = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text) ?? [];
  const total = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return whole !== undefined && total > 0 && total <= HOURS * 3_600_000 ? total : undefined;
}

/** A duration in milliseconds, about: `7s`, `3m`, `2h`, `5d`, as kubectl writes an age. */
export function formatDuration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86400)}d`;
}
