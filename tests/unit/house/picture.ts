import { readFileSync, writeFileSync } from "node:fs";
import { type Import, readImports, roomOf } from "./imports.ts";
import { ROOMS } from "./rooms.ts";

// The picture in docs/architecture.md, drawn from the imports as they are.
//   node tests/unit/house/picture.ts     writes it there

/** The rooms by where they are. */
const GROUPS: Readonly<Record<string, readonly string[]>> = Object.groupBy(Object.keys(ROOMS), (room) => {
  const folder = ROOMS[room]!.at[0]!.split("/")[0]!;
  if (folder === "automation" || folder === "packages") return `${folder}/`;
  return folder === "sandbox" || folder === "bench" ? "beside the product" : "the program";
}) as Readonly<Record<string, readonly string[]>>;

export const architecture = new URL("../../../docs/architecture.md", import.meta.url);
const PICTURE = /(?<=<!-- picture: .*? -->\n\n).*?(?=\n\n<!-- end of the picture -->)/s;

/** The Mermaid block in a document. */
export const pictureIn = (text: string): string => PICTURE.exec(text)?.[0] ?? "";

/** A Mermaid block of the rooms and the arrows between them. What follows from other arrows is left out. */
export function picture(imports: readonly Import[]): string {
  const arrows = new Map(Object.keys(ROOMS).map((room) => [room, new Set<string>()]));
  for (const { from, to } of imports) {
    const [a, b] = [roomOf(from), roomOf(to)];
    if (a && b && a !== b) arrows.get(a)!.add(b);
  }
  const reaches = (from: string, to: string, seen = new Set<string>()): boolean =>
    [...arrows.get(from)!].some((next) => next === to || (!seen.has(next) && reaches(next, to, seen.add(next))));
  const isDirect = (from: string, to: string): boolean =>
    ![...arrows.get(from)!].some((next) => next !== to && reaches(next, to));
  return [
    "```mermaid",
    "flowchart TD",
    ...Object.entries(GROUPS).flatMap(([title, rooms], i) => [
      `  subgraph g${i} ["${title}"]`,
      ...rooms.map((room) => `    ${room}["<b>${room}</b><br>${ROOMS[room]!.what}"]`),
      "  end",
    ]),
    ...[...arrows].flatMap(([from, all]) =>
      [...all]
        .filter((to) => isDirect(from, to))
        .sort()
        .map((to) => `  ${from} --> ${to}`),
    ),
    "```",
  ].join("\n");
}

if (import.meta.main) {
  const text = readFileSync(architecture, "utf8");
  writeFileSync(architecture, text.replace(PICTURE, picture(readImports())));
}
