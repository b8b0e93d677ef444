import { count, cut } from "../../../console/index.ts";
import type { InstanceChildChange } from "../../report.ts";
import { isChange, objectName, SIGNS } from "../instances.ts";
import { BOX, type Box, layOut, type Point } from "./layout.ts";
import { type Html, html } from "./markup.ts";

/** Columns of text that a box has room for. */
const [KIND, NAME] = [22, 24];

/** The word for what happens, with its sign: a colour alone tells nobody enough. */
export const actionText = (action: InstanceChildChange["action"]): string =>
  action === "same" ? "unchanged" : `${SIGNS[action]} ${action}`;

/** What a page tells of a child. */
interface Told {
  /** The id of that; undefined where it tells nothing. */
  readonly idOf: (child: InstanceChildChange) => string | undefined;
  /** What is within the child, and has a picture of its own. */
  readonly within: (child: InstanceChildChange) => readonly InstanceChildChange[];
}

/** An instance's children as a picture, wave by wave. */
export function graph(title: string, children: readonly InstanceChildChange[], told: Told): Html {
  const { width, height, columns, boxes, edges, left } = layOut(children);
  const more = left > 0 ? html`<p class="muted">${count(left, "more object")} not drawn.</p>` : undefined;
  // The page's own style does the colouring; without it a picture is still black on white.
  return html`<div class="graph" tabindex="0" role="region" aria-label="waves of ${title}">
<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="what happens, wave by wave" fill="none" stroke-width="1">
${edges.map(line)}
${columns.map((column) => html`<text class="column" x="${column.x + 2}" y="16" font-size="13" fill="currentColor">${column.title}</text>`)}
${boxes.map((box) => drawn(box, told))}
</svg>${more}</div>`;
}

function drawn({ children, x, y }: Box, told: Told): Html {
  const { kind, node, action, condition } = children[0]!;
  const name = children.length > 1 ? `${children.length} of ${node}` : objectName(children[0]!);
  const dangers = children.flatMap((child) => child.dangers).length;
  const within = children.flatMap(told.within);
  const changes = within.filter(isChange).length;
  const what = [
    actionText(action),
    condition === undefined ? "" : "perhaps",
    dangers > 0 ? count(dangers, "danger") : "",
    changes > 0 ? `${changes} within` : "",
  ];
  const top = y - BOX.height / 2;
  // A sheet behind it: there is more.
  const behind =
    within.length > 0
      ? html`<rect class="behind" x="${x + 5}" y="${top - 5}" width="${BOX.width}" height="${BOX.height}" rx="8" stroke="currentColor"/>`
      : undefined;
  const inside = html`<title>${kind} ${name}: ${what.filter(Boolean).join(", ")}${condition === undefined ? "" : `, if ${condition}`}</title>${behind}<rect x="${x}" y="${top}" width="${BOX.width}" height="${BOX.height}" rx="8" stroke="currentColor"/><text x="${x + 12}" y="${top + 20}" font-size="13" font-weight="600" fill="currentColor">${cut(kind, KIND)}</text><text class="name" x="${x + 12}" y="${top + 37}" font-size="11.5" fill="currentColor">${cut(name, NAME)}</text><text class="what" x="${x + 12}" y="${top + 54}" font-size="12" fill="currentColor">${what.filter(Boolean).join(" · ")}</text>`;
  const id = told.idOf(children[0]!);
  const classes = `node ${action}${condition === undefined ? "" : " perhaps"}`;
  return id === undefined
    ? html`<g class="${classes}">${inside}</g>`
    : html`<a class="${classes}" href="#${id}">${inside}</a>`;
}

const TIP = 6;

/** A line that leaves and reaches its boxes level, and its tip. */
function line(points: readonly Point[]): Html {
  const [first, ...rest] = points;
  let from = first!;
  const curves = rest.map((to, i) => {
    const [x, y] = [to[0] - (i === rest.length - 1 ? TIP : 0), to[1]];
    const middle = (from[0] + x) / 2;
    const curve = from[1] === y ? `H${x}` : `C${middle} ${from[1]} ${middle} ${y} ${x} ${y}`;
    from = to;
    return curve;
  });
  const [x, y] = from;
  return html`<path class="edge" d="M${first![0]} ${first![1]}${curves}" stroke="currentColor"/><path class="tip" d="M${x} ${y}l-${TIP + 2} -4v8z" fill="currentColor"/>`;
}
