import type { Report } from "../report.ts";

/**
 * The report as JSON, indented by 2, with a newline at its end. What is known after apply is
 * `{"knownAfterApply": "<expression>"}`, a secret `"[secret]"`; a `before` or `after` that isn't there is left out.
 *
 * @see docs/preview.schema.json
 */
export const formatJson = (report: Report): string => `${JSON.stringify(report, null, 2)}\n`;
