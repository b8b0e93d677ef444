import { printable } from "../../../console/index.ts";

/** Markup that is safe: whatever came from outside is escaped in it. Only {@link html} makes it. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What can stand in a template; a list's items follow each other, `undefined` is nothing. */
export type Part = string | number | Html | undefined | readonly Part[];

/** Markup from a template literal. Its own text is taken as it is; every text put into it is escaped, attributes included. */
export const html = (texts: TemplateStringsArray, ...parts: readonly Part[]): Html =>
  new Html(texts.reduce((all, text, i) => `${all}${write(parts[i - 1])}${text}`));

/** Parts with one between each two of them. */
export const join = (parts: readonly Part[], between: Part): Html =>
  new Html(
    parts
      .filter((part) => part !== undefined)
      .map(write)
      .join(write(between)),
  );

function write(part: Part): string {
  if (part === undefined) return "";
  if (typeof part === "string") return escaped(part);
  if (typeof part === "number" || part instanceof Html) return String(part);
  return part.map(write).join("");
}

/** What ends a tag, an attribute or a comment is an entity; what turns the direction of reading, or ends a line, is spelled out. */
const escaped = (text: string): string =>
  printable(text).replace(/[&<>"'`]/g, (character) => `&#${character.codePointAt(0)};`);

/** A name or an expression as code. It is read from left to right, whatever is in it. */
export const code = (text: Part, className?: string): Html =>
  className === undefined ? html`<code>${text}</code>` : html`<code class="${className}">${text}</code>`;

/** A sentence. What it has in backticks becomes code. */
export const prose = (text: string): Html =>
  join(
    text.split(/(`[^`]+`)/).map((part, i) => (i % 2 === 1 ? code(part.slice(1, -1)) : part)),
    "",
  );

/** For whoever hears the page; the eye sees a sign or a colour there. */
export const heard = (text: string): Html => html`<span class="heard">${text}</span>`;
