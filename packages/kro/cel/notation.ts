import type { ASTNode } from "@marcbachmann/cel-js";
import { quoted, REFUSED, unquoted, variableName } from "./names.ts";
import { subexpressionsOf } from "./syntax.ts";

/** The function that stands for a list with optional elements; see {@link translateNotation}. */
export const PRESENT_ELEMENTS = "optional.__elements";

/** The function that stands for a map with optional entries. */
export const PRESENT_ENTRIES = "optional.__entries";

/** The function that stands for a message: its type, and the values of its fields. */
export const MESSAGE = "__message";

const TOKEN =
  /[rRbB]{0,2}(?:""".*?"""|'''.*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|`[^`]*`|\/\/[^\n]*|\.?\d[\w.]*(?:(?<=[eE])[+-]\d+)?|\w+|\s+|./gsu;

/**
 * The same expression without the notations of CEL that cel-js can't read: optional elements (`[?a.?b]`), optional
 * entries (`{?"a": b.?c}`), quoted fields (``a.`b-c` ``), numbers such as `.5`, messages (`google.protobuf.Struct{}`), and a
 * variable that is called `prototype`.
 */
export function translateNotation(expression: string): string {
  return /[[{,]\s*\?|`|\.\d|\w\s*\{|\bprototype\b/.test(expression)
    ? new Translation(expression).until([])
    : expression;
}

/** Gives the quoted fields of a translated expression their names. */
export function nameFields(node: ASTNode): void {
  if (node.op === "." || node.op === ".?") (node.args as unknown as unknown[])[1] = unquoted(node.args[1]);
  for (const part of subexpressionsOf(node)) nameFields(part.node);
}

/** Goes over the tokens of an expression once. */
class Translation {
  readonly #tokens: readonly string[];
  #at = 0;

  constructor(expression: string) {
    this.#tokens = expression.match(TOKEN) ?? [];
  }

  /** Up to one of these tokens, which isn't read. */
  until(closers: readonly string[]): string {
    let result = "";
    let ternaries = 0;
    while (this.#at < this.#tokens.length) {
      const token = this.#tokens[this.#at] as string;
      if (closers.includes(token) && !(token === ":" && ternaries-- > 0)) return result;
      if (token === "?" && !/[.[]\s*$/.test(result)) ternaries++;
      this.#at++;
      result = this.#append(result, token);
    }
    return result;
  }

  #append(result: string, token: string): string {
    const afterOperand = /[\w)\]}"'`]\s*$/.test(result) && !/\bin\s*$/.test(result);
    switch (token[0]) {
      case "(":
        return `${result}(${this.#close(")", this.until([")"]))}`;
      case "[":
        return result + (afterOperand ? `[${this.#close("]", this.until(["]"]))}` : this.#list());
      case "{":
        return afterOperand ? this.#message(result) : result + this.#map();
      case "`":
        return result + quoted(token.slice(1, -1));
      case REFUSED[0]:
        return result + (token === REFUSED && !/\.\s*\??\s*$/.test(result) ? variableName(token) : token);
      default:
        return result + (/^\.\d/.test(token) ? `0${token}` : token);
    }
  }

  #list(): string {
    const elements = this.#elements("]", () => this.until([",", "]"]));
    if (!elements.some(({ optional }) => optional)) return this.#close("]", `[${elements.map(({ value }) => value)}`);
    const options = elements.map(({ optional, value }) => (optional ? value : `optional.of(${value})`));
    return `${this.#close("]", `${PRESENT_ELEMENTS}([${options}`)})`;
  }

  #message(result: string): string {
    const [type = ""] = /[\w.]*\s*$/.exec(result) ?? [];
    const values = this.#entries().map(({ value: { value } }) => value);
    const call = `${MESSAGE}(${JSON.stringify(type.trim())}, [${values}]`;
    const front = result.slice(0, result.length - type.length);
    // Without its closing brace, it isn't one that cel-js can read either.
    return this.#close("}", front + call).replace(/\}$/, ")");
  }

  #map(): string {
    const entries = this.#entries();
    if (!entries.some(({ optional }) => optional)) {
      return this.#close("}", `{${entries.map(({ value: { key, value } }) => (value ? `${key}:${value}` : key))}`);
    }
    const options = entries.map(({ optional, value: { key, value } }) => {
      return `${key}:${optional ? value : `optional.of(${value})`}`;
    });
    return `${this.#close("}", `${PRESENT_ENTRIES}({${options}`)})`;
  }

  #entries(): { optional: boolean; value: { key: string; value: string } }[] {
    return this.#elements("}", () => {
      const key = this.until([":", ",", "}"]);
      if (this.#tokens[this.#at] !== ":") return { key, value: "" };
      this.#at++;
      return { key, value: this.until([",", "}"]) };
    });
  }

  /** What stands between commas, and whether with a question mark. */
  #elements<T>(closer: string, read: () => T): { optional: boolean; value: T }[] {
    const elements: { optional: boolean; value: T }[] = [];
    while (this.#at < this.#tokens.length) {
      this.#skipSpace();
      if (this.#tokens[this.#at] === closer) break;
      const optional = this.#tokens[this.#at] === "?";
      if (optional) this.#at++;
      elements.push({ optional, value: read() });
      if (this.#tokens[this.#at] === ",") this.#at++;
    }
    return elements;
  }

  /** Reads the closing bracket, unless it is missing: cel-js says so then. */
  #close(closer: string, result: string): string {
    if (this.#tokens[this.#at] !== closer) return result;
    this.#at++;
    return result + closer;
  }

  #skipSpace(): void {
    while (/^(?:\s|\/\/)/.test(this.#tokens[this.#at] ?? "")) this.#at++;
  }
}
