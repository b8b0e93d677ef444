/** A line of two texts that are compared. */
export interface Line {
  /** Which of them has it. */
  readonly side: "before" | "after" | "both";
  readonly text: string;
}

/** Of texts with more lines than these between their first difference and their last, all those lines are told as changed. */
const COMPARED = 1000;

/** Two texts line by line: as many as possible in common, what goes before what comes. */
export function diffLines(before: readonly string[], after: readonly string[]): Line[] {
  let [from, until] = [0, 0];
  const shorter = Math.min(before.length, after.length);
  while (from < shorter && before[from] === after[from]) from++;
  while (until < shorter - from && before.at(-1 - until) === after.at(-1 - until)) until++;
  const [a, b] = [before, after].map((lines) => lines.slice(from, lines.length - until));
  const of = (side: Line["side"], lines: readonly string[]): Line[] => lines.map((text) => ({ side, text }));
  const middle = Math.max(a!.length, b!.length) > COMPARED ? [...of("before", a!), ...of("after", b!)] : align(a!, b!);
  return [...of("both", before.slice(0, from)), ...middle, ...of("both", before.slice(before.length - until))];
}

/** By the longest common subsequence. */
function align(a: readonly string[], b: readonly string[]): Line[] {
  // lengths[i][j]: of what a from i on and b from j on have in common.
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      lengths[i]![j] = a[i] === b[j] ? lengths[i + 1]![j + 1]! + 1 : Math.max(lengths[i + 1]![j]!, lengths[i]![j + 1]!);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ side: "both", text: a[i++]! });
      j++;
    } else if (j === b.length || (i < a.length && lengths[i + 1]![j]! >= lengths[i]![j + 1]!)) {
      lines.push({ side: "before", text: a[i++]! });
    } else lines.push({ side: "after", text: b[j++]! });
  }
  return lines;
}
