import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import ts from "typescript";
import { ROOMS } from "./rooms.ts";

const root = join(import.meta.dirname, "../../..");

/** A file of ours that imports another one. Paths from the top of the repository. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

/** Every import of one of our modules by another, `import()` and `import type` included. */
export function readImports(): Import[] {
  const tracked = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  const modules = tracked
    .toString()
    .split("\n")
    .filter((path) => /\.(ts|mjs|cjs)$/.test(path));
  return modules.flatMap((from) => {
    const { importedFiles } = ts.preProcessFile(readFileSync(join(root, from), "utf8"), true, true);
    return importedFiles
      .filter(({ fileName }) => fileName.startsWith("."))
      .map(({ fileName }) => ({ from, to: normalize(join(dirname(from), fileName)) }));
  });
}

/** The room that a path is in; undefined for tests, and for what is in none. */
export function roomOf(path: string): string | undefined {
  const found = Object.entries(ROOMS).find(([, { at }]) =>
    at.some((place) => path === place || path.startsWith(`${place}/`)),
  );
  return found?.[0];
}

/** The module that others come into a room by. */
export const faceOf = (room: string): string => ROOMS[room]!.face ?? `${ROOMS[room]!.at[0]}/index.ts`;
