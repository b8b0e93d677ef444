import { styleText } from "node:util";
import { cut, formatDuration, printable, textWidth } from "../../../packages/console/index.ts";
import { titleOf } from "../../../packages/kro/index.ts";
import type { ChildState, InstanceState, Phase } from "./progress.ts";

/** How states are written. */
export interface LineOptions {
  readonly color: boolean;
  /** Columns that a line may have. */
  readonly width: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

const SIGNS: Readonly<Record<Phase, string>> = {
  absent: "·",
  progressing: "…",
  ready: "✓",
  failing: "✗",
  deleting: "-",
};
const WORDS: Readonly<Record<Phase, string>> = {
  absent: "not there",
  progressing: "not ready",
  ready: "ready",
  failing: "failing",
  deleting: "being deleted",
};
const STYLES = { absent: "dim", progressing: "yellow", ready: "green", failing: "red", deleting: "magenta" } as const;

/** An instance's tree: itself, then each wave with its children. */
export function treeLines(instance: InstanceState, options: LineOptions): string[] {
  const waves = Object.entries(Object.groupBy(instance.children, ({ wave }) => wave));
  return [
    stateLine("", `${instance.kind} ${instance.id}`, instance, options),
    ...waves.flatMap(([wave, children = []], i) => {
      const last = i === waves.length - 1;
      return [
        `${last ? "└─" : "├─"} wave ${wave}`,
        ...children.map((child, j) => {
          const branch = `${last ? "   " : "│  "}${j === children.length - 1 ? "└─ " : "├─ "}`;
          return stateLine(branch, nameOf(child), child, options);
        }),
      ];
    }),
  ];
}

/** One line: sign, title, state, age and reason, no wider than there is room for. */
export function stateLine(
  branch: string,
  title: string,
  { phase, reason, created }: Pick<InstanceState, "phase" | "reason" | "created">,
  { color, width, now }: LineOptions,
): string {
  const age = created === undefined ? "" : `  ${formatDuration(now - Date.parse(created))}`;
  const start = `${SIGNS[phase]} ${printable(title)}  ${WORDS[phase]}${age}`;
  const room = Math.max(0, width - textWidth(branch) - textWidth(start) - 3);
  const why = reason === undefined || room < 10 ? "" : `  ${cut(printable(reason), room - 1)}`;
  const text = cut(start, Math.max(10, width - textWidth(branch) - 2));
  return `${branch}${color ? styleText(STYLES[phase], text, { validateStream: false }) : text}${why}`;
}

/** `wave 2  Table carts-kro/carts-table: not ready: ACK has not seen it yet`, of what is another than before. */
export function changeLines(before: readonly InstanceState[], after: readonly InstanceState[]): string[] {
  const known = new Map(before.map((instance) => [instance.id, instance]));
  return after.flatMap((instance) => {
    const old = known.get(instance.id);
    const children = instance.children.filter((child, i) => {
      const earlier = old?.children[i];
      // What isn't there yet is no news.
      return earlier ? differs(earlier, child) : child.phase !== "absent";
    });
    return [
      ...children.map((child) => `wave ${child.wave}  ${nameOf(child)}: ${stateText(child)}`),
      ...(!old || differs(old, instance) ? [`${instance.kind} ${instance.id}: ${stateText(instance)}`] : []),
    ].map(printable);
  });
}

/** As it was last told: a reason lasts until there is another one. */
export function lastTold(before: readonly InstanceState[], after: readonly InstanceState[]): InstanceState[] {
  const known = new Map(before.map((instance) => [instance.id, instance]));
  return after.map((instance) => {
    const old = known.get(instance.id);
    const children = instance.children.map((child, i) => withReason(old?.children[i], child));
    return { ...withReason(old, instance), children };
  });
}

const withReason = <T extends Pick<InstanceState, "phase" | "reason">>(old: T | undefined, now: T): T =>
  old?.phase === now.phase ? { ...now, reason: now.reason ?? old.reason } : now;

/** That there is no reason to be told just now is no news by itself. */
const differs = (a: Pick<InstanceState, "phase" | "reason">, b: Pick<InstanceState, "phase" | "reason">): boolean =>
  a.phase !== b.phase || (b.reason !== undefined && a.reason !== b.reason);

/** `not ready: waits for deployment` */
export const stateText = ({ phase, reason }: Pick<InstanceState, "phase" | "reason">): string =>
  [WORDS[phase], ...(reason === undefined ? [] : [reason])].join(": ");

export const nameOf = ({ kind, namespace, name }: ChildState): string =>
  titleOf({ kind, metadata: { namespace, name } });
