import assert from "node:assert/strict";
import fc from "fast-check";
import { commentMarker, formatMarkdown } from "../../../packages/kro-preview/format/markdown.ts";
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
  rollout,
  tableReport,
  unevenReport,
} from "./formatReports.ts";

const LIMIT = 65_536;

/** Throws unless the text is Markdown that stands on its own: every fence, table and tag is whole. */
function checkMarkdown(text: string): void {
  let fence: string | undefined;
  let columns: number | undefined;
  let [details, previous] = [0, ""];
  for (const line of text.split("\n")) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence !== undefined) {
      if (ticks && ticks.length >= fence.length && line === ticks) fence = undefined;
    } else if (ticks) {
      fence = ticks;
    } else if (line.startsWith("|")) {
      assert.match(line, / \|$/, "a row is whole");
      const cells = line.split("|").length;
      assert.equal(cells, columns ?? cells, `as many cells as the head: ${line}`);
      columns = cells;
    } else {
      if (line.startsWith("<details>")) assert.equal(details++, 0, "details within details");
      if (line === "</details>") details--;
      const known = /<\/?(details|summary|code|br)>|<!-- -->|^<!-- carts preview: [\w./-]+ -->$|\]\(<[^<>]*>\)/g;
      assert.doesNotMatch(line.replace(/(`+)(?!`).+?(?<!`)\1(?!`)/g, "").replace(known, ""), /[<>]/, line);
      if (line.startsWith("</details>") || line.startsWith("<details>"))
        assert.equal(previous, "", "a blank line before");
    }
    if (!line.startsWith("|")) columns = undefined;
    previous = line;
  }
  assert.equal(fence, undefined, "every fence is closed");
  assert.equal(details, 0, "every <details> is closed");
}

const rows = (text: string): string[] => text.split("\n").filter((line) => line.startsWith("|"));

describe("formatMarkdown", () => {
  it("tells what a policy finds, errors first, each with its source", () => {
    const text = formatMarkdown(findingsReport);
    checkMarkdown(text);
    assert.match(text, / 4 findings of the policy \(2 errors\)\.\n/);
    const [, found] = /### Policy\n\n([\s\S]*?)\n\n/.exec(text)!;
    assert.equal(
      found,
      `- **[image-tag](<https://kubernetes.io/docs/>)**: container "carts" has the image &#60;b&#62;, which has no tag (\`Deployment a/carts\` \`spec.template.spec.containers[name=carts].image\`, \`Deployment b/carts\` \`spec.template.spec.containers[name=carts].image\`)
- [memory-limit](<https://kubernetes.io/docs/>): container "carts" has no memory limit *(as before)* (\`Deployment a/carts\` \`spec.template.spec.containers[name=carts].resources.limits.memory\`, \`Deployment b/carts\` \`spec.template.spec.containers[name=carts].resources.limits.memory\`)`,
    );
  });

  it("tells the whole story, dangers first", () => {
    const text = formatMarkdown(tableReport);
    checkMarkdown(text);
    const order = [
      "<!-- carts preview: carts-stack/dev -->\n## Preview of `carts-stack/dev`\n",
      "kro: **6 to replace**. Pulumi: 1 to replace, 1 unchanged. **3 dangers.**",
      "### Dangers\n\n- **table-replaced**: the service goes on with the table dev-carts-new, not dev-carts-kro (",
      "- **table-retained**",
      "- **namespace-replaced**",
      "### What kro does\n\n| Instance | Action | Kind | Name | Wave | Fields |\n",
      "| `default/carts-kro` | `+-` replace | `Namespace` | `carts-kro` | 1 |  |\n",
      "|  | `+-` replace | `Table` | `carts-kro/carts-table` | 2 | `spec.tableName` |\n",
      "### Pulumi's plan\n\n| Action | Type | Name | Inputs |\n",
      "| `+-` replace | `kubernetes:kro.run/v1alpha1:CartsStack` | `carts` | `spec` |\n",
      "### Fields\n\n<details><summary>+- <code>Table</code> <code>carts-kro/carts-table</code> of <code>default/carts-kro</code></summary>\n\n" +
        '```diff\n- spec.tableName: "dev-carts-kro"\n+ spec.tableName: "dev-carts-new"\n```\n\n</details>\n',
      "### Waves\n\n`default/carts-kro`:\n\n```mermaid\nflowchart LR\n",
    ];
    const places = order.map((part) => text.indexOf(part));
    assert.ok(!places.includes(-1), `not found: ${order[places.indexOf(-1)]}`);
    assert.deepEqual(
      places.toSorted((a, b) => a - b),
      places,
    );
    assert.equal(places[0], 0, "the marker is the first line");
  });

  it("leaves out what does not change", () => {
    const text = formatMarkdown(imageReport);
    checkMarkdown(text);
    assert.equal(rows(text).length, 2 + 1 + 2 + 1);
    assert.equal(text.match(/<details>/g)!.length, 1);
  });

  it("draws the waves, a class for each action", () => {
    const graph = /```mermaid\n([\s\S]*?)\n```/.exec(formatMarkdown(imageReport))![1]!;
    assert.equal(
      graph,
      `flowchart LR
  subgraph w1 ["wave 1"]
    w1n0["Namespace<br/>carts-kro<br/>unchanged"]:::same
  end
  subgraph w2 ["wave 2"]
    w2n0["Table<br/>carts-kro/carts-table<br/>unchanged"]:::same
  end
  subgraph w3 ["wave 3"]
    w3n0["ConfigMap<br/>carts-kro/carts<br/>unchanged"]:::same
    w3n1["ServiceAccount<br/>carts-kro/carts<br/>unchanged"]:::same
  end
  subgraph w4 ["wave 4"]
    w4n0["Deployment<br/>carts-kro/carts<br/>update"]:::update
    w4n1["Service<br/>carts-kro/carts<br/>unchanged"]:::same
  end
  w1 --> w2 --> w3 --> w4
  classDef same fill:#f6f8fa,stroke:#8c959f,color:#57606a
  classDef update fill:#fff8c5,stroke:#9a6700,color:#1f2328`,
    );
  });

  it("draws a collection as one node", () => {
    const items = Array.from({ length: 20 }, (_, i) => ({
      ...children("a/b", { configMap: { action: "create", name: `item-${i}`, node: "items" } })[2]!,
    }));
    assert.match(
      formatMarkdown(report({ children: items })),
      /w3n0\["ConfigMap<br\/>20 of items<br\/>create"\]:::create/,
    );
  });

  it("draws instances that look alike once, and has another table for those of other stacks", () => {
    const text = formatMarkdown(definitionReport(3));
    checkMarkdown(text);
    assert.equal(text.match(/```mermaid/g)!.length, 1);
    assert.match(text, /^`default\/carts-1`, `default\/carts-2`, `default\/carts-3`:$/m);
    const [own, others] = text.split("### Instances of other stacks");
    assert.match(own!, /\| `default\/carts-1` \|[\s\S]*\| `default\/carts-2` \|/);
    assert.doesNotMatch(own!, /carts-3/);
    assert.match(
      others!,
      /^\| `default\/carts-3` \| `~` update \| `Deployment` \| `carts-3\/carts` \| 4 \| `spec\.replicas` \|$/m,
    );
    for (const replicas of [1, 2, 3])
      assert.ok(text.includes(`- spec.replicas: ${replicas}\n+ spec.replicas: ${replicas * 2}\n`));
  });

  it("stays short for many instances that change alike", () => {
    const text = formatMarkdown(definitionReport(100, true));
    checkMarkdown(text);
    assert.ok(text.length < 5000, `${text.length}`);
    assert.match(
      text,
      /^98 more instances change in the same fields as `default\/carts-1`: `default\/carts-2`, .* and 88 more\.$/m,
    );
  });

  it("gathers instances by what changes, whatever else they have, and draws one graph", () => {
    const text = formatMarkdown(unevenReport);
    checkMarkdown(text);
    assert.equal(text.match(/^\| `default\/carts-\d+` \| `~` update/gm)!.length, 1);
    assert.match(text, /^11 more instances change in the same fields as `default\/carts-1`: `default\/carts-2`, /m);
    assert.match(
      text,
      /^`default\/carts-1`, `default\/carts-4`, `default\/carts-7` and 1 more \(8 more instances change alike, with other unchanged children\):$/m,
    );
    assert.equal(text.match(/```mermaid/g)!.length, 1);
  });

  it("shows what the cluster will know, and no secret", () => {
    const text = formatMarkdown(createReport);
    checkMarkdown(text);
    assert.match(text, /^\+ env\.PASSWORD: \[secret\]$/m);
    assert.match(text, /^\+ \S+table-arn"\]: \(known after apply: \$\{table\.status\.ackResourceMetadata\.arn\}\)$/m);
    assert.doesNotMatch(text, /hash-of-it/);
    assert.match(text, /`carts-kro\/carts`<br>if `\$\{table\.status\.tableStatus == 'ACTIVE'\}`/);
    assert.match(text, /#### Notes\n\n- The cluster was not reached/);
  });

  it("says of a list in another order that it is the order", () => {
    const text = formatMarkdown(orderReport);
    assert.match(text, /\| 4 \| `spec\.template\.spec\.containers\[name=carts\]\.env \(order\)` \|/);
    assert.match(text, /^\+ spec\.template\.spec\.containers\[name=carts\]\.env \(order\): \["B", "A"\]$/m);
  });

  it("says in one line that nothing changes", () => {
    const text = formatMarkdown(report({ children: children("a/b"), resources: [resource("x")] }));
    assert.equal(text, "<!-- carts preview: carts-stack/dev -->\n**No change** in `carts-stack/dev`.\n");
  });

  it("says at the top that an update is running, where it is never cut", () => {
    const running = "an update of this stack by @ci is running";
    assert.match(
      formatMarkdown(report({ running })),
      /\*\*No change\*\* in `carts-stack\/dev`\.\n\n\*\*Note:\*\* an update .*@<!-- -->ci/,
    );
    const text = formatMarkdown({ ...imageReport, running }, { limit: 4000 });
    assert.match(text, /\n\nkro: .*\n\n\*\*Note:\*\* an update of this stack by .* is running\.\n/);
    checkMarkdown(text);
  });

  it("tells at most ten dangers of a name one by one, the rarest first", () => {
    const instances = Array.from({ length: 40 }, (_, i) => `default/carts-${i}`);
    const table = { name: "table-deleted" as const, message: "the DynamoDB table t is deleted with its items" };
    const text = formatMarkdown(
      report({
        children: instances.flatMap((instance, i) =>
          children(instance, { deployment: { action: "update", dangers: i === 39 ? [rollout, table] : [rollout] } }),
        ),
      }),
    );
    assert.equal(text.match(/^- \*\*rollout\*\*/gm)!.length, 11);
    assert.match(text, /^- \*\*rollout\*\*: 30 more$/m);
    assert.match(text, /### Dangers\n\n- \*\*table-deleted\*\*/);
  });

  it("is not broken by anything in a name or a value", () => {
    const text = formatMarkdown(hostileReport);
    checkMarkdown(text);
    const outside = text.replace(/^(`{3,})[\s\S]*?^\1$/gm, "").replace(/<code>.*?<\/code>/g, "");
    assert.doesNotMatch(outside, /@someone|#1 |<img|\]\(http|\$x\$/);
    assert.match(text, /^`````diff$/m, "a longer fence than any in the value");
  });

  it("takes nothing in a sentence for markup, but code", () => {
    const note = "1. <b>@someone</b> *x* _y_ [l](x) $z$ #12 https://example.org www.x.org `a|b` and `c`";
    const text = formatMarkdown(report({ notes: [note] }));
    checkMarkdown(text);
    assert.equal(
      text.split("\n").at(-2),
      "- &#49;. &#60;b&#62;@<!-- -->someone&#60;/b&#62; &#42;x&#42; &#95;y&#95; &#91;l&#93;(x) &#36;z&#36; #<!-- -->12 " +
        "https:<!-- -->//example.org w<!-- -->ww.x.org <code>a&#124;b</code> and `c`",
    );
  });

  it("has a marker that nothing can end early", () => {
    assert.equal(commentMarker({ project: "a", stack: "b--> <b>" }), "<!-- carts preview: a/b-----b- -->");
  });
});

describe("formatMarkdown, cut to a limit", () => {
  const big = (characters: string, instances = 100): Report =>
    report({
      resources: [resource("carts", { action: "update", changed: ["spec"] })],
      children: Array.from({ length: instances }, (_, i) =>
        children(`default/carts-${i}`, {
          table: {
            action: "replace",
            fields: [{ path: "spec.tableName", before: `a${i}`, after: `b${i}` }],
            dangers: [],
          },
          configMap: {
            action: "create",
            fields: [{ path: `data.x${i}`, before: undefined, after: `${i}${characters.repeat(200)}` }],
          },
        }),
      ).flat(),
      notes: ["A note."],
    });

  it("leaves out field diffs first, those of new children before others, and says so", () => {
    const text = formatMarkdown(big("x"), { limit: 40_000, detailsUrl: "https://example.org/run/1" });
    checkMarkdown(text);
    assert.ok(Buffer.byteLength(text) <= 40_000);
    assert.match(
      text,
      /^\*\*Cut to fit a comment:\*\* \d+ field diffs left out\. All of it is in \[the full report\]\(<https:\/\/example\.org\/run\/1>\)\.$/m,
    );
    assert.equal(rows(text).length, 2 + 200 + 2 + 1);
    assert.equal(text.match(/^- spec\.tableName/gm)!.length, 100);
    assert.ok((text.match(/^\+ data\.x/gm) ?? []).length < 100);
    assert.match(text, /```mermaid/);
  });

  it("leaves out graph, plan and rows next, and keeps dangers and notes longest", () => {
    const text = formatMarkdown(big("x"), { limit: 8000 });
    checkMarkdown(text);
    assert.match(text, /200 field diffs, .*left out\. All of it is in the artifact of this run\.$/m);
    assert.doesNotMatch(text, /```/);
    assert.doesNotMatch(text, /Pulumi's plan\n/);
    assert.ok(rows(text).length > 20);
    assert.match(text, /- A note\./);
  });

  it("counts as GitHub does at its strictest, in bytes", () => {
    const text = formatMarkdown(big("😀"));
    checkMarkdown(text);
    assert.ok(Buffer.byteLength(text) <= LIMIT);
    assert.ok(Buffer.byteLength(text) > LIMIT * 0.9, "no more is left out than must be");
    assert.ok(text.isWellFormed(), "no half characters");
  });

  it("cuts nothing that fits exactly", () => {
    const whole = formatMarkdown(big("x", 5));
    const size = Buffer.byteLength(whole);
    assert.equal(formatMarkdown(big("x", 5), { limit: size }), whole);
    assert.match(formatMarkdown(big("x", 5), { limit: size - 1 }), /Cut to fit/);
  });

  it("is whole Markdown within the limit, whatever the report and the limit", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme" }),
      fc.constant(HOSTILE),
      fc.constantFrom("|", "`", "```", "<b>", "\n"),
    );
    const child = fc.record({
      action: fc.constantFrom("create", "update", "replace", "delete", "same" as const),
      kind: text,
      name: text,
      fields: fc.array(fc.record({ path: text, before: fc.option(text, { nil: undefined }), after: text }), {
        maxLength: 5,
      }),
      dangers: fc.array(fc.record({ name: fc.constantFrom("rollout", "table-deleted" as const), message: text }), {
        maxLength: 2,
      }),
    });
    const random = fc
      .tuple(fc.array(fc.tuple(text, child), { maxLength: 8 }), fc.array(text, { maxLength: 3 }))
      .map(([changes, notes]) =>
        report({
          children: changes.flatMap(([instance, deployment]) => children(`d/${instance}`, { deployment })),
          notes,
        }),
      );
    fc.assert(
      fc.property(random, fc.integer({ min: 4000, max: 20_000 }), (sample, limit) => {
        const markdown = formatMarkdown(sample, { limit });
        checkMarkdown(markdown);
        assert.ok(Buffer.byteLength(markdown) <= limit);
      }),
      { numRuns: 200 },
    );
  });
});
