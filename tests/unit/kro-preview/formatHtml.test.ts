import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import fc from "fast-check";
import { KnownAfterApply, Secret } from "../../../packages/kro/index.ts";
import type { FieldChange } from "../../../packages/kro-preview/changes.ts";
import { DARK, LIGHT, type Theme } from "../../../packages/kro-preview/format/html/style.ts";
import { formatHtml } from "../../../packages/kro-preview/format/html.ts";
import type { Report } from "../../../packages/kro-preview/report.ts";
import {
  children,
  createReport,
  definitionReport,
  findingsReport,
  HOSTILE,
  hostileReport,
  imageReport,
  orderReport,
  report,
  resource,
  tableReport,
  unevenReport,
} from "./formatReports.ts";

const VOID = new Set(["meta", "rect"]);
const ATTRIBUTES =
  /^(class|id|open|tabindex|role|aria-[a-z]+|charset|content|http-equiv|name|lang|scope|href|width|height|viewBox|fill|stroke|stroke-width|x|y|rx|d|font-size|font-weight)$/;

/** Throws unless the page is whole, and allowed nothing but its own style. The text that can be read in it. */
function checkPage(page: string): string {
  const open: string[] = [];
  const ids: string[] = [];
  const links: string[] = [];
  const [, style] = /<style>([^<]*)<\/style>/.exec(page)!;
  assert.ok(page.startsWith('<!DOCTYPE html>\n<html lang="en">'));
  const text = page
    .replace("<!DOCTYPE html>\n", "")
    .replace(style!, "")
    .replace(
      /<(\/?)([a-z][a-z0-9]*)((?: [a-zA-Z-]+(?:="[^"<>]*")?)*)(\/?)>/g,
      (_, close, name, attributes, selfClosed) => {
        assert.ok(!["script", "iframe", "img", "object", "embed", "form", "link", "base"].includes(name), name);
        if (close) assert.equal(open.pop(), name);
        else if (!VOID.has(name) && !selfClosed) open.push(name);
        for (const [, key, value] of attributes.matchAll(/ ([a-zA-Z-]+)(?:="([^"]*)")?/g)) {
          if (name !== "svg" || key !== "viewBox") assert.match(key, ATTRIBUTES);
          if (key === "id") ids.push(value);
          if (key === "href") links.push(value);
        }
        return "";
      },
    );
  assert.deepEqual(open, [], "every tag is closed");
  assert.doesNotMatch(text, /[<>"'`]/, "nothing that a browser could take for markup");
  assert.equal(new Set(ids).size, ids.length, "an id is of one place");
  for (const link of links) assert.ok(ids.includes(link.slice(1)), `${link} leads somewhere in the page`);
  const hash = createHash("sha256").update(style!).digest("base64");
  assert.ok(page.includes(`content="default-src &#39;none&#39;; style-src &#39;sha256-${hash}&#39;; base-uri`));
  assert.doesNotMatch(style!, /url\(|@import/);
  return text.replace(/&#(\d+);/g, (_, point) => String.fromCodePoint(Number(point)));
}

const update = (...fields: FieldChange[]): Report =>
  report({ children: children("default/carts", { configMap: { action: "update", fields } }) });
const text = (path: string, before: string | undefined, after: string | undefined) => update({ path, before, after });
const lines = (page: string, side: string): string[] =>
  [...page.matchAll(new RegExp(`<span class="${side}">(.*?)</span>(?=<span|</pre>)`, "g"))].map(([, line]) =>
    line!.replace(/<span.*?<\/span>/, ""),
  );

/** What a terminal obeys, what turns the direction of reading, and what nobody sees. */
const DECEIVING = /[\u00ad\u061c\u200b\u202a-\u202e\u2060-\u2069]|(?!\n)\p{Cc}/u;

describe("formatHtml", () => {
  it("tells what a policy finds", () => {
    const text = checkPage(formatHtml(findingsReport));
    assert.match(text, /^4 findings/m);
    assert.match(text, /error image-tag: container "carts" has the image <b>, which has no tag/);
    assert.match(text, /Deployment b\/carts, spec\.template\.spec\.containers\[name=carts\]\.image/);
  });

  it("tells the whole story, dangers first", () => {
    const said = checkPage(formatHtml(tableReport));
    const order = [
      "Preview of carts-stack/dev",
      "! 3 dangers+- 6 to replace",
      "Pulumi: 1 to replace, 1 unchanged.",
      "Dangers",
      "! table-replaced the service goes on with another table, or an empty one",
      "the service goes on with the table dev-carts-new, not dev-carts-kro (",
      "! table-retained",
      "! namespace-replaced",
      "What kro does",
      "default/carts-kro: 6 to replace",
      "wave 1",
      "wave 4",
      'spec.tableName−before: "dev-carts-kro"+after: "dev-carts-new"',
      "Pulumi's plan",
      "+- replacekubernetes:kro.run/v1alpha1:CartsStackcartsspec",
    ];
    const places = order.map((part) => said.indexOf(part));
    assert.ok(!places.includes(-1), `not found: ${order[places.indexOf(-1)]}`);
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      places,
    );
  });

  it("leads from a danger and from the picture to the child", () => {
    const dangerous = { name: "rollout", message: "the pods of Deployment carts are replaced: 1 field changes" };
    const page = formatHtml({ ...imageReport, dangers: [{ ...dangerous, of: "Deployment carts-kro/carts" }] });
    checkPage(page);
    assert.match(page, /<a href="#child-1"><code>Deployment carts-kro\/carts<\/code><\/a>/);
    assert.match(
      page,
      /<a class="node update" href="#child-1"><title>Deployment carts-kro\/carts: ~ update, 1 danger</,
    );
    assert.match(page, /<g class="node same"><title>Table carts-kro\/carts-table: unchanged</);
    assert.match(page, /<details class="child update" open><summary>.*<div id="child-1">/s);
  });

  it("marks what differs within a value", () => {
    const page = formatHtml(imageReport);
    assert.match(page, /sample-cart:1\.<mark>3<\/mark>\.0&#34;/);
    assert.match(page, /sample-cart:1\.<mark>4<\/mark>\.0&#34;/);
    assert.doesNotMatch(formatHtml(text("a", "one", "two")), /<mark>/);
  });

  it("compares texts of several lines line by line, and leaves out lines that are far from a change", () => {
    const all = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    const page = formatHtml(
      text("data.f", `${all.join("\n")}\n`, `${all.with(12, "new").toSpliced(30, 1).join("\n")}\n`),
    );
    checkPage(page);
    assert.deepEqual(lines(page, "before"), ["− line 12", "− line 30"]);
    assert.deepEqual(lines(page, "after"), ["+ new"]);
    assert.deepEqual(lines(page, "skipped"), ["… 9 lines alike", "… 11 lines alike", "… 6 lines alike"]);
    assert.equal(lines(page, "both").length, 40 - 2 - 9 - 11 - 6);
  });

  it("shows a newline at the end that is new", () => {
    assert.deepEqual(lines(formatHtml(text("f", "a\nb", "a\nb\n")), "after"), ["+ "]);
    assert.match(checkPage(formatHtml(text("f", "a", "a\n"))), /"a\\n"/);
  });

  it("lays JSON out, such as a policy", () => {
    const policy = (action: string) => JSON.stringify({ Version: "2012-10-17", Statement: [{ Action: action }] });
    const page = formatHtml(text("spec.policy", policy("a:*"), policy("a:Get")));
    assert.deepEqual(lines(page, "before"), ["−       &#34;Action&#34;: &#34;a:*&#34;"]);
    assert.match(checkPage(formatHtml(text("f", "{}", "{ }"))), /−before: "\{\}"\+after: "\{ \}"/);
  });

  it("shows what the cluster will know, what is conditional, and no secret", () => {
    const page = formatHtml(createReport);
    const said = checkPage(page);
    assert.match(page, /env\.PASSWORD<\/code> <span><code><span class="secret">\[secret\]<\/span>/);
    assert.match(page, /class="later">known after apply: \$\{table\.status\.ackResourceMetadata\.arn\}/);
    assert.doesNotMatch(page, /hash-of-it/);
    assert.match(said, /it is made: if \$\{table\.status\.tableStatus == 'ACTIVE'\}/);
    assert.match(page, /class="node create perhaps"/);
    assert.match(said, /The cluster was not reached/);
  });

  it("says of two secrets, and of what nobody knows yet, that they differ", () => {
    const secrets = { path: "a", before: new Secret("1"), after: new Secret("2") };
    const later = { path: "b", before: new KnownAfterApply("${x}"), after: new KnownAfterApply("${x}") };
    const said = checkPage(formatHtml(update(secrets, later)));
    assert.match(said, /\[secret\] \(another than before\)/);
    assert.match(said, /known after apply: \$\{x\} \(another than before\)/);
    assert.match(checkPage(formatHtml(orderReport)), /env \(order\)/);
  });

  it("draws a line for what a child waits for, but not where it follows from others", () => {
    const waits = { table: ["ns"], configMap: ["table", "ns"], deployment: ["configMap", "ns"], service: ["ns"] };
    const linked = imageReport.children.map((child) => ({
      ...child,
      dependsOn: waits[child.node as keyof typeof waits],
    }));
    const page = formatHtml({ ...imageReport, children: linked });
    checkPage(page);
    // ns-table, table-configMap, configMap-deployment, and ns-service past two waves.
    assert.equal(page.match(/<path class="edge"/g)!.length, 4);
    assert.equal(formatHtml(imageReport).match(/<path class="edge"/g), null);
  });

  it("draws deletions after the rest, and a collection as one", () => {
    const items = Array.from({ length: 20 }, (_, i) => ({
      ...children("a/b", { configMap: { action: "create", name: `item-${i}`, node: "items" } })[2]!,
    }));
    const gone = children("a/b", { service: { action: "delete", wave: 1 } })[5]!;
    const page = formatHtml(report({ children: [...items, gone] }));
    const said = checkPage(page);
    assert.ok(said.indexOf("deletion wave 1") > said.indexOf("wave 3"));
    assert.match(said, /ConfigMap20 of items\+ create/);
  });

  it("draws what is within an instance of an instance by itself, and leads there", () => {
    const [base] = children("a/b");
    const api = { apiVersion: "kro.run/v1alpha1", namespace: "a" };
    const outer = { ...base!, ...api, kind: "Outer", name: "x", node: "outer", wave: 1 };
    const inner = {
      ...outer,
      kind: "Inner",
      node: "inner",
      parents: [{ ...api, kind: "Outer", name: "x", node: "outer" }],
    };
    const parents = [...inner.parents, { ...api, kind: "Inner", name: "x", node: "inner" }];
    const change = { action: "update" as const, fields: [{ path: "data.a", before: "1", after: "2" }] };
    const config = { ...inner, kind: "ConfigMap", name: "c", node: "config", parents, ...change };
    const web = { ...inner, kind: "Deployment", name: "w", node: "web", wave: 2, parents };
    const still = { ...inner, kind: "Still", name: "s", node: "still" };
    const page = formatHtml(report({ children: [outer, inner, config, web, { ...still, parents: inner.parents }] }));
    const said = checkPage(page);
    assert.equal(page.match(/<svg/g)!.length, 3);
    assert.match(page, /<a class="node same" href="#within-1"><title>Outer a\/x: unchanged, 1 within</);
    assert.match(page, /<a class="node same" href="#within-2"><title>Inner a\/x: unchanged, 1 within</);
    assert.match(page, /<a class="node update" href="#child-1"><title>ConfigMap a\/c: ~ update</);
    assert.match(said, /Within Outer a\/x: 1 to update, 3 unchanged.*Within Inner a\/x: 1 to update, 1 unchanged/s);
    assert.match(page, /id="within-1">.*id="within-2">.*id="child-1">.*data\.a/s);
    assert.match(said, /Unchanged: Deployment a\/w/);
    const bare = formatHtml(report({ children: [outer, inner, config, web] }), { graphs: 1 });
    assert.match(checkPage(bare), /2 pictures left out/);
  });

  it("gathers instances that change alike", () => {
    const page = formatHtml(definitionReport(1000, true));
    const said = checkPage(page);
    assert.equal(page.match(/<details class="instance"/g)!.length, 2, "this stack's, and another's");
    assert.match(said, /998 more instances change in the same fields: default\/carts-2/);
    assert.match(said, /default\/carts-1000/);
    assert.equal(formatHtml(unevenReport).match(/<details class="instance"/g)!.length, 1);
  });

  it("stays openable with 1,000 instances that all differ, and says what it left out", () => {
    const many = report({
      children: Array.from({ length: 1000 }, (_, i) =>
        children(`default/carts-${i}`, {
          configMap: {
            action: "update",
            fields: [{ path: `data.f${i}`, before: "a".repeat(2000), after: "b".repeat(2000) }],
          },
        }),
      ).flat(),
    });
    const page = formatHtml(many, { characters: 200_000 });
    const said = checkPage(page);
    assert.match(said, /left out\. All of it is in the report as JSON\./);
    const [, instances, pictures, fieldless] =
      /opens: (\d+) instances, (\d+) pictures, the fields of (\d+) children/.exec(said)!;
    assert.equal(page.match(/<details class="instance"/g)!.length, 1000 - Number(instances));
    assert.equal(page.match(/<svg/g)!.length, 1000 - Number(instances) - Number(pictures));
    assert.equal(said.match(/1 field left out\./g)!.length, Number(fieldless));
    assert.ok(page.length < 1_000_000, `${page.length}`);
    assert.ok(formatHtml(many).length < 6_000_000);
  });

  it("says in its heading that nothing changes", () => {
    const said = checkPage(formatHtml(report({ children: children("a/b"), resources: [resource("x")] })));
    assert.match(said, /No change in carts-stack\/dev/);
    assert.doesNotMatch(said, /What kro does|Pulumi/);
  });

  it("says at its top that an update is running", () => {
    const said = checkPage(formatHtml({ ...imageReport, running: "an update by <b> is running" }));
    assert.match(said, /an update by <b> is running\./);
  });

  it("is not broken by anything in a name or a value", () => {
    const page = formatHtml(hostileReport, { title: "</title></style><script>alert(1)</script>]]>" });
    checkPage(page);
    const bare = `</pre></style>${HOSTILE}\n\u202e\u061c\u200b<script>`;
    const told = formatHtml(text(bare, bare, `${bare}\n${bare}`), { title: bare });
    checkPage(told);
    for (const each of [page, told]) assert.doesNotMatch(each, DECEIVING);
    checkPage(formatHtml(text("json", JSON.stringify({ [bare]: bare }), JSON.stringify([bare, 1]))));
  });

  it("is a whole page, whatever the report", () => {
    const some = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(HOSTILE, "<script>", '"', "'", "&#60;", "]]>", "-->", "a\nb", "{}", "toString", "__proto__"),
    );
    const value = fc.oneof(
      some,
      fc.integer(),
      fc.constant(null),
      fc.array(some, { maxLength: 3 }),
      fc.dictionary(some, some, { maxKeys: 3 }),
      some.map((expression) => new KnownAfterApply(expression)),
    );
    const child = fc.record({
      action: fc.constantFrom("create", "update", "replace", "delete", "same" as const),
      kind: some,
      apiVersion: some,
      name: some,
      node: some,
      wave: fc.integer({ min: 1, max: 4 }),
      condition: fc.option(some, { nil: undefined }),
      dependsOn: fc.array(fc.constantFrom("ns", "table", "configMap", "deployment")),
      fields: fc.array(fc.record({ path: some, before: fc.option(value, { nil: undefined }), after: value }), {
        maxLength: 4,
      }),
      dangers: fc.array(fc.record({ name: some, message: some }), { maxLength: 2 }),
    });
    const changes = fc.record({ deployment: child, table: child }, { requiredKeys: [] });
    const random = fc.tuple(fc.array(fc.tuple(some, changes), { maxLength: 4 }), fc.array(some, { maxLength: 2 }));
    fc.assert(
      fc.property(random, some, ([instances, notes], title) => {
        const all = instances.flatMap(([instance, changed]) => children(`d/${instance}`, changed as never));
        checkPage(formatHtml(report({ children: all, notes }), { title }));
      }),
      { numRuns: 150 },
    );
  });
});

describe("formatHtml's colours", () => {
  const luminance = (colour: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => {
      const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string): number => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light! + 0.05) / (dark! + 0.05);
  };

  for (const [name, theme] of Object.entries({ LIGHT, DARK }) as [string, Theme][]) {
    it(`can be read by WCAG's AA: ${name}`, () => {
      const { ground, panel, text, muted, link, marked, actions } = theme;
      const pairs = [
        ...[text, muted, link].flatMap((colour) => [ground, panel, actions.delete.ground].map((on) => [colour, on])),
        ...[marked.before, marked.after, actions.create.ground, actions.update.ground].map((on) => [text, on]),
        ...Object.values(actions).flatMap((action) => [
          [action.text, action.ground],
          [text, action.ground],
        ]),
      ];
      for (const [colour, on] of pairs) assert.ok(contrast(colour!, on!) >= 4.5, `${colour} on ${on}`);
      for (const { line } of Object.values(actions)) assert.ok(contrast(line, ground) >= 3, `${line} around a box`);
    });
  }
});
