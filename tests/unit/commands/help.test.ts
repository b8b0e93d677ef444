import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { cartsProgram } from "../../../automation/commands/program.ts";

const DOCS = new URL("../../../docs/", import.meta.url);

describe("--help", () => {
  for (const command of cartsProgram().commands) {
    it(`of ${command.name()} has no unit of ours, no line's end of the source, and the page that describes its JSON`, async () => {
      const help = command.helpInformation();
      // As one would write it: no milliseconds, no list in JSON.
      assert.doesNotMatch(help, /default: (\[|\d{5})/);
      // Lines are broken where the terminal ends, and not there as well where the source's do.
      assert.doesNotMatch(command.description(), /[^\n]\n[^\n ]/);
      const [, page] = /write JSON to stdout: docs\/(\S+)\s+describes it/.exec(help) ?? [];
      if (page) assert.match(await readFile(new URL(page, DOCS), "utf8"), /^## JSON$|`--json`/m);
    });
  }
});
