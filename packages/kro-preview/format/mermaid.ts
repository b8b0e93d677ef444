import { cut } from "../../console/index.ts";
import type { Action } from "../changes.ts";
import type { InstanceChildChange } from "../report.ts";
import { type ChangedInstance, groupBy, objectName } from "./instances.ts";

/** Instances whose graphs look the same, and the graph. */
export interface Graph {
  /** `namespace/name`, of every instance. */
  readonly instances: readonly string[];
  /** Mermaid source. */
  readonly source: string;
}

/** One graph for all instances that have the same children, in the same waves, with the same actions. */
export function graphsOf(instances: readonly ChangedInstance[]): Graph[] {
  return groupBy(instances, ({ children }) => draw(children, false)).map((group) => {
    const names = group.flatMap(({ instance, alike }) => [instance, ...alike]);
    return { instances: names, source: draw(group[0]!.children, names.length === 1) };
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
  const waves = groupBy(children, ({ wave }) => String(wave)).toSorted(([a], [b]) => a!.wave - b!.wave);
  const used = new Set(children.map(({ action }) => action));
  const id = (wave: readonly InstanceChildChange[]) => `w${wave[0]!.wave}`;
  return [
    "flowchart LR",
    ...waves.flatMap((wave) => [
      `  subgraph ${id(wave)} ["wave ${wave[0]!.wave}"]`,
      // The children of a collection are one node.
      ...groupBy(wave, ({ node, kind, action }) => JSON.stringify([node, kind, action])).map(
        (group, i) => `    ${id(wave)}n${i}["${label(group, withNames)}"]:::${group[0]!.action}`,
      ),
      "  end",
    ]),
    ...(waves.length > 1 ? [`  ${waves.map(id).join(" --> ")}`] : []),
    ...[...used].map((action) => `  classDef ${action} ${CLASSES[action]}`),
  ].join("\n");
}

function label(group: readonly InstanceChildChange[], withNames: boolean): string {
  const { kind, node, action } = group[0]!;
  const name = group.length > 1 ? `${group.length} of ${node}` : withNames ? objectName(group[0]!) : node;
  return `${text(kind)}<br/>${text(name)}<br/>${action === "same" ? "unchanged" : action}`;
}

/** Mermaid's own entities: `#35;`. */
const text = (label: string): string =>
  cut(label, 60).replace(/[^\p{L}\p{N} ./…-]/gu, (character) => `#${character.codePointAt(0)};`);
