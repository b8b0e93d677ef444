import assert from "node:assert/strict";
import { mock } from "node:test";
import type { V1Pod } from "@kubernetes/client-node";
import { Nudge } from "../../../sandbox/containers/nudge.ts";

const NODE = { nodeName: "sandbox-0", containers: [] };
const pod = (name: string, state: Partial<V1Pod> & { going?: boolean } = {}): V1Pod => ({
  metadata: { name, uid: name, ...(state.going ? { deletionTimestamp: new Date() } : {}) },
  spec: NODE,
  status: { phase: "Pending" },
  ...state,
});

describe("a pod that kwok has forgotten", () => {
  let nudged: string[];
  let nudge: Nudge;
  beforeEach(() => {
    mock.timers.enable({ apis: ["setTimeout"] });
    nudged = [];
    nudge = new Nudge(({ metadata }) => nudged.push(metadata!.name!));
  });
  afterEach(() => mock.timers.reset());

  it("is nudged when it was to go, again and again, later each time", () => {
    nudge.seen(pod("a", { going: true }));
    mock.timers.tick(4_999);
    assert.deepEqual(nudged, []);
    mock.timers.tick(1);
    // What the nudge changes is a change of the pod, too.
    nudge.seen(pod("a", { going: true }));
    mock.timers.tick(9_999);
    assert.deepEqual(nudged, ["a"]);
    mock.timers.tick(1);
    assert.deepEqual(nudged, ["a", "a"]);
    nudge.forget(pod("a"));
    mock.timers.tick(1e6);
    assert.equal(nudged.length, 2);
  });

  it("is nudged when nothing is reported of it for a minute", () => {
    nudge.seen(pod("a"));
    nudge.seen(pod("b"));
    nudge.seen(pod("unbound", { spec: { containers: [] } }));
    mock.timers.tick(59_000);
    nudge.seen(pod("b", { status: { phase: "Pending", containerStatuses: [] } }));
    mock.timers.tick(1_000);
    assert.deepEqual(nudged, ["a"]);
    nudge.seen(pod("a", { status: { phase: "Running", containerStatuses: [] } }));
    mock.timers.tick(1e6);
    assert.deepEqual(nudged, ["a"]);
  });
});
