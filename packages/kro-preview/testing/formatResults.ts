import { styleText } from "node:util";
import { count, printable, textWidth } from "../../console/index.ts";
import type { FieldChange } from "../changes.ts";
import { fieldName } from "../format/instances.ts";
import { valueTexts } from "../format/values.ts";
import type { FileResult, TestResult } from "./result.ts";

export interface ResultsOptions {
  /** With the terminal's colours. */
  readonly color: boolean;
  /** Columns of the terminal. Values are cut to fit. Default 120. */
  readonly width?: number;
}

/** How tests went, file by file, each failure with the fields that differ. Ends with a newline. */
export function formatResults(files: readonly FileResult[], { color, width = 120 }: ResultsOptions): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const testLines = ({ name, failures }: TestResult): string[] =>
    failures.length === 0
      ? [`  ${paint("green", "ok")}   ${printable(name)}`]
      : [`  ${paint("red", "FAIL")} ${printable(name)}`, ...failureLines(failures, width)];
  const tests = files.flatMap((file) => file.tests);
  const failed = tests.filter(({ failures }) => failures.length > 0).length;
  const lines = files
    .filter((file) => file.tests.length > 0)
    .flatMap((file) => [paint("bold", printable(file.file)), ...file.tests.flatMap(testLines), ""]);
  const summary =
    failed === 0 ? `${count(tests.length, "test")} passed` : `${failed} of ${count(tests.length, "test")} failed`;
  return `${[...lines, summary].join("\n")}\n`;
}

/** A value is not cut to fewer characters than these. */
const MIN_VALUE = 40;

/** Each failure as a line, and the fields that differ below it. */
export const failureLines = (failures: TestResult["failures"], width = 120): string[] =>
  failures.flatMap(({ message, fields = [] }) => [
    `       ${printable(message)}`,
    ...fields.map((field) => `         ${fieldLine(field, width)}`),
  ]);

function fieldLine(field: FieldChange, width: number): string {
  const name = fieldName(field);
  const room = Math.floor((width - 10 - textWidth(name) - ": expected , found ".length) / 2);
  const [expected = "nothing", found = "nothing"] = valueTexts(field.before, field.after, Math.max(MIN_VALUE, room));
  return `${name}: expected ${expected}, found ${found}`;
}
