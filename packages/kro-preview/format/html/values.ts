import { count } from "../../../console/index.ts";
import { isList, isMap, KnownAfterApply, Secret, type Value } from "../../../kro/index.ts";
import { valueText } from "../values.ts";
import { diffLines, type Line } from "./lines.ts";
import { code, Html, heard, html, join, type Part } from "./markup.ts";

/** Of one value, so many characters are shown. */
const VALUE_SHOWN = 10_000;
/** So many lines around one that differs. */
const CONTEXT = 3;

/** A value as text that wraps: strings in quotes; what only the cluster will know, and secrets, marked as such. */
export function value(it: Value): Html {
  if (it instanceof KnownAfterApply) {
    return html`<span class="later">${it.label}: ${shortened(it.expression)}</span>`;
  }
  if (it instanceof Secret) return html`<span class="secret">${it.toString()}</span>`;
  if (isList(it)) return html`[${join(it.map(value), ", ")}]`;
  if (isMap(it)) {
    const parts = Object.entries(it).map(([key, part]) => html`${key}: ${value(part)}`);
    return html`{${join(parts, ", ")}}`;
  }
  return html`${shortened(valueText(it))}`;
}

/** Both sides of a field: two texts with what differs between them marked; texts of several lines line by line. */
export function sides(before: Value | undefined, after: Value | undefined): Html {
  const lines = textLines(before, after);
  if (lines) return linesDiff(lines);
  const [a, b] = marked(before, after);
  return html`${side("before", a, after === undefined ? "removed" : "before")}${side("after", b, before === undefined ? "added" : "after")}`;
}

/** The value of a field that is all there is to tell: of an object that comes or goes. */
export const single = (it: Value): Html =>
  typeof it === "string" && isLong(it)
    ? linesDiff(linesOf(withoutEnd(it)).map((text) => ({ side: "both", text })))
    : code(value(it));

const side = (name: "before" | "after", text: Part, said: string): Part =>
  text === undefined
    ? undefined
    : html`<div class="side ${name}"><span aria-hidden="true">${name === "before" ? "−" : "+"}</span><span>${heard(`${said}: `)}${code(text)}</span></div>`;

/** Two values, the second with a remark where it looks like the first: two secrets, or two ARNs that nobody knows yet. */
function marked(before: Value | undefined, after: Value | undefined): [before: Part, after: Part] {
  const [a, b] = [before, after].map((it) => (it === undefined ? undefined : value(it)));
  if (a && b && a.text === b.text) return [a, html`${b} (another than before)`];
  const plain = (it: Value | undefined): it is string | number | boolean | null => !(it instanceof Object);
  if (!a || !b || !plain(before) || !plain(after)) return [a, b];
  const texts = [valueText(before), valueText(after)].map((text) => [...shortened(text)]);
  const [from, until] = common(texts[0]!, texts[1]!);
  // Of two texts that have little in common, every letter would be marked.
  if (from + until < 4) return [a, b];
  const [x, y] = texts.map((text) => {
    const parts = [text.slice(0, from), text.slice(from, text.length - until), text.slice(text.length - until)];
    const [start, middle, end] = parts.map((part) => part.join(""));
    return html`${start}${middle === "" ? undefined : html`<mark>${middle}</mark>`}${end}`;
  });
  return [x, y];
}

/** How many characters two texts begin with alike, and how many of the rest they end with. */
function common(a: readonly string[], b: readonly string[]): [from: number, until: number] {
  const shorter = Math.min(a.length, b.length);
  let from = 0;
  while (from < shorter && a[from] === b[from]) from++;
  let until = 0;
  while (until < shorter - from && a.at(-1 - until) === b.at(-1 - until)) until++;
  return [from, until];
}

const shortened = (text: string): string =>
  text.length > VALUE_SHOWN ? `${text.slice(0, VALUE_SHOWN)}… (${text.length} characters)` : text;

const isLong = (text: string): boolean => /\n./.test(text);
const linesOf = (text: string): string[] => shortened(text).split("\n");
const withoutEnd = (text: string): string => text.replace(/\n$/, "");

/** The lines of two texts, where one has several and the other is a text as well, or isn't there. */
function textLines(before: Value | undefined, after: Value | undefined): readonly Line[] | undefined {
  const texts = [before, after].map((it) => (it === undefined ? "" : it));
  if (!texts.every((it) => typeof it === "string")) return undefined;
  const shown = laidOut(texts[0]!, texts[1]!) ?? texts;
  if (!shown.some(isLong)) return undefined;
  // Whether there is a newline at the end is a difference only where one has none.
  const cut = shown.every((text) => text === "" || text.endsWith("\n")) ? shown.map(withoutEnd) : shown;
  const [a, b] = cut.map((text, i) => (shown[i] === "" ? [] : linesOf(text)));
  return diffLines(a!, b!);
}

/** Texts that hold JSON, such as a policy, laid out; undefined where one holds something else, or they are the same JSON. */
function laidOut(before: string, after: string): readonly [string, string] | undefined {
  const [a, b] = [before, after].map((text) => {
    if (text === "" || !/^\s*[{[]/.test(text) || text.length > VALUE_SHOWN) return text === "" ? "" : undefined;
    try {
      return JSON.stringify(JSON.parse(text), null, 2);
    } catch {
      return undefined;
    }
  });
  return a === undefined || b === undefined || a === b ? undefined : [a, b];
}

const LINE_SIGNS = { before: "−", after: "+", both: " " } as const;
const LINE_WORDS = { before: heard("before: "), after: heard("after: "), both: undefined } as const;

/** Lines, but for those that are far from any that differs. */
function linesDiff(lines: readonly Line[]): Html {
  const changed = lines.flatMap(({ side }, i) => (side === "both" ? [] : [i]));
  const near = new Set(changed.flatMap((i) => Array.from({ length: 2 * CONTEXT + 1 }, (_, j) => i - CONTEXT + j)));
  const isShown = (i: number) => changed.length === 0 || near.has(i);
  const shown: Html[] = [];
  let skipped = 0;
  const flush = () => {
    if (skipped > 0) shown.push(html`<span class="skipped">… ${count(skipped, "line")} alike</span>`);
    skipped = 0;
  };
  for (const [i, { side, text }] of lines.entries()) {
    if (!isShown(i)) {
      skipped++;
      continue;
    }
    flush();
    shown.push(html`<span class="${side}">${LINE_WORDS[side]}${LINE_SIGNS[side]} ${text}</span>`);
  }
  flush();
  // The spans are blocks, and are copied as lines.
  return html`<pre tabindex="0" role="group" aria-label="text of several lines">${new Html(shown.join(""))}</pre>`;
}
