import assert from "node:assert/strict";
import { formatDuration, parseDuration } from "../../../packages/console/index.ts";

describe("a duration", () => {
  it("is read in milliseconds", () => {
    const texts = { "1s": 1, "90s": 90, "20m": 1200, "1h30m": 5400, "2h3m4s": 7384, "576h": 2_073_600 };
    for (const [text, seconds] of Object.entries(texts)) assert.equal(parseDuration(text), seconds * 1000, text);
  });

  it("is nothing else, nothing at all, and nothing that a timer can't take", () => {
    const texts = ["", "0s", "0h0m", "10", "10 minutes", "1.5h", "-1s", "30m1h", "1m1m", "1d", "90S", "576h1s", "1m\n"];
    for (const text of texts) assert.equal(parseDuration(text), undefined, text);
  });

  it("is written as kubectl writes ages", () => {
    const texts = [0, 119_000, 120_000, 7_200_000, 172_800_000].map(formatDuration);
    assert.deepEqual(texts, ["0s", "119s", "2m", "2h", "2d"]);
  });
});
