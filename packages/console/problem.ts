import { printable } from "./text.ts";

/** A problem on one line, with long values of it cut. Whoever hides secrets does it before: half of one can't be found. */
export const problemLine = (problem: string): string =>
  printable(
    problem.replace(/"(?:[^"\\]|\\.){121,}"/g, (value) => `${value.slice(0, 100)}…" (${value.length - 2} characters)`),
  );

/** The name that was probably meant, as the end of a sentence: ` (did you mean X?)`; nothing where none is near. */
export function didYouMean(given: string, names: readonly string[]): string {
  const near = names
    .map((name) => ({ name, edits: editsBetween(given.toLowerCase(), name.toLowerCase()) }))
    .filter(({ name, edits }) => edits <= Math.min(2, name.length / 3))
    .sort((a, b) => a.edits - b.edits)[0];
  return near ? ` (did you mean ${near.name}?)` : "";
}

/** How many letters have to be put in, left out or replaced (Levenshtein). Texts far apart in length are not counted out. */
function editsBetween(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Infinity;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(next[j]! + 1, row[j + 1]! + 1, row[j]! + (letter === b[j] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length]!;
}
