import assert from "node:assert/strict";
import { stripVTControlCharacters } from "node:util";
import { formatTree } from "../../../packages/kro-preview/format/tree.ts";
import {
  children,
  createReport,
  definitionReport,
  findingsReport,
  hostileReport,
  imageReport,
  orderReport,
  report,
  resource,
  rollout,
  tableReport,
  unevenReport,
} from "./formatReports.ts";

const tree = (of: Parameters<typeof formatTree>[0], options = {}) => formatTree(of, { color: false, ...options });

describe("formatTree", () => {
  it("says first that an update is running", () => {
    const running = "an update of this stack by ci on runner-1 is running since 2026-01-01T00:00:00Z";
    assert.equal(tree(report({ running })), `! ${running}\nNo change in carts-stack/dev.\n`);
    assert.ok(tree({ ...tableReport, running }).startsWith(`! ${running}\nPulumi's plan`));
  });

  it("tells what a policy finds, errors first, the same of several children once", () => {
    const text = tree(findingsReport);
    const [, found] = /\nWhat the policy finds\n([\s\S]*?)\n\n/.exec(text)!;
    assert.equal(
      found,
      `error image-tag: container "carts" has the image <b>, which has no tag
     Deployment a/carts, spec.template.spec.containers[name=carts].image
     Deployment b/carts, spec.template.spec.containers[name=carts].image
warn memory-limit: container "carts" has no memory limit (as before)
     Deployment a/carts, spec.template.spec.containers[name=carts].resources.limits.memory
     Deployment b/carts, spec.template.spec.containers[name=carts].resources.limits.memory`,
    );
    assert.match(text, /; 4 findings\.\n$/);
  });

  it("shows Pulumi's plan first, then an instance's children in waves", () => {
    assert.equal(
      tree(tableReport, { width: 200 }),
      `Pulumi's plan for carts-stack/dev
+- kubernetes:kro.run/v1alpha1:CartsStack carts [spec]
   1 unchanged

What kro does

default/carts-kro: 6 to replace
├─ wave 1
│  └─ +- Namespace carts-kro
│          ! namespace-replaced: the namespace carts-kro is deleted with everything in it
├─ wave 2
│  └─ +- Table carts-kro/carts-table
│          spec.tableName: "dev-carts-kro" => "dev-carts-new"
│          ! table-replaced: the service goes on with the table dev-carts-new, not dev-carts-kro
│          ! table-retained: the DynamoDB table dev-carts-kro stays, with its items, and nothing manages it
├─ wave 3
│  ├─ +- ConfigMap carts-kro/carts
│  │       data.RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME: "dev-carts-kro" => "dev-carts-new"
│  └─ +- ServiceAccount carts-kro/carts
│          metadata.annotations["carts-stack/table-arn"]: (known after apply: \${table.status.ackResourceMetadata.arn}), another than before
└─ wave 4
   ├─ +- Deployment carts-kro/carts
   └─ +- Service carts-kro/carts

kro: 6 to replace. Pulumi: 1 to replace, 1 unchanged; 3 dangers.
`,
    );
  });

  it("counts the children that stay, and shows them when asked to", () => {
    assert.match(tree(imageReport), /^└─ 5 unchanged$/m);
    assert.doesNotMatch(tree(imageReport), /ConfigMap/);
    assert.match(tree(imageReport, { all: true }), /^│ {2}├─ {4}ConfigMap carts-kro\/carts$/m);
  });

  it("shows each field of what is created when asked to, and what the cluster will know, and no secret", () => {
    assert.match(tree(createReport), /\+ {2}Deployment carts-kro\/carts \(7 fields\)/);
    const all = tree(createReport, { all: true, width: 200 });
    assert.match(all, /table-arn"\]: \(known after apply: \$\{table\.status\.ackResourceMetadata\.arn\}\)$/m);
    assert.match(all, /env\.PASSWORD: \[secret\]$/m);
    assert.match(all, /env\.NESTED: \{list: \[\[secret\], \(known after apply: \$\{service\.spec\.clusterIP\}\)\]\}$/m);
    assert.doesNotMatch(all, /hash-of-it/);
    assert.match(all, /\? depends on what only the cluster knows: \$\{table\.status\.tableStatus == 'ACTIVE'\}/);
    assert.match(all, /note: The cluster was not reached/);
  });

  it("cuts long values where they are alike, and never their first difference", () => {
    const [line] = tree(imageReport, { width: 80 }).match(/image: .*/)!;
    assert.match(line, /^image: …\S+:1\.3\.0" => …\S+:1\.4\.0"$/);
    const text = (end: string) => `${"x".repeat(5000)}${end}${"y".repeat(5000)}`;
    const fields = [{ path: "data.text", before: text("1"), after: text("2") }];
    const long = tree(report({ children: children("a/b", { configMap: { action: "update", fields } }) }));
    assert.match(long, /data\.text: …x+1y+… => …x+2y+…$/m);
    assert.ok(Math.max(...long.split("\n").map((line) => line.length)) <= 130);
  });

  it("shows up to three instances that change alike, ten that change to values of their own, and one of more", () => {
    assert.equal(tree(definitionReport(3)).match(/spec\.replicas/g)!.length, 3);
    assert.match(tree(definitionReport(3)), /^default\/carts-3 \(of another stack\): 1 to update, 5 unchanged$/m);
    const many = tree(definitionReport(100, true));
    assert.equal(many.match(/spec\.replicas/g)!.length, 2, "one of this stack, one of another");
    assert.match(many, /98 more instances change in the same fields: default\/carts-2, .* and 88 more$/m);
    assert.ok(many.split("\n").length < 30);
    const shown = (instances: number) => tree(definitionReport(instances, true)).match(/spec\.replicas/g)!.length;
    assert.deepEqual([shown(4), shown(5)], [4, 2], "three of this stack, and four");
    const own = (instances: number) => tree(definitionReport(instances)).match(/spec\.replicas/g)!.length;
    assert.deepEqual([own(11), own(12)], [11, 2], "ten of this stack, and eleven");
    assert.equal(tree(definitionReport(100, true), { all: true }).match(/spec\.replicas/g)!.length, 100);
  });

  it("gathers instances by what changes, whatever else they have", () => {
    const text = tree(unevenReport);
    assert.equal(text.match(/spec\.replicas/g)!.length, 1);
    assert.match(text, /11 more instances change in the same fields: default\/carts-2, default\/carts-3, /);
  });

  it("shows this stack's instances before those of others", () => {
    const { children } = definitionReport(3);
    const reversed = tree(report({ children: children.toReversed() }));
    assert.deepEqual(reversed.match(/^default\/carts-\d/gm), ["default/carts-2", "default/carts-1", "default/carts-3"]);
  });

  it("names instances that stay, and says of a preview without change that there is none", () => {
    const two = report({ children: [...imageReport.children, ...children("default/other")] });
    assert.match(tree(two), /^unchanged: default\/other$/m);
    assert.equal(
      tree(report({ children: children("a/b"), resources: [resource("x")] })),
      "No change in carts-stack/dev.\n",
    );
  });

  it("shows a danger of a child that does not change", () => {
    const dangerous = report({ children: children("a/b", { service: { dangers: [rollout] } }) });
    assert.match(tree(dangerous), /! rollout: the pods/);
  });

  it("has colours only when asked to, and the same text", () => {
    const colored = tree(tableReport, { color: true });
    assert.ok(colored.includes("\u001b[35m+- Table carts-kro/carts-table\u001b[39m"));
    assert.equal(stripVTControlCharacters(colored), tree(tableReport));
  });

  it("never passes on a character that a terminal obeys", () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not be there
    assert.doesNotMatch(tree(hostileReport, { all: true }), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e\ud800]/);
  });

  it("says of a list in another order that it is the order", () => {
    assert.match(
      tree(orderReport),
      /spec\.template\.spec\.containers\[name=carts\]\.env \(order\): \["A", "B"\] => \["B", "A"\]$/m,
    );
  });
});
