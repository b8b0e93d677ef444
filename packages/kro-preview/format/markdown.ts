import { count, list } from "../../console/index.ts";
import type { Drift } from "../drift.ts";
import type { InstanceChildChange, Report } from "../report.ts";
import { type Subject, subjectName, wordingOf } from "../subject.ts";
import { byDanger, DANGERS_SHOWN } from "./dangers.ts";
import { driftLines, remedyLines } from "./drift.ts";
import {
  byInstance,
  type ChangedInstance,
  counts,
  fieldName,
  hasChange,
  isChange,
  objectName,
  SIGNS,
  withinNames,
} from "./instances.ts";
import { code, fence, htmlCode, link, prose, row, tableHead } from "./markup.ts";
import { graphsOf } from "./mermaid.ts";
import { findingCount, findingItems } from "./policyFindings.ts";
import { gatherResources } from "./resources.ts";
import { fitSections, type Section } from "./sections.ts";
import { valueTexts } from "./values.ts";

/** How a report is written as a comment. */
export interface MarkdownOptions {
  /**
   * Length that the text may have, in bytes of UTF-8, at least 4,000. Default 65,536: GitHub documents that many
   * characters for a comment, and never counts more than the bytes.
   */
  readonly limit?: number;
  /** Where the uncut report is. Without it the text says: the artifact of this run. */
  readonly detailsUrl?: string;
  /** By what the comment is found again, if not by a Pulumi stack: there may be several. Default: it is the only one. */
  readonly comment?: string;
}

/** The first line of a comment, which nobody sees: by it a workflow finds the comment again. */
export function commentMarker({ project, stack }: Subject, comment?: string): string {
  const [by, name] = stack === undefined ? ["kro-preview", comment] : ["carts preview", `${project}/${stack}`];
  return `<!-- ${by}${name === undefined ? "" : `: ${name.replace(/[^\w./-]/g, "-")}`} -->`;
}

/** The report for a comment on a pull request, in GitHub's Markdown. */
export function formatMarkdown(report: Report, { limit = 65_536, detailsUrl, comment }: MarkdownOptions = {}): string {
  const name = code(subjectName(report));
  const nothing = `**No change**${report.title === undefined ? " in" : ":"} ${name}.${runningNote(report)}`;
  const intro = isQuiet(report) ? nothing : `## Preview of ${name}\n\n${summaryLine(report)}${runningNote(report)}`;
  const all = `${commentMarker(report, comment)}\n${intro}`;
  return fitSections(all, sectionsOf(report), limit, restOf(detailsUrl));
}

/** Where the uncut report is, as the end of a sentence. */
const restOf = (detailsUrl: string | undefined): string =>
  detailsUrl ? link("the full report", detailsUrl) : "the artifact of this run";

/** Several reports for one comment: a table of them all, then each with something to tell. */
export function formatComment(
  reports: readonly Report[],
  { limit = 65_536, detailsUrl, comment }: MarkdownOptions = {},
): string {
  const isHeld = reports.some(({ findings = [] }) => findings.length > 0);
  const rows = reports.map((report) => {
    const { children, resources, dangers, findings = [] } = report;
    const alarm = dangers.length > 0 ? `**${dangers.length}**` : "";
    return row(
      code(subjectName(report)),
      counts(children),
      `${wordingOf(report).counted}: ${counts(resources)}`,
      alarm,
      ...(isHeld ? [findings.length > 0 ? String(findings.length) : ""] : []),
    );
  });
  const sections = reports.flatMap((report) => {
    const own = sectionsOf(report).filter(({ blocks }) => blocks.length > 0);
    const head = `${summaryLine(report)}${runningNote(report)}`;
    return own.length > 0
      ? [section("summary", 7, "", `## Preview of ${code(subjectName(report))}\n`, [head]), ...own]
      : [];
  });
  const table = section(
    "row",
    8,
    "\n",
    tableHead("", "kro", "Planned", "Dangers", ...(isHeld ? ["Findings"] : [])),
    rows,
  );
  const many = count(reports.length, "change");
  const title = comment === undefined ? many : `${code(comment)}: ${many}`;
  const intro = `${commentMarker({ title: "" }, comment)}\n## Preview of ${title}`;
  return fitSections(intro, [table, ...sections], limit, restOf(detailsUrl));
}

const isQuiet = (report: Report): boolean => !hasChange(report) && report.dangers.length === 0;

const runningNote = ({ running }: Report): string => (running === undefined ? "" : `\n\n**Note:** ${prose(running)}.`);

function sectionsOf(report: Report): Section[] {
  const notes = report.notes.map((note) => `- ${prose(note)}`);
  const noteSection = section("note", 5, "\n", "#### Notes\n", notes);
  if (isQuiet(report)) return [driftSection(report), noteSection];
  const { changed, unchanged } = byInstance(report.children);
  const [own, others] = [changed.filter((c) => !c.otherStack), changed.filter((c) => c.otherStack)];
  return [
    dangerSection(report),
    section("finding", 5, "\n", "### Policy\n", findingItems(report.findings ?? [])),
    driftSection(report),
    childSection("What kro does", 4, own),
    childSection(wordingOf(report).others, 3, others),
    section("line", 4, "\n\n", "", aside(changed, unchanged)),
    planSection(report),
    diffSection(changed),
    graphSection(changed),
    noteSection,
  ];
}

const section = (block: string, rank: number, separator: string, head: string, blocks: readonly string[]): Section => ({
  block,
  rank,
  separator,
  head,
  blocks,
});

function summaryLine(report: Report): string {
  const { children, resources, dangers, findings = [] } = report;
  const found = findingCount(findings);
  const dangerous = dangers.length > 0 ? ` **${count(dangers.length, "danger")}.**` : "";
  return `kro: **${counts(children)}**. ${wordingOf(report).counted}: ${counts(resources)}.${dangerous}${found === undefined ? "" : ` ${found}.`}`;
}

function dangerSection({ dangers }: Report): Section {
  const blocks = byDanger(dangers).flatMap((group) => [
    ...group.slice(0, DANGERS_SHOWN).map(({ name, message, of }) => `- **${name}**: ${prose(message)} (${code(of)})`),
    ...(group.length > DANGERS_SHOWN ? [`- **${group[0]!.name}**: ${group.length - DANGERS_SHOWN} more`] : []),
  ]);
  return section("danger", 6, "\n", "### Dangers\n", blocks);
}

/** Each resource, then what to type. */
function driftSection({ drift = [] }: Report): Section {
  const lines = drift.length > 0 ? [fence("diff", driftLines(drift).join("\n")), markdownRemedy(drift)] : [];
  return section("drift", 5, "\n\n", "### Not as the last update left it\n", lines);
}

const markdownRemedy = (drift: readonly Drift[]): string =>
  remedyLines(drift)
    .map((line) => (line.startsWith("  ") ? fence("sh", line.trim()) : line))
    .join("\n\n");

/** Of the fields that change, so many are named in a table. */
const FIELDS_SHOWN = 6;

function childSection(title: string, rank: number, instances: readonly ChangedInstance[]): Section {
  const rows = instances.flatMap(({ instance, children }) =>
    children.filter(isChange).map((child, i) => {
      const { kind, action, wave, condition } = child;
      const waveText = `${wave}${action === "delete" ? " (deletion)" : ""}`;
      const name = [
        code(objectName(child)),
        ...withinNames(child).map((parent) => `within ${code(parent)}`),
        ...(condition === undefined ? [] : [`if ${code(condition)}`]),
      ].join("<br>");
      return row(i === 0 ? code(instance) : "", actionCell(child), code(kind), name, waveText, fieldsCell(child));
    }),
  );
  const head = `### ${title}\n\n${tableHead("Instance", "Action", "Kind", "Name", "Wave", "Fields")}`;
  return section("changed child", rank, "\n", head, rows);
}

const actionCell = ({ action }: Pick<InstanceChildChange, "action">): string => `\`${SIGNS[action]}\` ${action}`;

function fieldsCell({ action, fields }: InstanceChildChange): string {
  if (action === "create" || action === "delete") return `all ${fields.length}`;
  const more = fields.length > FIELDS_SHOWN ? [`${fields.length - FIELDS_SHOWN} more`] : [];
  return [...fields.slice(0, FIELDS_SHOWN).map((field) => code(fieldName(field))), ...more].join("<br>");
}

/** What the tables leave out. */
function aside(changed: readonly ChangedInstance[], unchanged: readonly string[]): string[] {
  const names = (instances: readonly string[]) =>
    list(
      instances.map((instance) => code(instance)),
      10,
    );
  return [
    ...changed
      .filter(({ alike }) => alike.length > 0)
      .map(
        ({ instance, alike }) =>
          `${count(alike.length, "more instance")} change in the same fields as ${code(instance)}: ${names(alike.map((one) => one.instance))}.`,
      ),
    ...(unchanged.length > 0 ? [`Unchanged: ${names(unchanged)}.`] : []),
  ];
}

function planSection(report: Report): Section {
  const { plan, planned, typeText } = wordingOf(report);
  const rows = gatherResources(report.resources.filter(isChange)).map((resource) => {
    const { type, name, changed, alike } = resource;
    const others = list(
      alike.map((one) => code(one)),
      10,
    );
    return row(
      actionCell(resource),
      code(typeText(type)),
      alike.length > 0 ? `${code(name)}, and ${alike.length} more: ${others}` : code(name),
      changed.map((input) => code(input)).join(", "),
    );
  });
  const head = `### ${plan}\n\n${tableHead("Action", "Type", "Name", "Inputs")}`;
  return section(planned, 2, "\n", head, rows);
}

/** What a reader wants to see first, comes first, and is left out last. */
const DIFF_ORDER = ["replace", "delete", "update", "create"];

function diffSection(instances: readonly ChangedInstance[]): Section {
  const weight = ({ otherStack, dangers, action }: InstanceChildChange): number =>
    (otherStack ? 100 : 0) + (dangers.length > 0 ? 0 : 10) + DIFF_ORDER.indexOf(action);
  const children = instances
    .flatMap((instance) => instance.children)
    .filter((child) => isChange(child) && child.fields.length > 0)
    .toSorted((a, b) => weight(a) - weight(b));
  return section("field diff", 0, "\n\n", "### Fields\n", children.map(diffBlock));
}

/** Of one child, so many fields are shown, and so many characters of a value. */
const [DIFF_FIELDS, DIFF_VALUE] = [80, 300];

function diffBlock(child: InstanceChildChange): string {
  const { kind, action, fields, instance } = child;
  const shown = fields.slice(0, DIFF_FIELDS).flatMap((field) => {
    const [a, b] = valueTexts(field.before, field.after, DIFF_VALUE);
    const name = fieldName(field);
    return [...(a === undefined ? [] : [`- ${name}: ${a}`]), ...(b === undefined ? [] : [`+ ${name}: ${b}`])];
  });
  const more = fields.length > DIFF_FIELDS ? [`  ... and ${count(fields.length - DIFF_FIELDS, "field")} more`] : [];
  const of = [instance, ...withinNames(child)].map(htmlCode).join(", within ");
  const title = `${SIGNS[action]} ${htmlCode(kind)} ${htmlCode(objectName(child))} of ${of}`;
  const diff = fence("diff", [...shown, ...more].join("\n"));
  return `<details><summary>${title}</summary>\n\n${diff}\n\n</details>`;
}

/** More than so many different graphs nobody compares. */
const GRAPHS_SHOWN = 5;

function graphSection(instances: readonly ChangedInstance[]): Section {
  const blocks = graphsOf(instances)
    .slice(0, GRAPHS_SHOWN)
    .map(({ instances, others, source }) => {
      const names = list(
        instances.map((instance) => code(instance)),
        3,
      );
      const more = others > 0 ? ` (${count(others, "more instance")} change alike, with other unchanged children)` : "";
      return `${names}${more}:\n\n${fence("mermaid", source)}`;
    });
  return section("graph", 1, "\n\n", "### Waves\n", blocks);
}
