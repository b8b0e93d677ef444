import assert from "node:assert/strict";
import { tooEarly } from "../../../automation/heal/index.ts";
import type { LiveObject } from "../../../packages/live/liveObject.ts";
import { deploymentObject, podObject, ROLLED_OUT, withCredentials } from "../update/live/objects.ts";

/** A pod of one of the Deployment's templates. */
const pod = (template: string, minute: number, metadata: object = {}): LiveObject => {
  const made = podObject({ phase: "Running" });
  const labels = { ...made.metadata.labels, "pod-template-hash": template };
  const creationTimestamp = `2026-01-01T00:0${minute}:00Z`;
  return { ...made, metadata: { ...made.metadata, labels, creationTimestamp, ...metadata } };
};
const isEarly = (pods: readonly LiveObject[], status: LiveObject["status"] = ROLLED_OUT) =>
  tooEarly(deploymentObject(status), pods);

describe("a Deployment's pods came too early", () => {
  it("where one of its present template has no credentials, and else not", () => {
    assert.equal(isEarly([withCredentials(pod("a", 1)), pod("a", 1)]), true);
    assert.equal(isEarly([withCredentials(pod("a", 1))]), false);
    assert.equal(isEarly([]), false);
  });

  it("not where those that lack them go away by themselves", () => {
    assert.equal(isEarly([pod("a", 1), withCredentials(pod("b", 2))]), false);
    assert.equal(isEarly([withCredentials(pod("a", 1)), pod("b", 2)]), true);
    const going = pod("a", 1, { deletionTimestamp: "2026-01-01T00:03:00Z" });
    assert.equal(isEarly([going, withCredentials(pod("a", 2))]), false);
  });

  it("not before the Deployment has made pods of its present template", () => {
    assert.equal(isEarly([pod("a", 1)], { ...ROLLED_OUT, observedGeneration: 1 }), false);
    assert.equal(isEarly([pod("a", 1)], { ...ROLLED_OUT, updatedReplicas: 0 }), false);
  });
});
