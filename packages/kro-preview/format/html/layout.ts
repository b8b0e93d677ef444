import type { InstanceChildChange } from "../../report.ts";
import { groupBy, inTime } from "../instances.ts";

/** A child in a picture, or all that a collection makes and that fare alike. */
export interface Box {
  readonly children: readonly InstanceChildChange[];
  /** Of its middle on the left. */
  readonly x: number;
  readonly y: number;
}

/** Children that kro makes, or deletes, at the same time. */
export interface Column {
  readonly title: string;
  readonly x: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly Column[];
  readonly boxes: readonly Box[];
  /** Points that a line goes through, from the right of a box to the left of another; left to right. */
  readonly edges: readonly (readonly Point[])[];
  /** Children that have no box: their wave has too many. */
  readonly left: number;
}

export type Point = readonly [x: number, y: number];

/** Sizes, in pixels. */
export const BOX = { width: 190, height: 64 } as const;
const GAP = { column: 44, row: 18, head: 30, lane: 22, margin: 8 } as const;

/** Of a wave, so many boxes are drawn. */
const ROWS = 12;

/** A place in a column: a box, or where a line passes that goes further. */
interface Slot {
  readonly box?: readonly InstanceChildChange[];
  /** Of the column before. */
  readonly from: Slot[];
  row: number;
}

/**
 * An instance's children, a column for each wave from left to right, in the order of time: what kro deletes comes last.
 * Lines are what children wait for, without those that follow from others.
 */
export function layOut(children: readonly InstanceChildChange[]): Layout {
  const waves = inTime(children, (child) => child).map(({ title, items }) => ({
    title,
    groups: groupBy(items, alike),
  }));
  const columns = waves.map(({ groups }) => groups.slice(0, ROWS).map((box): Slot => ({ box, from: [], row: 0 })));
  const left = waves.flatMap(({ groups }) => groups.slice(ROWS)).flat().length;
  const ends = connect(columns);
  for (const [i, column] of columns.entries()) order(column, i === 0);

  const heights = columns.map((column) => column.reduce((sum, slot) => sum + heightOf(slot) + GAP.row, -GAP.row));
  const tallest = Math.max(0, ...heights);
  const places = new Map<Slot, Point>();
  for (const [i, column] of columns.entries()) {
    let y = GAP.head + (tallest - heights[i]!) / 2;
    for (const slot of column) {
      places.set(slot, [xOf(i), y + heightOf(slot) / 2]);
      y += heightOf(slot) + GAP.row;
    }
  }
  return {
    width: xOf(columns.length) - GAP.column + GAP.margin,
    height: GAP.head + tallest + GAP.margin,
    columns: waves.map(({ title }, i) => ({ title, x: xOf(i) })),
    boxes: [...places].flatMap(([{ box }, [x, y]]) => (box ? [{ children: box, x, y }] : [])),
    edges: ends.map((slots) =>
      slots.flatMap((slot, i): Point[] => {
        const [x, y] = places.get(slot)!;
        if (i === 0) return [[x + BOX.width, y]];
        return slot.box
          ? [[x, y]]
          : [
              [x, y],
              [x + BOX.width, y],
            ];
      }),
    ),
    left,
  };
}

const xOf = (column: number): number => GAP.margin + column * (BOX.width + GAP.column);
const heightOf = ({ box }: Slot): number => (box ? BOX.height : GAP.lane - GAP.row);

/** The children of a collection share a box. */
const alike = ({ node, kind, action }: InstanceChildChange): string => JSON.stringify([node, kind, action]);

/** The slots of each line. A line passes through a slot of its own in each column between its ends. */
function connect(columns: Slot[][]): Slot[][] {
  const at = new Map(columns.flatMap((column, i) => column.map((slot) => [slot, i] as const)));
  const boxes = [...at.keys()];
  const earlier = (slot: Slot): Slot[] =>
    boxes.filter((other) => waitsFor(slot, other) && at.get(other)! < at.get(slot)!);
  const direct = new Map(boxes.map((slot) => [slot, earlier(slot)]));
  const before = new Map<Slot, Set<Slot>>();
  for (const slot of boxes)
    before.set(slot, new Set(direct.get(slot)!.flatMap((other) => [other, ...before.get(other)!])));
  return boxes.flatMap((slot) => {
    const sources = direct.get(slot)!;
    const needed = sources.filter(
      (source) => !sources.some((other) => other !== source && before.get(other)!.has(source)),
    );
    return needed.map((source) => {
      const line = [source];
      for (let i = at.get(source)! + 1; i < at.get(slot)!; i++) {
        const lane: Slot = { from: [line.at(-1)!], row: 0 };
        columns[i]!.push(lane);
        line.push(lane);
      }
      slot.from.push(line.at(-1)!);
      return [...line, slot];
    });
  });
}

/** Whether what happens to a box comes after what happens to another. Of two that are deleted, the one that waited goes first. */
function waitsFor({ box }: Slot, other: Slot): boolean {
  const [mine, others] = [box![0]!, other.box![0]!];
  const [gone, otherGone] = [mine, others].map(({ action }) => action === "delete");
  if (gone !== otherGone) return false;
  const [later, sooner] = gone ? [others, mine] : [mine, others];
  return later.dependsOn?.includes(sooner.node) ?? false;
}

/** Beside what it comes from, so that few lines cross. */
function order(column: Slot[], isFirst: boolean): void {
  const middle = ({ from, row }: Slot) =>
    isFirst || from.length === 0 ? row : from.reduce((sum, slot) => sum + slot.row, 0) / from.length;
  for (const [i, slot] of column.entries()) slot.row = i;
  column.sort((a, b) => middle(a) - middle(b));
  for (const [i, slot] of column.entries()) slot.row = i;
}
