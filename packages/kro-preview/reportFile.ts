import { UserError } from "../console/index.ts";
import { KnownAfterApply, Secret, type Value } from "../kro/index.ts";
import type { Report } from "./report.ts";

/**
 * A report that was written as JSON.
 *
 * @param file - names it in an error.
 * @throws UserError for what is no report, and for one of a version that isn't known.
 * @see docs/preview.schema.json
 */
export function readReport(text: string, file: string): Report {
  let report: Partial<Report> | null;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new UserError(`${file} is not JSON: ${(error as Error).message}`);
  }
  const lists = [report?.resources, report?.children, report?.dangers, report?.notes];
  if (report?.version !== 1 || !lists.every(Array.isArray)) {
    throw new UserError(`${file} is no report: \`kro-preview diff --json\` and \`carts preview --json\` write those`);
  }
  return revived(report as unknown as Value) as unknown as Report;
}

/** What stands for a value in JSON is that again. */
function revived(value: Value): Value {
  if (value === "[secret]") return new Secret();
  if (Array.isArray(value)) return value.map(revived);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [[key, text] = []] = entries;
  if (entries.length === 1 && key === "knownAfterApply" && typeof text === "string") return new KnownAfterApply(text);
  return Object.fromEntries(entries.map(([name, item]) => [name, revived(item)]));
}
