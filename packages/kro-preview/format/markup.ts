import { cut, printable } from "../../console/index.ts";

/** Every character that Markdown, HTML or GitHub (mentions, mathematics) could take for markup. */
const entities = (text: string, markup: RegExp): string =>
  text.replace(markup, (character) => `&#${character.codePointAt(0)};`);

/** Text within HTML, where Markdown is not read. */
const html = (text: string): string => entities(printable(text), /[&<>"']/g);

/** A name or a value as code, safe anywhere: in a sentence, a heading, a table's cell. */
export function code(text: string, length = 120): string {
  const shown = cut(printable(text), length);
  // Only plain backticks are easy to read in the source; they can't hold these.
  return /[`|\\]|^\s|\s$|^$/.test(shown) ? `<code>${entities(shown, /[^\p{L}\p{N} /-]/gu)}</code>` : `\`${shown}\``;
}

/** The same within a `<summary>`. */
export const htmlCode = (text: string): string => `<code>${html(cut(printable(text), 120))}</code>`;

/** A sentence. What it has in backticks becomes code; nothing else in it is markup, a mention or a link. */
export function prose(text: string, length = 1000): string {
  const parts = cut(printable(text), length).split(/(`[^`]+`)/);
  return parts.map((part, i) => (i % 2 === 1 ? code(part.slice(1, -1), length) : plain(part))).join("");
}

const plain = (text: string): string =>
  entities(text, /[&<>*_~`[\]|\\$]|^[^\p{L}\s"'(]/gu)
    // GitHub looks for these in what it has rendered already, where an entity would not help.
    .replace(/@(?=\w)|(?<!&)#(?=\w)|:(?=\/\/)|w(?=ww\.)/gi, "$&<!-- -->");

/** A link to a page of ours. */
export const link = (text: string, url: string): string =>
  `[${plain(text)}](<${printable(url).replace(/[<>\\\s]/g, encodeURIComponent)}>)`;

/** A fenced block that no text within can close. */
export function fence(language: string, text: string): string {
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const ticks = "`".repeat(Math.max(3, longest + 1));
  return `${ticks}${language}\n${text}\n${ticks}`;
}

/** A table's head. Its rows are made by {@link row}. */
export const tableHead = (...titles: readonly string[]): string =>
  `${row(...titles)}\n${row(...titles.map(() => "---"))}`;

/** Cells must be safe already: {@link code}. */
export const row = (...cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
