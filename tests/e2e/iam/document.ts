import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { CLONE } from "../kit/index.ts";

const FILE = join(CLONE, "docs", "iam.md");

/** A table of Markdown. */
export function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join(" | ")} |`;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** Prints what was seen, and holds docs/iam.md against it. `UPDATE_EXAMPLES=1` writes it there. */
export async function assertDocumented(name: string, table: string): Promise<void> {
  console.log(`\n${name}\n\n${table}\n`);
  const text = await readFile(FILE, "utf8");
  const section = new RegExp(`(<!-- ${name}: seen by npm run test:e2e -->\n)[\\s\\S]*?(\n<!-- end of it -->)`);
  const [all, begin, end] = section.exec(text) ?? assert.fail(`docs/iam.md has no place for ${name}`);
  const seen = `${begin}\n${table}\n${end}`;
  if (process.env.UPDATE_EXAMPLES)
    await writeFile(
      FILE,
      text.replace(all, () => seen),
    );
  else assert.equal(all, seen, "docs/iam.md: UPDATE_EXAMPLES=1 writes what was seen");
}
