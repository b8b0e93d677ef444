import { count } from "../../../console/index.ts";
import type { InstanceChildChange } from "../../report.ts";
import type { Wording } from "../../subject.ts";
import {
  type Branch,
  branchesOf,
  byInstance,
  type ChangedInstance,
  counts,
  isNotable,
  objectName,
} from "../instances.ts";
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
  const opened = new Set(notable.filter(isWorthOpening).slice(0, OPEN.children));
  let [room, fieldless] = [characters, 0];
  const oneChild = (child: InstanceChildChange): Html => {
    const options = { id: ids.get(child)!, open: opened.has(child) };
    const block = childBlock(child, { ...options, withFields: room > 0 });
    if (room <= 0 && child.fields.length > 0) fieldless++;
    room -= block.text.length;
    return block;
  };
  const page = new Pictures(graphs, ids);
  const blocks = shown.map((instance, i) => instanceBlock(instance, wording, i < OPEN.instances, page, oneChild));
  const cut = [
    ...(changed.length > most ? [count(changed.length - most, "instance")] : []),
    ...(page.left > 0 ? [count(page.left, "picture")] : []),
    ...(fieldless > 0 ? [`the fields of ${fieldless} ${fieldless === 1 ? "child" : "children"}`] : []),
  ];
  const rest = unchanged.length > 0 ? [html`<p>Unchanged: ${names(unchanged)}</p>`] : [];
  return { blocks: [...blocks, ...rest], cut, idOf: (child) => ids.get(child) };
}

/** What comes or goes whole has too many fields to be read by the way. */
const isWorthOpening = ({ action, fields, dangers }: InstanceChildChange): boolean =>
  dangers.length > 0 ||
  (action !== "create" && action !== "delete" && fields.length > 0 && fields.length <= OPEN.fields);

/** The pictures of a page, and what is within the boxes in them. */
class Pictures {
  /** How many were not drawn. */
  left = 0;
  #drawn = 0;
  readonly #most: number;
  readonly #ids: ReadonlyMap<InstanceChildChange, string>;
  readonly #within = new Map<InstanceChildChange, Within>();

  constructor(most: number, ids: ReadonlyMap<InstanceChildChange, string>) {
    this.#most = most;
    this.#ids = ids;
  }

  /** A picture; nothing where there are enough. */
  draw(title: string, branches: readonly Branch[]): Part {
    if (this.#drawn >= this.#most) {
      this.left++;
      return undefined;
    }
    this.#drawn++;
    const inner = (child: InstanceChildChange) => this.#within.get(child);
    return graph(
      title,
      branches.map(({ child }) => child),
      { idOf: (child) => this.#ids.get(child) ?? inner(child)?.id, within: (child) => inner(child)?.children ?? [] },
    );
  }

  /** The id of what is within a child. To be asked before the picture is drawn that the child is in. */
  idWithin({ child, within }: Branch): string {
    const known = this.#within.get(child) ?? { id: `within-${this.#within.size + 1}`, children: everyChange(within) };
    this.#within.set(child, known);
    return known.id;
  }
}

interface Within {
  readonly id: string;
  readonly children: readonly InstanceChildChange[];
}

const everyChange = (branches: readonly Branch[]): readonly InstanceChildChange[] =>
  branches.flatMap(({ child, within }) => [child, ...everyChange(within)]);

function instanceBlock(
  { instance, otherStack, children, alike }: ChangedInstance,
  { other }: Wording,
  open: boolean,
  pictures: Pictures,
  oneChild: (child: InstanceChildChange) => Html,
): Html {
  const like =
    alike.length > 0
      ? html`<p>${count(alike.length, "more instance")} change in the same fields: ${names(alike.map((one) => one.instance))}</p>`
      : undefined;
  const content = levelBlock(instance, branchesOf(children), pictures, oneChild);
  return html`<details class="instance"${open ? html` open` : undefined}><summary><h3>${code(instance)}</h3>${otherStack ? ` (${other})` : ""}: ${counts(children)}</summary>
<div class="within">${like}${content}</div></details>
`;
}

/** The picture of some children, and those with which something happens: each followed by what is within it. */
function levelBlock(
  title: string,
  branches: readonly Branch[],
  pictures: Pictures,
  oneChild: (child: InstanceChildChange) => Html,
): Html {
  const isAround = ({ within }: Branch): boolean => everyChange(within).some(isNotable);
  for (const branch of branches) if (isAround(branch)) pictures.idWithin(branch);
  const drawing = pictures.draw(title, branches);
  const blocks = branches.map((branch) => {
    const { child, within } = branch;
    const own = isNotable(child) ? oneChild(child) : undefined;
    if (!isAround(branch)) return own;
    const name = objectName(child);
    return html`${own}<details class="inner" open><summary>Within <strong>${child.kind}</strong> ${code(name)}: ${counts(everyChange(within))}</summary>
<div class="within" id="${pictures.idWithin(branch)}">${levelBlock(name, within, pictures, oneChild)}</div></details>
`;
  });
  const same = branches.flatMap((branch) => [
    ...(isNotable(branch.child) ? [] : [branch.child]),
    ...(isAround(branch) ? [] : everyChange(branch.within)),
  ]);
  const rest =
    same.length > 0
      ? html`<p class="muted">Unchanged: ${join(
          same.map((child) => html`${child.kind} ${code(objectName(child))}`),
          ", ",
        )}</p>`
      : undefined;
  return html`${drawing}
${blocks}${rest}`;
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
