import { cut } from "../../console/index.ts";
import type { Action } from "../changes.ts";
import type { InstanceChildChange } from "../report.ts";
import { type Branch, branchesOf, type ChangedInstance, groupBy, inTime, objectName, type Wave } from "./instances.ts";

/** Instances whose graphs look the same, and the graph. */
export interface Graph {
  /** `namespace/name`, of every instance. */
  readonly instances: readonly string[];
  /** How many more change in the same way, and have other children that stay as they are. */
  readonly others: number;
  /** Mermaid source. */
  readonly source: string;
}

/** One graph for all instances that have the same children, in the same waves, with the same actions. */
export function graphsOf(instances: readonly ChangedInstance[]): Graph[] {
  return groupBy(instances, ({ children }) => draw(children, false)).map((group) => {
    const all = group.flatMap((one) => [one, ...one.alike]);
    const look = draw(group[0]!.children, false);
    const names = all.filter(({ children }) => draw(children, false) === look).map(({ instance }) => instance);
    return { instances: names, others: all.length - names.length, source: draw(group[0]!.children, all.length === 1) };
  });
}

/** Dark text on light colours: readable in both of GitHub's themes. */
const CLASSES: Readonly<Record<Action, string>> = {
  create: "fill:#dafbe1,stroke:#1a7f37,color:#1f2328",
  update: "fill:#fff8c5,stroke:#9a6700,color:#1f2328",
  replace: "fill:#fbefff,stroke:#8250df,color:#1f2328",
  delete: "fill:#ffebe9,stroke:#cf222e,color:#1f2328",
  same: "fill:#f6f8fa,stroke:#8c959f,color:#57606a",
};

function draw(children: readonly InstanceChildChange[], withNames: boolean): string {
  const used = new Set(children.map(({ action }) => action));
  return [
    "flowchart LR",
    ...drawWaves(branchesOf(children), "", withNames, "  "),
    ...[...used].map((action) => `  classDef ${action} ${CLASSES[action]}`),
  ].join("\n");
}

/** @param prefix - of the ids of what is within another node. */
function drawWaves(branches: readonly Branch[], prefix: string, withNames: boolean, indent: string): string[] {
  const waves = inTime(branches, ({ child }) => child);
  const id = ({ items: [first] }: Wave<Branch>) =>
    `${prefix}${first!.child.action === "delete" ? "d" : "w"}${first!.child.wave}`;
  return [
    ...waves.flatMap((wave) => [
      `${indent}subgraph ${id(wave)} ["${wave.title}"]`,
      // The children of a collection are one node.
      ...groupBy(wave.items, ({ child: { node, kind, action } }) => JSON.stringify([node, kind, action])).flatMap(
        (group, i) => drawNode(group, `${id(wave)}n${i}`, withNames, `${indent}  `),
      ),
      `${indent}end`,
    ]),
    ...(waves.length > 1 ? [`${indent}${waves.map(id).join(" --> ")}`] : []),
  ];
}

/** An instance is drawn around what is within it. */
function drawNode(group: readonly Branch[], id: string, withNames: boolean, indent: string): string[] {
  const within = group.flatMap((branch) => branch.within);
  const children = group.map(({ child }) => child);
  const [text, action] = [label(children, withNames), children[0]!.action];
  if (within.length === 0) return [`${indent}${id}["${text}"]:::${action}`];
  return [
    `${indent}subgraph ${id} ["${text}"]`,
    ...drawWaves(within, id, withNames, `${indent}  `),
    `${indent}end`,
    `${indent}class ${id} ${action}`,
  ];
}

function label(group: readonly InstanceChildChange[], withNames: boolean): string {
  const { kind, node, action } = group[0]!;
  const name = group.length > 1 ? `${group.length} of ${node}` : withNames ? objectName(group[0]!) : node;
  return `${text(kind)}<br/>${text(name)}<br/>${action === "same" ? "unchanged" : action}`;
}

/** Mermaid's own entities: `#35;`. */
const text = (label: string): string =>
  cut(label, 60).replace(/[^\p{L}\p{N} ./…-]/gu, (character) => `#${character.codePointAt(0)};`);
