import { count } from "../../../console/index.ts";
import type { InstanceChildChange } from "../../report.ts";
import type { Wording } from "../../subject.ts";
import { byInstance, type ChangedInstance, counts, isNotable, objectName } from "../instances.ts";
import { childBlock } from "./children.ts";
import { graph } from "./graph.ts";
import { code, type Html, html, join, type Part } from "./markup.ts";

/** How much a page may hold and still be quick to open. What comes after is counted, not shown. */
export interface Limits {
  /** Default 200. */
  readonly instances?: number;
  /** Default 25. */
  readonly graphs?: number;
  /** Characters of markup that the fields may take, about. Default 5,000,000. */
  readonly characters?: number;
}

/** The instances as markup, and what was left out of them. */
export interface InstanceBlocks {
  readonly blocks: readonly Html[];
  /** Such as `812 instances`; empty where all is there. */
  readonly cut: readonly string[];
  /** Where the page tells of a child. */
  readonly idOf: (child: InstanceChildChange) => string | undefined;
}

/** So many instances are unfolded, and so many children of those. */
const OPEN = { instances: 4, children: 8, fields: 12 } as const;
/** Of names that need no block, so many are listed before they are folded. */
const NAMES = 10;

/** Every instance that changes, each to unfold, with the picture of its waves. */
export function instanceBlocks(
  children: readonly InstanceChildChange[],
  { instances: most = 200, graphs = 25, characters = 5_000_000 }: Limits,
  wording: Wording,
): InstanceBlocks {
  const { changed, unchanged } = byInstance(children);
  const shown = changed.slice(0, most);
  const notable = shown.flatMap((instance) => instance.children.filter(isNotable));
  const ids = new Map(notable.map((child, i) => [child, `child-${i + 1}`]));
  const idOf = (child: InstanceChildChange) => ids.get(child);
  const opened = new Set(notable.filter(isWorthOpening).slice(0, OPEN.children));
  let room = characters;
  let fieldless = 0;
  const oneChild = (child: InstanceChildChange): Html => {
    const options = { id: idOf(child)!, open: opened.has(child) };
    const block = childBlock(child, { ...options, withFields: room > 0 });
    if (room <= 0 && child.fields.length > 0) fieldless++;
    room -= block.text.length;
    return block;
  };
  const blocks = shown.map((instance, i) => {
    const own = instance.children.filter(({ parents }) => !parents);
    const drawing = i < graphs ? graph(instance.instance, own, idOf) : undefined;
    return instanceBlock(instance, wording, i < OPEN.instances, drawing, oneChild);
  });
  const cut = [
    ...(changed.length > most ? [count(changed.length - most, "instance")] : []),
    ...(shown.length > graphs ? [count(shown.length - graphs, "picture")] : []),
    ...(fieldless > 0 ? [`the fields of ${fieldless} ${fieldless === 1 ? "child" : "children"}`] : []),
  ];
  const rest = unchanged.length > 0 ? [html`<p>Unchanged: ${names(unchanged)}</p>`] : [];
  return { blocks: [...blocks, ...rest], cut, idOf };
}

/** What comes or goes whole has too many fields to be read by the way. */
const isWorthOpening = ({ action, fields, dangers }: InstanceChildChange): boolean =>
  dangers.length > 0 ||
  (action !== "create" && action !== "delete" && fields.length > 0 && fields.length <= OPEN.fields);

function instanceBlock(
  { instance, otherStack, children, alike }: ChangedInstance,
  { other }: Wording,
  open: boolean,
  drawing: Part,
  oneChild: (child: InstanceChildChange) => Html,
): Html {
  const [notable, same] = [children.filter(isNotable), children.filter((child) => !isNotable(child))];
  const like =
    alike.length > 0
      ? html`<p>${count(alike.length, "more instance")} change in the same fields: ${names(alike.map((one) => one.instance))}</p>`
      : undefined;
  const rest =
    same.length > 0
      ? html`<p class="muted">Unchanged: ${join(
          same.map((child) => html`${child.kind} ${code(objectName(child))}`),
          ", ",
        )}</p>`
      : undefined;
  return html`<details class="instance"${open ? html` open` : undefined}><summary><h3>${code(instance)}</h3>${otherStack ? ` (${other})` : ""}: ${counts(children)}</summary>
<div class="within">${like}${drawing}
${notable.map(oneChild)}${rest}</div></details>
`;
}

/** Names, many of them folded. */
export function names(all: readonly string[]): Html {
  const coded = (some: readonly string[]) =>
    join(
      some.map((name) => code(name)),
      ", ",
    );
  if (all.length <= NAMES) return coded(all);
  const more = all.slice(NAMES);
  return html`${coded(all.slice(0, NAMES))}<details><summary>and ${more.length} more</summary>${coded(more)}</details>`;
}
