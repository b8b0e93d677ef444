import type { LocatedFinding } from "../verdict/verdicts.ts";

/** Findings as compilers write them: a line each, and what helps below it. */
export function formatFindings(findings: readonly LocatedFinding[], definitions: number): string {
  const lines = findings.flatMap(({ file, line, severity, node, path, expression, problem, remedy, id }) => {
    const place = [node && node !== "schema" ? `node ${node}` : node, path].filter(Boolean).join(" ");
    const text = expression === undefined ? "" : `, ${oneLine(expression)}`;
    const first = `${file}:${line}: ${severity}: ${place ? `${place}${text}: ` : ""}${oneLine(problem)} [${id}]`;
    return remedy === undefined ? [first] : [first, `  ${remedy}`];
  });
  const count = (wanted: LocatedFinding["severity"]) => findings.filter(({ severity }) => severity === wanted).length;
  const sum = `${many(definitions, "RGD")}: ${many(count("error"), "error")}, ${many(count("note"), "note")}`;
  return `${[...lines, sum].join("\n")}\n`;
}

const many = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const oneLine = (text: string): string => text.replace(/\s*\n\s*/g, " ");

/** The findings for programs. New fields may come in version 1; none goes away. */
export const formatFindingsJson = (findings: readonly LocatedFinding[]): string =>
  `${JSON.stringify({ version: 1, findings }, undefined, 2)}\n`;
