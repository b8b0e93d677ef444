import type { Part } from "./parts.ts";

/** The table that says what is real. */
export function partsTable(parts: Part[]): string {
  return columns([
    ["part", "version", "", "from"],
    ...parts.map((part) => [part.name, part.version, part.kind, part.source]),
  ]);
}

/** Rows of equally wide columns; the first row is the heading. */
export function columns(rows: string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
