import assert from "node:assert/strict";
import { Folder, rgd, shop } from "./folder.ts";

/** The RGD with a field that instances must have. */
const breaking = (annotation = ""): string =>
  rgd({ image: "nginx:2" })
    .replace("spec:\n      replicas", "spec:\n      title: string | required=true\n      replicas")
    .replace("name: shop", `name: shop${annotation}`);
const ALLOWED = '\n  annotations: { kro.run/allow-breaking-changes: "true" }';

interface Report {
  readonly dangers: readonly { readonly name: string; readonly message: string; readonly of: string }[];
  readonly children: readonly { readonly action: string }[];
  readonly notes: readonly string[];
}

describe("kro-preview diff, of an RGD that its instances don't fit any more", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  const report = async (before: string, after: string, ...shops: readonly string[]): Promise<Report> => {
    const [old, next = old] = shops;
    folder = await Folder.make({
      "old/rgd.yaml": before,
      "new/rgd.yaml": after,
      "old/shop.yaml": old!,
      "new/shop.yaml": next!,
    });
    const { code, stdout, stderr } = await folder.run(["diff", "old", "new", "--format", "json"]);
    assert.deepEqual([code, stderr], [2, ""]);
    return JSON.parse(stdout);
  };

  it("reports the danger, and children as they were", async () => {
    const { dangers, children, notes } = await report(rgd(), breaking(), shop("tea"));
    assert.equal(
      notes.find((text) => text.startsWith("What is counted")),
      "What is counted holds only if the RGD shop is accepted, and it is refused: see definition-refused.",
    );
    assert.deepEqual(
      dangers.map(({ name, of }) => [name, of]),
      [["definition-refused", "ResourceGraphDefinition shop"]],
    );
    assert.match(dangers[0]!.message, /spec\.title/);
    assert.deepEqual(
      children.map(({ action }) => action),
      ["same", "same"],
    );
  });

  it("reports the instance where kro takes the RGD", async () => {
    const { dangers, notes } = await report(rgd(), breaking(ALLOWED), shop("tea"));
    assert.doesNotMatch(notes.join("\n"), /What is counted/);
    assert.deepEqual(dangers, [
      {
        name: "instance-refused",
        message:
          "the changed RGD shop does not fit shops/tea, whose next update the API server refuses: spec.title: must be there",
        of: "ResourceGraphDefinition shop",
      },
    ]);
  });

  it("is an error still where the instance changes with it, and is refused", async () => {
    folder = await Folder.make({
      "old/rgd.yaml": rgd(),
      "new/rgd.yaml": breaking(),
      "old/shop.yaml": shop("tea"),
      "new/shop.yaml": shop("tea", { replicas: 2 }),
    });
    const { code, stderr } = await folder.run(["diff", "old", "new"]);
    assert.equal(code, 1);
    assert.match(stderr, /^error: new\/shop\.yaml:1: instance shops\/tea: spec\.title: must be there\n$/);
  });
});
