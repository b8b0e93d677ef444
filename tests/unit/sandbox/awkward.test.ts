import assert from "node:assert/strict";
import { awkwardness } from "../../../sandbox/awkward.ts";

describe("how awkward the sandbox is", () => {
  it("is as AWS and a kubelet are, unless something else is asked for", () => {
    assert.deepEqual(awkwardness({}), {
      associationLagSeconds: 5,
      clusterSeconds: 10,
      roleLagSeconds: 5,
      associationDeleteSeconds: 2,
      tableSeconds: 8,
      podReadySeconds: 2,
      kroRequeueSeconds: 3,
      containers: true,
      iam: true,
      identity: false,
      nodes: 2,
      namespaceLabels: [],
      kroFlags: [],
      auditsReads: false,
    });
  });

  it("is shortened as a whole, and one by one", () => {
    const { associationLagSeconds, roleLagSeconds } = awkwardness({
      SANDBOX_LAGS: "short",
      SANDBOX_ROLE_LAG_SECONDS: "1.5",
      SANDBOX_ASSOCIATION_LAG_SECONDS: "",
    });
    assert.deepEqual([associationLagSeconds, roleLagSeconds], [0, 1.5]);
  });

  it("demands the labels that are named", () => {
    const { namespaceLabels } = awkwardness({ SANDBOX_NAMESPACE_LABELS: "team,example.com/cost-center" });
    assert.deepEqual(namespaceLabels, ["team", "example.com/cost-center"]);
  });

  it("gives kro the flags that are named", () => {
    const flags = "--client-qps=400  --dynamic-controller-concurrent-reconciles=8";
    assert.deepEqual(awkwardness({ SANDBOX_KRO_FLAGS: flags }).kroFlags, flags.split("  "));
  });

  it("refuses what it can't read, all of it at once", () => {
    const wrong = {
      SANDBOX_LAGS: "none",
      SANDBOX_ROLE_LAG_SECONDS: "soon",
      SANDBOX_KRO_REQUEUE_SECONDS: "0",
      SANDBOX_IAM: "yes",
      SANDBOX_IDENTITY: "yes",
      SANDBOX_NODES: "1.5",
      SANDBOX_NAMESPACE_LABELS: "team,'",
      SANDBOX_KRO_FLAGS: "client-qps",
      SANDBOX_AUDIT: "reads",
    };
    assert.throws(
      () => awkwardness(wrong),
      ({ message }: Error) => Object.keys(wrong).every((name) => message.includes(`${name} must be`)),
    );
  });
});
