import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readPreview } from "../../../../packages/kro-preview/pulumi/previewFile.ts";
import { Folder } from "./folder.ts";

/** What Pulumi 3.274 wrote, without times and stacks of calls: a new image, a secret, and an address that another has. */
const RECORDED = readFileSync(new URL("pulumiPreview.json", import.meta.url), "utf8");

interface Recorded {
  steps: { op: string; urn: string; newState?: { inputs?: { spec?: unknown } } }[];
  diagnostics: { severity: string; message: string }[];
  changeSummary: Record<string, number>;
}

/** What is there without --show-sames, too. */
const isWritten = ({ op, urn }: Recorded["steps"][number]) => op !== "same" || urn.includes("::pulumi:pulumi:Stack::");

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
    assert.doesNotMatch(file.stdout, /TOKEN.*=>|--show-sames/);
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
    const changes = JSON.stringify({ ...rest, steps: steps.filter(isWritten) });
    folder = await Folder.make({ "changes.json": changes, "rgd.json": rgd });
    const [without, given] = await Promise.all([
      folder.run(["diff", "--pulumi", "changes.json"]),
      folder.run(["diff", "--pulumi", "changes.json", "-f", "rgd.json"]),
    ]);
    assert.match(without.stdout, /^note: changes\.json leaves out what stays .*--show-sames/m);
    assert.doesNotMatch(without.stdout, /Deployment/);
    assert.match(given.stdout, /"tea:1" => "tea:2"/);
  });

  it("knows what was left out where something that stays is there, and where nothing stays", () => {
    const { steps, changeSummary, ...rest } = JSON.parse(RECORDED) as Recorded;
    const isPartial = (written: object) =>
      readPreview(JSON.stringify({ ...rest, ...written }), "preview.json").plan.isPartial;
    // As where the provider comes to be protected.
    const some = steps.filter(({ urn }) => !urn.includes("ResourceGraphDefinition"));
    assert.equal(isPartial({ steps: some, changeSummary }), true);
    assert.equal(isPartial({ steps: steps.filter(isWritten) }), true, "older, without a summary");
    const made = steps.map((step) => ({ ...step, op: "create" }));
    assert.equal(isPartial({ steps: made, changeSummary: { create: made.length } }), false);
  });

  it("takes the CRDs that the same plan makes as known kinds", async () => {
    const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
    const field = (more: object) => ({ type: "object", properties: more });
    const spec = field({
      size: { type: "integer", default: 3 },
      name: { type: "string", "x-kubernetes-validations": [{ rule: "self == oldSelf", message: "a name stays" }] },
      rules: {
        ...{ type: "array", "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"] },
        items: { ...field({ id: { type: "string" }, port: { type: "integer" } }), required: ["id"] },
      },
    });
    const crd = {
      apiVersion: "apiextensions.k8s.io/v1",
      kind: "CustomResourceDefinition",
      metadata: { name: "buckets.aws.example" },
      spec: {
        ...{ group: "aws.example", scope: "Cluster", names: { kind: "Bucket", plural: "buckets" } },
        versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: field({ spec }) } }],
        // As of a webhook, which nobody may see.
        conversion: { strategy: "Webhook", webhook: { clientConfig: { caBundle: "[secret]" } } },
      },
    };
    const bucket = (name: string) => ({
      apiVersion: "aws.example/v1",
      kind: "Bucket",
      metadata: { name: "${schema.metadata.name}" },
      spec: {
        name,
        rules: [
          { id: "b", port: 2 },
          { id: "a", port: 1 },
        ],
      },
    });
    const rgd = (template: object) => ({
      ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata: { name: "shops" } },
      spec: { schema: { apiVersion: "v1alpha1", kind: "Shop", spec: {} }, resources: [{ id: "bucket", template }] },
    });
    const shop = { apiVersion: "kro.run/v1alpha1", kind: "Shop", metadata: { name: "tea", namespace: "a" }, spec: {} };
    const own = { ...bucket("own"), metadata: { name: "own" } };
    const step = (op: string, type: string, name: string, next: object, old?: object) => ({
      ...{ op, urn: urn(type, name) },
      ...(old && { oldState: { type, inputs: old } }),
      newState: { type, inputs: next },
    });
    const stepsOf = (template: object) => [
      step("create", "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "crd", crd),
      step("update", "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", "shops", rgd(template), rgd(bucket("one"))),
      step("same", "kubernetes:kro.run/v1alpha1:Shop", "tea", shop, shop),
      step("create", "kubernetes:aws.example/v1:Bucket", "own", own),
    ];
    const wrong = { ...bucket("one"), spec: { size: "many" } };
    folder = await Folder.make({
      "renamed.json": JSON.stringify({ steps: stepsOf(bucket("two")) }),
      "wrong.json": JSON.stringify({ steps: stepsOf(wrong) }),
    });
    const { stdout, stderr } = await folder.run(["diff", "--pulumi", "renamed.json", "--all"]);
    assert.match(stdout, /Bucket tea\n.*spec\.name: "one" => "two"/, `it has no namespace: ${stdout}${stderr}`);
    assert.match(stdout, /immutable-field: spec\.name of Bucket tea/, "a rule for transitions");
    assert.doesNotMatch(stdout, /^note: (Of Bucket|Whether kro makes anything of|The CRD)/m);
    const refused = await folder.run(["diff", "--pulumi", "wrong.json"]);
    assert.match(refused.stderr, /^error: ResourceGraphDefinition shops: .*spec\.size.*must be integer/);
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
