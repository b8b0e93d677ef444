import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FEATURES, features } from "../../e2e/fidelity/features.ts";

const PAGE = join(import.meta.dirname, "../../../docs/fidelity.md");
const TABLE = /(<!-- features:[^\n]*-->\n).*(<!-- end of the features -->)/s;

const texts = new Map(features.map(({ definition }) => [definition.metadata.name, JSON.stringify(definition.spec)]));

/** As docs/fidelity.md has them. */
function table(): string {
  const rows = Object.entries(FEATURES).flatMap(([page, all]) => {
    const rgds = [...new Set(Object.values(all).map(([rgd]) => rgd))];
    return rgds.map((rgd) => {
      const names = Object.entries(all).flatMap(([feature, [other]]) => (other === rgd ? feature : []));
      return `| ${page} | ${names.join("; ")} | \`${rgd}\` |`;
    });
  });
  return ["\n| page of kro's documentation | features | RGD |", "| --- | --- | --- |", ...rows, "\n"].join("\n");
}

describe("the RGDs for kro's features", () => {
  for (const [page, all] of Object.entries(FEATURES)) {
    for (const [feature, [rgd, text]] of Object.entries(all)) {
      it(`${page}: ${feature}`, () => assert.match(texts.get(rgd) ?? "", text));
    }
  }

  it("are 40 at least, and each has a feature and an instance", () => {
    assert.ok(features.length >= 40);
    const named = new Set(Object.values(FEATURES).flatMap((all) => Object.values(all).map(([rgd]) => rgd)));
    const lacking = features.filter(({ definition, instances }) => {
      const { name } = definition.metadata;
      // The one of which the outer one has the instance.
      return name !== "chain-inner" && (!named.has(name) || instances.length === 0);
    });
    assert.deepEqual(
      lacking.map(({ definition }) => definition.metadata.name),
      [],
    );
  });

  it("are in docs/fidelity.md", () => {
    const page = readFileSync(PAGE, "utf8");
    const written = page.replace(TABLE, (_, begin, end) => `${begin}${table()}${end}`);
    if (process.env.UPDATE_FIDELITY) writeFileSync(PAGE, written);
    assert.equal(page, written, "UPDATE_FIDELITY=1 npm run test:unit -- tests/unit/e2e writes it anew");
  });
});
