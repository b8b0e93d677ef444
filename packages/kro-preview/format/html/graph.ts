import { count, cut } from "../../../console/index.ts";
import type { InstanceChildChange } from "../../report.ts";
import { objectName, SIGNS } from "../instances.ts";
import { BOX, type Box, layOut, type Point } from "./layout.ts";
import { type Html, html } from "./markup.ts";

/** Columns of text that a box has room for. */
const [KIND, NAME] = [22, 24];

/** The word for what happens, with its sign: a colour alone tells nobody enough. */
export const actionText = (action: InstanceChildChange["action"]): string =>
  action === "same" ? "unchanged" : `${SIGNS[action]} ${action}`;

/**
 * An instance's children as a picture, wave by wave.
 *
 * @param idOf - the id of what the page tells of a child; undefined where it tells nothing.
 */
export function graph(
  title: string,
  children: readonly InstanceChildChange[],
  idOf: (child: InstanceChildChange) => string | undefined,
): Html {
  const { width, height, columns, boxes, edges, left } = layOut(children);
  const more = left > 0 ? html`<p class="muted">${count(left, "more object")} not drawn.</p>` : undefined;
  // The page's own style does the colouring; without it a picture is still black on white.
  return html`<div class="graph" tabindex="0" role="region" aria-label="waves of ${title}">
<svg width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="what happens, wave by wave" fill="none" stroke-width="1">
${edges.map(line)}
${columns.map((column) => html`<text class="column" x="${column.x + 2}" y="16" font-size="13" fill="currentColor">${column.title}</text>`)}
${boxes.map((box) => drawn(box, idOf(box.children[0]!)))}
</svg>${more}</div>`;
}

function drawn({ children, x, y }: Box, id: string | undefined): Html {
  const { kind, node, action, condition } = children[0]!;
  const name = children.length > 1 ? `${children.length} of ${node}` : objectName(children[0]!);
  const dangers = children.flatMap((child) => child.dangers).length;
  const what = [
    actionText(action),
    condition === undefined ? "" : "perhaps",
    dangers > 0 ? count(dangers, "danger") : "",
  ];
  const top = y - BOX.height / 2;
  const inside = html`<title>${kind} ${name}: ${what.filter(Boolean).join(", ")}${condition === undefined ? "" : `, if ${condition}`}</title><rect x="${x}" y="${top}" width="${BOX.width}" height="${BOX.height}" rx="8" stroke="currentColor"/><text x="${x + 12}" y="${top + 20}" font-size="13" font-weight="600" fill="currentColor">${cut(kind, KIND)}</text><text class="name" x="${x + 12}" y="${top + 37}" font-size="11.5" fill="currentColor">${cut(name, NAME)}</text><text class="what" x="${x + 12}" y="${top + 54}" font-size="12" fill="currentColor">${what.filter(Boolean).join(" · ")}</text>`;
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
