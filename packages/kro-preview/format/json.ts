import type { Report } from "../report.ts";

/**
 * The report as JSON, indented by 2, with a newline at its end. What is known after apply is
 * `{"knownAfterApply": "<expression>"}`, a secret `"[secret]"`; a `before` or `after` that isn't there is left out.
 *
 * @see docs/preview.schema.json
 */
export const formatJson = (report: Report): string => [...jsonParts(report)].join("");

/** The same in pieces, one for each child, to be written as they come. */
export function* jsonParts(report: Report): Generator<string> {
  let before = "{";
  for (const [key, value] of Object.entries(report)) {
    if (value === undefined) continue;
    yield `${before}\n  ${JSON.stringify(key)}: `;
    before = ",";
    if (Array.isArray(value) && value.length > 0) yield* listParts(value);
    else yield indented(value, 2);
  }
  yield before === "{" ? "{}\n" : "\n}\n";
}

function* listParts(items: readonly unknown[]): Generator<string> {
  for (const [i, item] of items.entries()) yield `${i === 0 ? "[" : ","}\n    ${indented(item, 4)}`;
  yield "\n  ]";
}

/** A newline in a text is escaped: those that are there are JSON's own. */
const indented = (value: unknown, by: number): string =>
  (JSON.stringify(value, null, 2) ?? "null").replaceAll("\n", `\n${" ".repeat(by)}`);
