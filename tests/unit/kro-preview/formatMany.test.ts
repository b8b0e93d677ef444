import assert from "node:assert/strict";
import { formatMarkdown } from "../../../packages/kro-preview/format/markdown.ts";
import { formatTree } from "../../../packages/kro-preview/format/tree.ts";
import { children, report, resource } from "./formatReports.ts";

const FIELD = { path: "spec.template.spec.containers[name=carts].image", before: "carts:1", after: "carts:2" };
const rollout = { name: "rollout", message: "the pods are replaced" };
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
/** Hundreds of instances get another image. */
const many = report({
  children: numbers(300).flatMap((i) =>
    children(`default/carts-${i}`, { deployment: { action: "update", fields: [FIELD], dangers: [rollout] } }),
  ),
  resources: [
    ...numbers(300).map((i) => resource(`carts-${i}`, { action: "update", changed: ["spec.imageVersion"] })),
    ...numbers(300).map((i) => resource(`role-${i}`, { type: "aws:iam/role:Role" })),
    resource("one", { type: "aws:iam/role:Role", action: "update", changed: ["tags"] }),
  ],
});

describe("a report of hundreds of instances that change alike", () => {
  it("is a page on a terminal: one for all, of kro's and of Pulumi's, and how many", () => {
    const text = formatTree(many, { color: false });
    const lines = text.split("\n");
    assert.ok(lines.length < 60, text);
    const i = lines.findIndex((line) => line.endsWith("CartsStack carts-0 [spec.imageVersion]"));
    assert.equal(
      lines[i + 1],
      `   and 299 more in the same way: ${numbers(11)
        .slice(1)
        .map((n) => `carts-${n}`)
        .join(", ")} and 289 more`,
    );
    assert.match(text, /Role one \[tags\]/);
    assert.match(text, /299 more instances change in the same fields/);
    assert.ok(formatTree(many, { color: false, all: true }).includes("CartsStack carts-299 [spec.imageVersion]"));
  });

  it("is a comment far within GitHub's limit", () => {
    const text = formatMarkdown(many);
    assert.ok(Buffer.byteLength(text) < 10_000, `${Buffer.byteLength(text)} bytes`);
    assert.equal(text.match(/^\| `~` update \| `kubernetes:kro\.run\/v1alpha1:CartsStack` \|/gm)!.length, 1);
    assert.match(text, /\| `carts-0`, and 299 more: `carts-1`, .* and 289 more \| `spec\.imageVersion` \|/);
  });

  it("leaves out of a comment what does not fit, however different hundreds are, and says where it is", () => {
    const different = report({
      children: numbers(300).flatMap((i) => {
        const fields = numbers((i % 40) + 1).map((n) => ({
          path: `spec.f${i}x${n}`,
          before: "a".repeat(90),
          after: "b",
        }));
        return children(`default/carts-${i}`, { deployment: { action: "update", fields } });
      }),
      resources: numbers(300).map((i) => resource(`carts-${i}`, { action: "update", changed: [`spec.f${i}`] })),
    });
    const text = formatMarkdown(different, { detailsUrl: "https://ci.example.com/run/1" });
    assert.ok(Buffer.byteLength(text) <= 65_536, `${Buffer.byteLength(text)} bytes`);
    assert.match(text, /\[the full report\]\(<?https:\/\/ci\.example\.com\/run\/1>?\)/);
  });
});
