import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { faceOf, type Import, readImports, roomOf } from "./imports.ts";
import { architecture, picture, pictureIn } from "./picture.ts";
import { ROOMS } from "./rooms.ts";

const imports = readImports();
const isTest = (path: string): boolean => path.startsWith("tests/");
const isUnitTest = (path: string): boolean => /^tests\/(unit|standins)\//.test(path);
const text = ({ from, to }: Import): string => `${from} imports ${to}`;

describe("the house", () => {
  it("has every module in a room", () => {
    const outside = imports.map(({ from }) => from).filter((path) => !isTest(path) && !roomOf(path));
    const known = ["bench/reference/index.ts", "preload.mjs"];
    assert.deepEqual(
      [...new Set(outside)].filter((path) => !known.includes(path)),
      [],
    );
  });

  it("has no arrow but those of rooms.ts", () => {
    const wrong = imports.filter(({ from, to }) => {
      const [a, b] = [roomOf(from), roomOf(to)];
      return a && b && a !== b && !ROOMS[a]!.imports.includes(b);
    });
    assert.deepEqual(wrong.map(text), []);
  });

  it("has no arrow in rooms.ts that nobody needs", () => {
    const used = new Set(imports.map(({ from, to }) => `${roomOf(from)} -> ${roomOf(to)}`));
    const unused = Object.entries(ROOMS).flatMap(([room, { imports: all }]) =>
      all.map((other) => `${room} -> ${other}`).filter((arrow) => !used.has(arrow)),
    );
    assert.deepEqual(unused, []);
  });

  it("is entered by its doors", () => {
    // A unit test looks into its room; all others see what any user sees.
    const wrong = imports.filter(({ from, to }) => {
      const [a, b] = [roomOf(from), roomOf(to)];
      return b && a !== b && !isUnitTest(from) && to !== faceOf(b);
    });
    assert.deepEqual(wrong.map(text), []);
  });

  it("never needs its tests", () => {
    assert.deepEqual(imports.filter(({ from, to }) => !isTest(from) && isTest(to)).map(text), []);
  });

  it("imports nothing in a circle of rooms", () => {
    const visit = (room: string, path: readonly string[]): string[] =>
      path.includes(room)
        ? [[...path.slice(path.indexOf(room)), room].join(" -> ")]
        : ROOMS[room]!.imports.flatMap((next) => visit(next, [...path, room]));
    assert.deepEqual(
      Object.keys(ROOMS).flatMap((room) => visit(room, [])),
      [],
    );
  });

  it("hands out of a door only what somebody outside takes", () => {
    const unused = Object.keys(ROOMS)
      .map(faceOf)
      .filter((face) => existsSync(join(import.meta.dirname, "../../..", face)))
      .filter((face) => !imports.some(({ from, to }) => to === face && roomOf(from) !== roomOf(face)));
    assert.deepEqual(unused, []);
  });

  it("is drawn as it is in docs/architecture.md", () => {
    const drawn = pictureIn(readFileSync(architecture, "utf8"));
    assert.equal(drawn, picture(imports), "`node tests/unit/house/picture.ts` draws it anew");
  });
});
