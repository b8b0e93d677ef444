import { count, printable } from "../../../packages/console/index.ts";
import { changeLines, type LineOptions, nameOf, stateLine, stateText, treeLines } from "./lines.ts";
import type { ChildState, InstanceState, Phase } from "./progress.ts";

/** Up to so many instances are told of child by child, where nobody can look at them again and again. */
export const EACH = 10;

/** Words for an instance as a whole, in the order in which a summary has them. */
const COUNTED: readonly (readonly [Phase, string])[] = [
  ["ready", "ready"],
  ["progressing", "under way"],
  ["deleting", "being deleted"],
  ["failing", "failing"],
  ["absent", "not there"],
];

/** An instance as a whole: as far as the worst of its parts, and what is said of that. */
export type Whole = Pick<InstanceState, "kind" | "id" | "phase" | "reason" | "created">;

export function wholeOf(instance: InstanceState): Whole {
  const { kind, id, created, children } = instance;
  const whole = (phase: Phase, reason: string | undefined): Whole => ({ kind, id, created, phase, reason });
  const failing = children.find((child) => child.phase === "failing");
  if (failing) return whole("failing", said(failing));
  if (instance.phase !== "ready") {
    const waits = instance.phase === "absent" ? undefined : children.find(isUnderWay);
    return whole(instance.phase, waits ? said(waits) : instance.reason);
  }
  const unready = children.find((child) => child.phase !== "ready");
  return unready ? whole("progressing", said(unready)) : whole("ready", undefined);
}

const isUnderWay = ({ phase, reason }: ChildState): boolean =>
  (phase === "progressing" || phase === "deleting") && reason !== undefined;

const said = (child: ChildState): string => `${nameOf(child)}: ${child.reason ?? stateText(child)}`;

/** `300 instances: 212 ready, 80 under way, 8 failing` */
export function summaryLine(wholes: readonly Whole[]): string {
  const parts = COUNTED.flatMap(([phase, word]) => {
    const number = wholes.filter((one) => one.phase === phase).length;
    return number > 0 ? `${number} ${word}` : [];
  });
  return `${count(wholes.length, "instance")}: ${parts.join(", ")}`;
}

/** What is worth a line, the most urgent first; what is ready, or not there, is in the summary alone. */
const URGENCY: readonly Phase[] = ["failing", "deleting", "progressing"];

/**
 * The trees of instances, where there is room for all of them; else a summary, and a line for each that fails, then for
 * each that is under way, as far as there is room.
 *
 * @param rows - lines that there may be.
 */
export function viewLines(instances: readonly InstanceState[], options: LineOptions, rows: number): string[] {
  const trees = instances.flatMap((instance) => treeLines(instance, options));
  if (instances.length <= 1 || trees.length <= rows) return trees;
  return overviewLines(instances.map(wholeOf), options, rows);
}

/** The trees of instances as they are; of hundreds a summary, and a line for each that is not ready. */
export function statusLines(instances: readonly InstanceState[], options: LineOptions): string[] {
  if (instances.length <= EACH) return instances.flatMap((instance) => treeLines(instance, options));
  return overviewLines(instances.map(wholeOf), options, Number.POSITIVE_INFINITY, [...URGENCY, "absent"]);
}

function overviewLines(wholes: readonly Whole[], options: LineOptions, rows: number, phases = URGENCY): string[] {
  const told = phases.flatMap((phase) => wholes.filter((one) => one.phase === phase));
  const room = Math.max(0, rows - 1);
  // Where it is not enough, the last line is for how many have none.
  const shown = told.slice(0, told.length > room ? Math.max(0, room - 1) : room);
  const left = told.length - shown.length;
  return [
    summaryLine(wholes),
    ...shown.map((one) => stateLine("", `${one.kind} ${one.id}`, one, options)),
    ...(left > 0 && room > 0 ? [`  and ${left} more`] : []),
  ];
}

/** What is another than before: child by child, or of hundreds of instances only what becomes of each as a whole. */
export function newsOf(before: readonly InstanceState[], after: readonly InstanceState[]): string[] {
  if (after.length <= EACH) return changeLines(before, after);
  const known = new Map(before.map((instance) => [instance.id, wholeOf(instance).phase]));
  return after.map(wholeOf).flatMap((whole) => {
    const { kind, id, phase } = whole;
    const old = known.get(id);
    // That it is not there yet, and then not ready, every one of them would tell.
    const isNews =
      phase !== old &&
      (old !== undefined || phase !== "absent") &&
      !(phase === "progressing" && old !== "ready" && old !== "failing");
    return isNews ? printable(`${kind} ${id}: ${stateText(whole)}`) : [];
  });
}
