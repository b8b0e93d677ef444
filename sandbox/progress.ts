import { createLogUpdate } from "log-update";

// One that doesn't know how wide it is gets lines.
const terminal = process.stderr.isTTY === true && process.stderr.columns > 0;
const movingLine = createLogUpdate(process.stderr, { showCursor: true });
const running = new Map<string, { begun: number; detail: string; reported: number }>();
let timer: NodeJS.Timeout | undefined;

/** Prints a line above the one that moves. Progress goes to stderr, so that stdout holds results only. */
export function say(line: string): void {
  movingLine.clear();
  process.stderr.write(`${line}\n`);
}

/**
 * Runs a step and says what, how far and how long. `work` gets a function that updates "how far".
 * On a terminal the running steps share one moving line; elsewhere each says a line every 15 seconds.
 */
export async function step<T>(what: string, work: (detail: (text: string) => void) => Promise<T>): Promise<T> {
  const entry = { begun: Date.now(), detail: "", reported: Date.now() };
  running.set(what, entry);
  if (!terminal) say(`${what} ...`);
  timer ??= setInterval(tick, terminal ? 200 : 1000);
  timer.unref();
  try {
    const result = await work((text) => {
      entry.detail = text;
    });
    say(`${what}: done in ${seconds(Date.now() - entry.begun)}`);
    return result;
  } finally {
    running.delete(what);
    movingLine.clear();
    if (running.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  }
}

/** "0.8 s", "47 s", "4 min 05 s". */
export function seconds(milliseconds: number): string {
  const total = milliseconds / 1000;
  if (total < 10) return `${total.toFixed(1)} s`;
  if (total < 120) return `${Math.round(total)} s`;
  return `${Math.floor(total / 60)} min ${String(Math.round(total % 60)).padStart(2, "0")} s`;
}

function tick(): void {
  const now = Date.now();
  const texts = [...running].map(([what, { begun, detail }]) =>
    [what, detail, seconds(now - begun)].filter(Boolean).join(", "),
  );
  if (terminal) {
    movingLine(texts.join("; ").slice(0, process.stderr.columns - 1));
    return;
  }
  [...running.values()].forEach((entry, index) => {
    if (now - entry.reported < 15_000) return;
    entry.reported = now;
    say(`  ${texts[index]}`);
  });
}
