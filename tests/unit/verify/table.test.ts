import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";
import { formatTable } from "../../../automation/verify/formatTable.ts";
import type { Check, Verification } from "../../../automation/verify/verification.ts";

const ok: Check = {
  id: "rolled-out",
  object: "Deployment shop/carts",
  what: "rolled out",
  expected: "1/1",
  found: "1/1",
  verdict: "ok",
};
const wrong: Check = { ...ok, what: "fields", found: "one\ntwo", verdict: "wrong", remedy: "Do something." };
const unknown: Check = { ...ok, object: "Service shop/carts", what: "port", verdict: "unknown", remedy: "Let it." };
const report = (checks: readonly Check[], others: Partial<Verification> = {}): Verification => ({
  version: 1,
  project: "carts-stack",
  stack: "dev",
  verdict: "ok",
  checks,
  healed: [],
  ...others,
});
const plain = (...args: Parameters<typeof report>) => formatTable(report(...args), { color: false });

describe("verify's table", () => {
  it("says that all is well", () => {
    assert.equal(
      plain([ok]),
      "    check       expected  found\n\nDeployment shop/carts\nok  rolled out  1/1       1/1\n\ncarts-stack/dev: all 1 check ok\n",
    );
  });

  it("has the checks of an object together, a line for each thing found, and says what to do", () => {
    assert.equal(
      plain([ok, wrong, unknown]),
      [
        "         check       expected  found",
        "",
        "Deployment shop/carts",
        "ok       rolled out  1/1       1/1",
        "wrong    fields      1/1       one",
        "                               two",
        "",
        "Service shop/carts",
        "unknown  port        1/1       1/1",
        "",
        "wrong Deployment shop/carts: fields",
        "  Do something.",
        "",
        "unknown Service shop/carts: port",
        "  Let it.",
        "",
        "carts-stack/dev: 1 wrong, 1 unknown, 1 ok",
        "",
      ].join("\n"),
    );
  });

  it("says what was healed", () => {
    assert.match(plain([ok], { healed: ["shop/carts"] }), /^restarted Deployment shop\/carts\n/);
  });

  it("fits the terminal, and loses nothing", () => {
    const long = { ...wrong, found: `${"word ".repeat(40)}${"x".repeat(200)}end` };
    for (const width of [80, 120]) {
      const lines = formatTable(report([ok, long]), { color: false, width }).split("\n");
      assert.ok(lines.every(({ length }) => length <= width));
      const found = lines.map((line) => line.slice(28).trim()).join("");
      assert.equal(found.split("word").length - 1, 40);
      assert.match(found, /x{200}end/);
    }
  });

  it("has its columns below each other, and fits, whatever the characters", () => {
    const wide = { ...wrong, what: "名前", expected: "👍🏽", found: "字".repeat(100) };
    const lines = formatTable(report([ok, wide]), { color: false, width: 80 }).split("\n");
    assert.ok(lines.every((line) => stringWidth(line) <= 80));
    const columnOf = (cell: string): number => {
      const line = lines.find((text) => text.includes(cell))!;
      return stringWidth(line.slice(0, line.indexOf(cell)));
    };
    assert.equal(columnOf("👍🏽"), columnOf("expected"));
    assert.equal(columnOf("字字"), columnOf("found"));
    assert.equal(lines.join("").split("字").length - 1, 100);
  });

  it("has colours for a terminal only, and the same text", () => {
    const colored = formatTable(report([wrong]), { color: true });
    assert.notEqual(colored, plain([wrong]));
    assert.equal(stripVTControlCharacters(colored), plain([wrong]));
  });

  it("prints nothing that a terminal would obey", () => {
    const text = plain([{ ...wrong, found: "\u001b[2J\u0007", object: "x\u001b]0;title", remedy: "\r" }]);
    assert.equal(stripVTControlCharacters(text), text);
    assert.ok(![...text].some((character) => character < " " && character !== "\n"));
  });
});
