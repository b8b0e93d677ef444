import assert from "node:assert/strict";
import { Folder, rgd, shop } from "./folder.ts";

describe("kro-preview comment", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  const report = async (kind: string, image: string, instances = 1): Promise<string> => {
    const shops = Array.from({ length: instances }, (_, i) => shop(`shop-${i}`, {}, kind)).join("---\n");
    await folder.write({
      "old.yaml": `${rgd({ kind })}---\n${shops}`,
      "new.yaml": `${rgd({ kind, image })}---\n${shops.replaceAll("spec: {}", `spec: {"replicas":2}`)}`,
    });
    const { stdout } = await folder.run(["diff", "old.yaml", "new.yaml", "--json", "--title", kind]);
    return stdout;
  };

  it("is one comment of several reports: a table of all, then each with something to tell", async () => {
    folder = await Folder.make();
    await folder.write({
      "reports/1.json": await report("Shop", "nginx:2"),
      "reports/2.json": await report("Kiosk", "a:b"),
    });
    const stack = { version: 1, project: "p", stack: "dev", resources: [], children: [], dangers: [], notes: [] };
    await folder.write({ "reports/3.json": JSON.stringify(stack) });
    const { code, stdout, stderr } = await folder.run(["comment", "reports", "--title", "all of it"]);
    assert.deepEqual([code, stderr], [2, ""]);
    assert.ok(
      stdout.startsWith(`<!-- kro-preview: all-of-it -->
## Preview of \`all of it\`: 3 changes

|  | kro | Planned | Dangers |
| --- | --- | --- | --- |
| \`Shop\` | 1 to update, 1 unchanged | RGDs and instances: 2 to update | **1** |
| \`Kiosk\` | 1 to update, 1 unchanged | RGDs and instances: 2 to update | **1** |
| \`p/dev\` | nothing | Pulumi: nothing |  |

## Preview of \`Shop\`

kro: **1 to update, 1 unchanged**.`),
      stdout,
    );
    assert.deepEqual(stdout.match(/^## .*/gm), [
      "## Preview of `all of it`: 3 changes",
      "## Preview of `Shop`",
      "## Preview of `Kiosk`",
    ]);
    assert.match(stdout, /^- spec\.template\.spec\.containers\[name=web\]\.image: "nginx:1"$/m);
    const [danger, same] = await Promise.all([
      folder.run(["comment", "reports", "--fail-on-danger"]),
      folder.run(["comment", "reports/3.json"]),
    ]);
    assert.equal(danger.code, 3);
    assert.match(danger.stderr, /^error: the change is dangerous; to accept that: --allow rollout$/m);
    assert.equal(same.code, 0);
  });

  it("counts what a policy found, which only the reports know", async () => {
    folder = await Folder.make();
    await report("Shop", "nginx");
    const diff = await folder.run(["diff", "old.yaml", "new.yaml", "--policy", "--json"]);
    await folder.write({ "report.json": diff.stdout });
    const failed = await folder.run(["comment", "report.json", "--fail-on-finding"]);
    assert.equal(failed.code, 3);
    assert.match(failed.stderr, /^error: the policy refuses it by image-tag; /);
    assert.match(failed.stdout, /^\| {2}\| kro \| Planned \| Dangers \| Findings \|$/m);
    assert.match(failed.stdout, /\| \*\*1\*\* \| \d+ \|$/m);
    const { code, stderr } = await folder.run(["comment", "report.json", "--policy"]);
    assert.equal(code, 1);
    assert.match(stderr, /^error: unknown option .--policy./);
  });

  it("stays within GitHub's limit, says what was left out, and keeps the table", async () => {
    folder = await Folder.make();
    const one = JSON.parse(await report("Shop", "nginx:2")) as { children: { fields: unknown[] }[] };
    for (const child of one.children) {
      child.fields = Array.from({ length: 200 }, (_, i) => ({
        path: `data.f${i}`,
        before: "a".repeat(90),
        after: "b",
      }));
    }
    const names = Array.from({ length: 40 }, (_, i) => `r/${String(i).padStart(2, "0")}.json`);
    await folder.write(Object.fromEntries(names.map((name) => [name, JSON.stringify({ ...one, title: name })])));
    const { stdout } = await folder.run(["comment", "r/*.json", "--details-url", "https://example.com/run"]);
    assert.ok(Buffer.byteLength(stdout) <= 65_536, String(stdout.length));
    assert.match(
      stdout,
      /^\*\*Cut to fit a comment:\*\* .*\d+ field diffs.* left out\. All of it is in \[the full report\]/m,
    );
    assert.equal(stdout.match(/^\| `r\/\d+\.json` /gm)?.length, 40);
    assert.equal(stdout.match(/^- \*\*rollout\*\*/gm)?.length, 40);
  });

  it("refuses what is no report, in one line", async () => {
    folder = await Folder.make({ "a.json": "{}", "b.json": "[", "c.json": '{"version":2}' });
    for (const file of ["a.json", "b.json", "c.json"]) {
      const { code, stderr } = await folder.run(["comment", file]);
      assert.equal(code, 1);
      assert.match(stderr, new RegExp(`^error: ${file} is (no report: .*write those|not JSON: .*)\n$`));
    }
  });
});
