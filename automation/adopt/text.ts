import { formatTree } from "../../packages/kro-preview/index.ts";
import type { AdoptReport } from "./report.ts";
import type { Survey } from "./survey.ts";

/** What would be taken over, changed and refused, for a reader. */
export function surveyText({ selected, found, verdict, report }: Survey, color: boolean, width: number): string {
  const { refused, notes } = verdict;
  const title = `${selected.project}/${selected.stack.name}`;
  const parts = [
    found.length > 0
      ? [
          `Found, and taken over into ${title}:`,
          ...found.map(({ title, wanted }) => `=  ${title}, as ${wanted.change.name}`),
          "",
        ]
      : [`Nothing was found that ${title} declares and doesn't have.`, ""],
    notes.length > 0 ? ["Beside that:", ...notes.map((note) => `-  ${note}`), ""] : [],
    refused.length > 0
      ? ["It can't be taken over as it is:", ...refused.map((problem) => `!  ${problem}`), ""]
      : [formatTree(report, { color, width })],
  ];
  return `${parts.flat().join("\n").trimEnd()}\n`;
}

/** Items and replacements, once it is done. */
export const countText = ({ tables, replaced = 0 }: AdoptReport): string =>
  [
    ...tables.flatMap(({ table, before, after }) =>
      after === undefined ? [] : [`items in the table ${table}: ${before ?? "not counted"} before, ${after} after`],
    ),
    `resources replaced: ${replaced}`,
    "",
  ].join("\n");
