import assert from "node:assert/strict";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UnderWay } from "../../../../automation/update/live/underWay.ts";

describe("what an update works on", () => {
  let underWay: UnderWay;
  beforeEach(() => {
    underWay = new UnderWay();
  });
  const tell = (event: "resourcePreEvent" | "resOutputsEvent" | "resOpFailedEvent", op: string, urn: string) =>
    underWay.onEvent({
      [event]: { metadata: { op, urn, type: "t", new: { custom: urn !== "component" } } },
    } as unknown as EngineEvent);
  const ops = () => underWay.steps.map(({ urn, op }) => `${op} ${urn}`);

  it("is what it has begun with and not ended", () => {
    tell("resourcePreEvent", "same", "provider");
    tell("resourcePreEvent", "create", "component");
    tell("resourcePreEvent", "create", "role");
    tell("resourcePreEvent", "update", "instance");
    assert.deepEqual(ops(), ["create role", "update instance"]);
    tell("resOutputsEvent", "create", "role");
    tell("resOpFailedEvent", "update", "instance");
    assert.deepEqual(ops(), []);
  });

  it("is one step of a replacement after the other", () => {
    tell("resourcePreEvent", "delete-replaced", "instance");
    tell("resourcePreEvent", "create-replacement", "instance");
    tell("resOutputsEvent", "delete-replaced", "instance");
    assert.deepEqual(ops(), ["create-replacement instance"]);
  });
});
