import { styleText } from "node:util";
import { count, printable } from "../../console/index.ts";
import type { CheckedInstances, LocatedFinding } from "../policy/checkInstances.ts";
import { POLICY_RULES } from "../policy/rules.ts";
import { findingLines } from "./policyFindings.ts";

/** What was found, with a newline at its end. */
export function formatPolicy(checked: CheckedInstances, format: "text" | "json" | "sarif", color: boolean): string {
  if (format === "text") return textOf(checked, color);
  return `${JSON.stringify(format === "json" ? { version: 1, ...checked } : sarifOf(checked.findings), null, 2)}\n`;
}

function textOf({ instances, children, findings, notes }: CheckedInstances, color: boolean): string {
  const paint = (style: Parameters<typeof styleText>[0], text: string) =>
    color ? styleText(style, text, { validateStream: false }) : text;
  const looked = `${children} ${children === 1 ? "child" : "children"} of ${count(instances, "instance")}`;
  return [
    ...findingLines(findings).flatMap(({ head, of }) => [
      paint(head.startsWith("error") ? "red" : "yellow", head),
      ...of.map((one) => `     ${one}`),
    ]),
    ...notes.map((note) => paint("dim", `note: ${printable(note)}`)),
    `${findings.length > 0 ? count(findings.length, "finding") : "nothing found"} in ${looked}`,
    "",
  ].join("\n");
}

const SARIF = "https://json.schemastore.org/sarif-2.1.0.json";

/** @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html */
function sarifOf(findings: readonly LocatedFinding[]): object {
  const used = POLICY_RULES.filter(({ id }) => findings.some(({ rule }) => rule === id));
  return {
    $schema: SARIF,
    version: "2.1.0",
    runs: [
      {
        tool: {
          driver: {
            name: "kro-preview",
            rules: used.map(({ id, meaning, source }) => ({
              id,
              shortDescription: { text: meaning },
              helpUri: source,
            })),
          },
        },
        results: findings.map(({ rule, severity, message, of, path, file, line }) => ({
          ruleId: rule,
          ruleIndex: used.findIndex(({ id }) => id === rule),
          level: severity === "error" ? "error" : "warning",
          message: { text: `${of}: ${message} (${path})` },
          locations: [{ physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line } } }],
        })),
      },
    ],
  };
}
