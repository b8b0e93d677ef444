import { count, UserError } from "../console/index.ts";
import type { Report } from "./report.ts";

/**
 * A report without the fields of children that some paths name, and with a note of how many they were. Their dangers stay.
 *
 * @param patterns - `spec.replicas` with all below it; `*` stands for one part: `spec.containers[*].image`,
 *   `metadata.annotations.*`. A part with dots is written `["example.com/a"]`.
 * @throws UserError for a pattern that is no path: such a one would stand for every field.
 */
export function withoutPaths(report: Report, patterns: readonly string[]): Report {
  if (patterns.length === 0) return report;
  const parsed = patterns.map(patternOf);
  let ignored = 0;
  const children = report.children.map((child) => {
    const fields = child.fields.filter(({ path }) => !parsed.some((pattern) => covers(pattern, partsOf(path))));
    ignored += child.fields.length - fields.length;
    // What is created, replaced or deleted is so with fewer fields, too.
    const action = child.action === "update" && fields.length === 0 ? "same" : child.action;
    return { ...child, fields, action };
  });
  if (ignored === 0) return report;
  const note = `Left out, as --ignore-paths says: ${count(ignored, "field")}.`;
  return { ...report, children, notes: [...report.notes, note] };
}

/** `a.b[name=c].d["e.f"][0]` is a, b, name=c, d, e.f, 0. */
const partsOf = (path: string): string[] =>
  [...path.matchAll(/\[("(?:[^"\\]|\\.)*"|[^\]]*)\]|[^.[\]]+/g)].map(([whole, inner]) =>
    inner === undefined ? whole : inner.startsWith('"') ? (JSON.parse(inner) as string) : inner,
  );

function patternOf(text: string): string[] {
  try {
    const parts = partsOf(text);
    if (parts.length > 0) return parts;
  } catch {
    // A bad escape in quotes.
  }
  throw new UserError(`--ignore-paths: ${JSON.stringify(text)} is no path of a field, such as spec.replicas`);
}

const covers = (pattern: readonly string[], path: readonly string[]): boolean =>
  pattern.length <= path.length && pattern.every((part, i) => part === "*" || part === path[i]);
