import assert from "node:assert/strict";
import { momentsOf, perSecond, type Traced } from "../../../bench/scale/moments.ts";
import { estimate, readOptions, stacksFor } from "../../../bench/scale/options.ts";

const FROM = Date.parse("2026-01-01T00:00:00Z");
const at = (seconds: number) => new Date(FROM + seconds * 1000).toISOString();
const urn = (type: string, name: string) => `urn:pulumi:s::p::carts-stack:index:CartsStack$${type}::${name}`;
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";

/** A request that was answered after half a second. */
const asked = (user: string, verb: string, what: string, name: string, second: number) => {
  const [resource = "", subresource] = what.split("/");
  return {
    ...{ stage: "ResponseComplete", verb, user: { username: user } },
    objectRef: { resource, ...(subresource && { subresource }), name, namespace: name },
    requestReceivedTimestamp: at(second),
    stageTimestamp: at(second + 0.5),
  };
};

const traced: Traced = {
  from: FROM,
  events: [
    {
      timestamp: FROM / 1000 + 2,
      resourcePreEvent: {
        metadata: { urn: urn("aws:iam/role:Role", "bench-1-role-bench-1"), type: "aws:iam/role:Role" },
      },
    },
  ],
  resources: [
    { urn: urn(ASSOCIATION, "bench-1-association-bench-1-carts"), type: ASSOCIATION, created: at(3) },
    { urn: urn(INSTANCE, "bench-1"), type: INSTANCE, created: at(20) },
    {
      urn: "urn:pulumi:s::p::carts-stack:index:CartsStack::bench-1",
      type: "carts-stack:index:CartsStack",
      created: at(1),
    },
  ],
  audited: [
    asked("admin", "patch", "cartsstacks", "bench-1", 4),
    asked("kro", "get", "cartsstacks", "bench-1", 5),
    asked("kro", "patch", "tables", "bench-1", 6),
    asked("kro", "patch", "tables", "bench-1", 9),
    asked("ack", "patch", "tables/status", "bench-1", 7),
    asked("ack", "patch", "tables/status", "bench-1", 10),
    asked("kro", "patch", "deployments", "bench-1", 11),
    asked("kwok", "patch", "pods/status", "bench-1", 14),
    asked("kro", "update", "cartsstacks/status", "bench-1", 8),
    asked("kro", "update", "cartsstacks/status", "bench-1", 15),
    asked("kro", "patch", "deployments", "someone-else", 1),
  ],
};

describe("the trace of an up", () => {
  it("has each moment of an instance when it came first, or was over", () => {
    assert.deepEqual(Object.fromEntries(momentsOf(traced)), {
      "bench-1": {
        ...{ begun: 2, bound: 3, applied: 4.5, seen: 5, table: 6.5, active: 10.5, deployed: 11.5, running: 14.5 },
        ...{ ready: 15.5, done: 20 },
      },
    });
  });

  it("counts a user's requests by the second", () => {
    const counts = perSecond(traced, "kro");
    assert.equal(counts.length, 16);
    assert.deepEqual([counts[0], counts[1], counts[6], counts[15]], [0, 1, 1, 1]);
  });
});

describe("the settings of bench:scale", () => {
  it("are small where nothing is said, and spread the instances over a tenth as many stacks", () => {
    const options = readOptions([]);
    assert.deepEqual(options.counts, [3, 6]);
    assert.deepEqual(
      [20, 100, 300, 1000].map((count) => stacksFor(count, options)),
      [2, 10, 30, 30],
    );
    assert.ok(estimate(readOptions(["300"])) > estimate(readOptions(["300", "--mode", "one,floor"])));
  });

  it("are refused by name", () => {
    assert.throws(() => readOptions(["many"]), /^Error: COUNT must be a whole number from 1 to 2000, not "many"/);
    assert.throws(() => readOptions(["3", "--mode", "one,all"]), /--mode must be some of one, .*not "all"/);
    assert.throws(() => readOptions(["3", "--only", "down"]), /--only must be some of up, .*not "down"/);
  });
});
