import { createHash } from "node:crypto";
import { count } from "../../console/index.ts";
import { titleOf } from "../../kro/index.ts";
import type { Action } from "../changes.ts";
import { DANGERS } from "../dangers/names.ts";
import type { Drift } from "../drift.ts";
import type { InstanceChildChange, Report } from "../report.ts";
import { subjectName, wordingOf } from "../subject.ts";
import { byDanger, DANGERS_SHOWN } from "./dangers.ts";
import { driftLines, remedyLines } from "./drift.ts";
import { actionText } from "./html/graph.ts";
import { type InstanceBlocks, instanceBlocks, type Limits } from "./html/instances.ts";
import { code, type Html, html, join, type Part, prose } from "./html/markup.ts";
import { STYLE } from "./html/style.ts";
import { counts, hasChange, isNotable, SIGNS } from "./instances.ts";
import { findingLines } from "./policyFindings.ts";

/** How a report is written as a page. */
export interface HtmlOptions extends Limits {
  /** What the report is of, in its title. Default: what it says itself. */
  readonly title?: string;
}

/**
 * The report as one page that needs nothing else: no network, no script, no file beside it. Ends with a newline.
 * It is allowed its own style and no more (Content-Security-Policy), and all that comes from outside is escaped.
 */
export function formatHtml(report: Report, { title = subjectName(report), ...limits }: HtmlOptions = {}): string {
  const instances = instanceBlocks(report.children, limits, wordingOf(report));
  const changes = hasChange(report) || report.dangers.length > 0;
  const heading = changes ? "Preview of" : report.title === undefined ? "No change in" : "No change:";
  const policy = `default-src 'none'; style-src 'sha256-${createHash("sha256").update(STYLE.text).digest("base64")}'; base-uri 'none'; form-action 'none'`;
  const page = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${heading} ${title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${heading} ${code(title)}</h1>
${changes ? summary(report) : undefined}
${report.running === undefined ? undefined : html`<p class="notice">${prose(report.running)}.</p>`}${cutNotice(instances.cut)}
</header>
<main>
${dangerSection(report, instances)}${policySection(report)}${driftSection(report.drift ?? [])}${changes ? kroSection(report, instances) : undefined}${planSection(report)}${noteSection(report.notes)}
</main>
<footer><p>What kro will do, told before anything is applied. A value that is known after apply, only the cluster can give.</p></footer>
</body>
</html>
`;
  return page.text;
}

const ACTIONS: readonly Action[] = ["create", "update", "replace", "delete", "same"];

/** How much of what, the dangers and findings with it. */
function summary(report: Report): Html {
  const { children, resources, dangers, findings = [] } = report;
  const chips = ACTIONS.flatMap((action) => {
    const some = children.filter((child) => child.action === action);
    return some.length === 0 ? [] : [html`<li class="chip ${action}">${SIGNS[action]} ${counts(some)}</li>`];
  });
  const alarm =
    dangers.length > 0 ? html`<li class="chip delete">! ${count(dangers.length, "danger")}</li>` : undefined;
  const found =
    findings.length > 0 ? html`<li class="chip update">${count(findings.length, "finding")}</li>` : undefined;
  const plan =
    resources.length > 0 ? html`<p class="muted">${wordingOf(report).counted}: ${counts(resources)}.</p>` : undefined;
  return html`<ul class="chips" aria-label="what kro does, by children">${alarm}${found}${chips}</ul>${plan}`;
}

const cutNotice = (cut: readonly string[]): Part =>
  cut.length === 0
    ? undefined
    : html`<p class="notice"><strong>Cut, so that it opens:</strong> ${cut.join(", ")} left out. All of it is in the report as JSON.</p>`;

function dangerSection({ dangers, children }: Report, { idOf }: InstanceBlocks): Part {
  if (dangers.length === 0) return undefined;
  const places = childrenInDanger(children);
  const item = ({ name, message, of }: Report["dangers"][number]): Html => {
    const child = places.get(JSON.stringify([name, message, of]))?.shift();
    const id = child && idOf(child);
    return html`<li>${prose(message)} <span class="say">(${id === undefined ? code(of) : html`<a href="#${id}">${code(of)}</a>`})</span></li>`;
  };
  const blocks = byDanger(dangers).map((group) => {
    const [shown, more] = [group.slice(0, DANGERS_SHOWN), group.slice(DANGERS_SHOWN)];
    const rest =
      more.length > 0
        ? html`<details><summary>${more.length} more</summary><ul>${more.map(item)}</ul></details>`
        : undefined;
    const { name } = group[0]!;
    return html`<div class="alarm"><strong>! ${name}</strong>${Object.hasOwn(DANGERS, name) ? html` <span class="muted">${DANGERS[name]!}</span>` : undefined}<ul>${shown.map(item)}</ul>${rest}</div>
`;
  });
  return section("dangers", "Dangers", blocks);
}

/** The children that a danger is of, by its name, message and title. */
function childrenInDanger(children: readonly InstanceChildChange[]): ReadonlyMap<string, InstanceChildChange[]> {
  const all = children.flatMap((child) =>
    child.dangers.map(({ name, message }) => {
      const of = titleOf({ kind: child.kind, metadata: child });
      return { key: JSON.stringify([name, message, of]), child };
    }),
  );
  const grouped = Map.groupBy(all, ({ key }) => key);
  return new Map([...grouped].map(([key, found]) => [key, found.map(({ child }) => child)]));
}

/** What the policy finds, the same of several children once. */
function policySection({ findings = [] }: Report): Part {
  if (findings.length === 0) return undefined;
  const items = findingLines(findings).map(
    ({ head, of }) => html`<li>${head}<ul>${of.map((one) => html`<li>${code(one)}</li>`)}</ul></li>
`,
  );
  return section("policy", "Policy", html`<ul>${items}</ul>`);
}

function driftSection(drift: readonly Drift[]): Part {
  if (drift.length === 0) return undefined;
  const lines = join(
    driftLines(drift),
    html`
`,
  );
  const remedies = remedyLines(drift).map((line) =>
    line.startsWith("  ") ? html`<pre>${line}</pre>` : html`<p>${prose(line)}</p>`,
  );
  return section("drift", "Not as the last update left it", html`<pre>${lines}</pre>${remedies}`);
}

const kroSection = ({ children }: Report, { blocks }: InstanceBlocks): Part =>
  children.length === 0 ? undefined : section("kro", "What kro does", blocks);

function planSection(report: Report): Part {
  const { plan, typeText } = wordingOf(report);
  const shown = report.resources.filter(isNotable);
  if (shown.length === 0) return undefined;
  const rows = shown.map(
    ({ action, type, name, changed }) =>
      html`<tr><td><span class="sign ${action}">${actionText(action)}</span></td><td>${code(typeText(type))}</td><td>${code(name)}</td><td>${join(
        changed.map((input) => code(input)),
        ", ",
      )}</td></tr>
`,
  );
  return section(
    "plan",
    plan,
    html`<div class="scroll" tabindex="0" role="region" aria-label="${plan}"><table><thead><tr><th scope="col">Action</th><th scope="col">Type</th><th scope="col">Name</th><th scope="col">Inputs</th></tr></thead><tbody>
${rows}</tbody></table></div>`,
  );
}

const noteSection = (notes: readonly string[]): Part =>
  notes.length === 0
    ? undefined
    : section("notes", "Notes", html`<ul class="notes">${notes.map((note) => html`<li>${prose(note)}</li>`)}</ul>`);

const section = (id: string, title: string, content: Part): Html =>
  html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${content}</section>
`;
