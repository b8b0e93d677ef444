import { cut, printable, textWidth } from "../../console/index.ts";
import { KnownAfterApply, Secret, type Value } from "../../kro/index.ts";

/** A value on one line: strings in quotes, `[secret]`, `(known after apply: ...)`. Its whole length. */
export function valueText(value: Value): string {
  if (typeof value === "string") return printable(JSON.stringify(value));
  if (value instanceof KnownAfterApply || value instanceof Secret) return printable(value.toString());
  if (Array.isArray(value)) return `[${value.map(valueText).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    return `{${Object.entries(value)
      .map(([key, item]) => `${printable(key)}: ${valueText(item)}`)
      .join(", ")}}`;
  }
  return String(value);
}

/** A name, without quotes. */
export const nameText = (name: Value): string => (typeof name === "string" ? printable(name) : valueText(name));

/** How many columns of what two cut values have in common are left before their first difference. */
const CONTEXT = 20;

/**
 * Two values as texts of at most about `length` columns each. Long ones are cut where they are alike, so that
 * their first difference is always seen.
 */
export function valueTexts(
  before: Value | undefined,
  after: Value | undefined,
  length: number,
): [before: string | undefined, after: string | undefined] {
  const texts = [before, after].map((value) => (value === undefined ? undefined : valueText(value)));
  const [a, b] = texts;
  const first = a === undefined || b === undefined || a === b ? 0 : textWidth(a.slice(0, firstDifference(a, b)));
  const start = first > length - CONTEXT ? Math.max(0, first - CONTEXT) : 0;
  return [a && cut(a, length, start), b && cut(b, length, start)];
}

function firstDifference(a: string, b: string): number {
  let i = 0;
  while (i < a.length && a[i] === b[i]) i++;
  return i;
}
