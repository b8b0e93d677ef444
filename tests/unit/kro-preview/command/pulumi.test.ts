import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Folder } from "./folder.ts";

/** What Pulumi 3.274 wrote, without times and stacks of calls: a new image, a secret, and an address that another has. */
const RECORDED = readFileSync(new URL("pulumiPreview.json", import.meta.url), "utf8");

interface Recorded {
  steps: { op: string; urn: string; newState?: { inputs?: { spec?: unknown } } }[];
  diagnostics: { severity: string; message: string }[];
}

describe("kro-preview diff --pulumi", () => {
  let folder: Folder;
  afterEach(() => folder.remove());

  it("shows what `pulumi preview --json` will do; what is secret, or not known yet, stays so", async () => {
    folder = await Folder.make({ "preview.json": RECORDED });
    const [file, piped] = await Promise.all([
      folder.run(["diff", "--pulumi", "preview.json"]),
      folder.run(["diff", "--pulumi", "-", "--json"], { stdin: RECORDED }),
    ]);
    assert.deepEqual([file.code, piped.code, file.stderr], [2, 2, ""]);
    assert.match(file.stdout, /^Pulumi's plan for shops\/dev$/m);
    assert.match(file.stdout, /^~ {2}kubernetes:kro.run\/v1alpha1:Shop tea \[spec\]$/m);
    assert.match(file.stdout, /containers\[name=web\]\.image: "tea:1" => "tea:2"/);
    assert.match(file.stdout, /env\[name=ADDRESS\]\.value: "web" => \(known after apply: /);
    assert.match(file.stdout, /^note: What tea takes from other resources that change is not in preview\.json/m);
    assert.doesNotMatch(file.stdout, /TOKEN.*=>/);
    const report = JSON.parse(piped.stdout) as Record<string, unknown>;
    assert.deepEqual([report.project, report.stack, "title" in report], ["shops", "dev", false]);
  });

  it("takes an engine's event log, which has what is not known yet", async () => {
    const { steps } = JSON.parse(RECORDED) as Recorded;
    const events = steps.map(({ newState, ...step }) => {
      const type = step.urn.split("::")[2];
      return { resourcePreEvent: { metadata: { ...step, type, old: newState, new: newState } } };
    });
    folder = await Folder.make({ "events.jsonl": events.map((event) => `${JSON.stringify(event)}\n`).join("") });
    const { code, stdout } = await folder.run(["diff", "--pulumi", "events.jsonl"]);
    assert.equal(code, 2);
    assert.match(stdout, /^Pulumi's plan for shops\/dev$/m);
    assert.doesNotMatch(stdout, /is not in events/);
  });

  it("takes RGDs from files where the preview has left them out, and says how to have them", async () => {
    const { steps, ...rest } = JSON.parse(RECORDED) as Recorded;
    const isRgd = ({ urn }: { urn: string }) => urn.includes("ResourceGraphDefinition");
    const rgd = JSON.stringify(steps.find(isRgd)?.newState?.inputs);
    const changes = JSON.stringify({ ...rest, steps: steps.filter(({ op }) => op !== "same") });
    folder = await Folder.make({ "changes.json": changes, "rgd.json": rgd });
    const [without, given] = await Promise.all([
      folder.run(["diff", "--pulumi", "changes.json"]),
      folder.run(["diff", "--pulumi", "changes.json", "-f", "rgd.json"]),
    ]);
    assert.match(without.stdout, /^note: changes\.json has no resource that stays .*--show-sames/m);
    assert.doesNotMatch(without.stdout, /Deployment/);
    assert.match(given.stdout, /"tea:1" => "tea:2"/);
  });

  it("refuses what is no preview, and one that failed", async () => {
    const recorded = JSON.parse(RECORDED) as Recorded;
    const failed = { ...recorded, diagnostics: [{ severity: "error", message: "no such\nrole" }] };
    folder = await Folder.make({ "failed.json": JSON.stringify(failed), "other.json": '{"a":1}', "text.json": "x" });
    for (const [file, says] of [
      ["failed.json", /^error: failed\.json is of a preview that failed: no such/],
      ["other.json", /^error: other\.json is not what `pulumi preview --json` writes: there are no steps in it$/m],
      ["text.json", /^error: text\.json is not what /],
    ] as const) {
      const { code, stderr } = await folder.run(["diff", "--pulumi", file]);
      assert.equal(code, 1);
      assert.match(stderr, says);
    }
  });
});
