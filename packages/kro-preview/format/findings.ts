import { count } from "../../console/index.ts";
import type { LocatedFinding } from "../verdict/verdicts.ts";

/** Findings as compilers write them: a line each, and what helps below it. */
export function formatFindings(findings: readonly LocatedFinding[], definitions: number): string {
  const lines = findings.flatMap(({ file, line, severity, node, path, expression, problem, remedy, id }) => {
    const place = [node && node !== "schema" ? `node ${node}` : node, path].filter(Boolean).join(" ");
    const text = expression === undefined ? "" : `, ${oneLine(expression)}`;
    const first = `${file}:${line}: ${severity}: ${place ? `${place}${text}: ` : ""}${oneLine(problem)} [${id}]`;
    return remedy === undefined ? [first] : [first, `  ${remedy}`];
  });
  const counted = (wanted: LocatedFinding["severity"]) =>
    count(findings.filter(({ severity }) => severity === wanted).length, wanted);
  const sum = `${count(definitions, "RGD")}: ${counted("error")}, ${counted("note")}`;
  return `${[...lines, sum].join("\n")}\n`;
}

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

/** The findings for programs. New fields may come in version 1; none goes away. */
export const formatFindingsJson = (findings: readonly LocatedFinding[]): string =>
  `${JSON.stringify({ version: 1, findings }, undefined, 2)}\n`;
