import assert from "node:assert/strict";
import stringWidth from "string-width";
import { cut, pad } from "../../../packages/console/index.ts";
import { valueTexts } from "../../../packages/kro-preview/index.ts";

const FAMILY = "👩‍👩‍👧";

describe("text for a terminal", () => {
  it("is cut by columns, with a sign of where", () => {
    assert.equal(cut("abcdef", 6), "abcdef");
    assert.equal(cut("abcdef", 3), "abc…");
    assert.equal(cut("abcdef", 3, 2), "…cde…");
    assert.equal(cut("abcdef", 3, 9), "…def");
    assert.equal(cut("名前です", 8), "名前です");
    assert.equal(cut("名前です", 4), "名前…");
    assert.equal(cut("名前です", 4, 9), "…です");
  });

  it("is never cut within a character", () => {
    const text = `a${FAMILY}e\u0301名👍🏽`.repeat(3);
    const characters = new Set([...new Intl.Segmenter().segment(text)].map(({ segment }) => segment));
    for (let length = 1; length < stringWidth(text); length++) {
      for (let start = 0; start < stringWidth(text); start++) {
        const shown = cut(text, length, start);
        assert.ok(stringWidth(shown.replaceAll("…", "")) <= length, shown);
        for (const { segment } of new Intl.Segmenter().segment(shown.replaceAll("…", ""))) {
          assert.ok(characters.has(segment), `${length} columns from ${start} on: ${JSON.stringify(shown)}`);
        }
      }
    }
  });

  it("fills a column", () => {
    assert.deepEqual(
      ["ab", "名", FAMILY, "abcde"].map((text) => pad(text, 4)),
      ["ab  ", "名  ", `${FAMILY}  `, "abcde"],
    );
  });

  it("always shows where two values differ", () => {
    for (const alike of ["x", "名", FAMILY]) {
      const [before, after] = valueTexts(`${alike.repeat(100)}1end`, `${alike.repeat(100)}2end`, 40);
      assert.match(before!, /1end"$/);
      assert.match(after!, /2end"$/);
      assert.ok(stringWidth(before!) <= 41);
    }
  });
});
