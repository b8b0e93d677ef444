import assert from "node:assert/strict";
import { digestOf, REFUSED, refusedBefore, refusedText } from "../../../automation/hold/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const SPEC = { schema: { kind: "Shop", apiVersion: "v1" }, resources: [{ id: "a" }, { id: "b" }] };
const NOTED = { digest: digestOf(SPEC), of: "p/prod", by: "me@here", at: "2026-01-01T00:00:00Z", why: "it broke." };
const rgd = (annotation?: string): LiveObject => ({
  ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" },
  metadata: {
    ...{ name: "shops", creationTimestamp: "" },
    ...(annotation !== undefined && { annotations: { [REFUSED]: annotation } }),
  },
});

describe("a definition that a rollout went back from", () => {
  it("is known by its spec, in whatever order its fields are, and no other", () => {
    const noted = rgd(refusedText(NOTED));
    const same = { resources: SPEC.resources, schema: { apiVersion: "v1", kind: "Shop" }, extra: undefined };
    assert.equal(refusedBefore(noted, { spec: same })?.digest, NOTED.digest);
    assert.equal(refusedBefore(noted, { spec: { ...SPEC, resources: [...SPEC.resources].reverse() } }), undefined);
    assert.equal(refusedBefore(rgd(), { spec: SPEC }), undefined);
    for (const text of ["", "{", "null", "{}"]) assert.equal(refusedBefore(rgd(text)), undefined);
  });

  it("is told with who tried it, when, and why it was gone back from", () => {
    assert.equal(
      refusedBefore(rgd(refusedText(NOTED)))!.text,
      "a rollout of ResourceGraphDefinition shops (of the stack p/prod, by me@here) went back from it at 2026-01-01T00:00:00Z: it broke",
    );
  });

  it("is noted in few words, whatever the reason", () => {
    assert.ok(refusedText({ ...NOTED, why: "x".repeat(10_000) }).length < 1000);
  });
});
