import { printable } from "../../console/index.ts";
import { failureLines } from "./formatResults.ts";
import type { FileResult, TestResult } from "./result.ts";

/**
 * How tests went, as JUnit's XML: a suite for each file. It is valid by the strictest schema that is about, and so by that
 * of Jenkins. Ends with a newline.
 *
 * @param began - when the first test did.
 * @see https://github.com/windyroad/JUnit-Schema
 */
export function formatJunit(files: readonly FileResult[], began: Date): string {
  const suites = files.filter(({ tests }) => tests.length > 0).map((file, i) => suite(file, i, began));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${suites.join("")}</testsuites>\n`;
}

function suite({ file, tests }: FileResult, id: number, began: Date): string {
  const failed = tests.filter(({ failures }) => failures.length > 0).length;
  const seconds = tests.reduce((sum, test) => sum + test.seconds, 0);
  const attributes = {
    name: file,
    package: "kro-preview",
    id: String(id),
    // Without a zone: the schema has none.
    timestamp: began.toISOString().slice(0, 19),
    hostname: "localhost",
    tests: String(tests.length),
    failures: String(failed),
    errors: "0",
    time: seconds.toFixed(3),
  };
  const cases = tests.map((test) => testcase(file, test)).join("");
  return `  <testsuite${written(attributes)}>\n    <properties/>\n${cases}    <system-out/>\n    <system-err/>\n  </testsuite>\n`;
}

function testcase(file: string, { name, failures, seconds }: TestResult): string {
  const open = `    <testcase${written({ name, classname: file, time: seconds.toFixed(3) })}`;
  const [first] = failures;
  if (!first) return `${open}/>\n`;
  const lines = failureLines(failures, Number.POSITIVE_INFINITY).map((line) => line.slice("       ".length));
  const failure = written({ message: first.message, type: "expectation" });
  return `${open}>\n      <failure${failure}>${lines.map(xml).join("\n")}</failure>\n    </testcase>\n`;
}

const written = (attributes: Readonly<Record<string, string>>): string =>
  Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${xml(value)}"`)
    .join("");

/** Text that XML takes, which has no place for control characters and for U+FFFE and U+FFFF. */
const xml = (text: string): string =>
  printable(text)
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
