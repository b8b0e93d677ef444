import assert from "node:assert/strict";
import type { PulumiError } from "../../../../automation/stack/pulumiError.ts";
import { rootCause } from "../../../../automation/update/causes/rootCause.ts";
import { identityOf } from "../../../../packages/kro/index.ts";
import type { EventObject, LiveObject, Pod } from "../../../../packages/live/liveObject.ts";
import {
  deploymentObject,
  instance,
  instanceObject,
  namespaceObject,
  podObject,
  ROLLED_OUT,
  tableObject,
  waitingPod,
  withCredentials,
} from "../live/objects.ts";

const URN = "urn:pulumi:dev::p::carts-stack:index:CartsStack$kubernetes:kro.run/v1alpha1:CartsStack::carts";
const ROLE_URN = "urn:pulumi:dev::p::carts-stack:index:CartsStack$aws:iam/role:Role::carts-role";
const TIMED_OUT: PulumiError = {
  urn: URN,
  message: 'failed to fully initialize or become live: timed out waiting for "x"',
};

const synced = tableObject({ type: "ACK.ResourceSynced", status: "True" });
const notReady = instanceObject({
  type: "Ready",
  status: "False",
  message: "waiting for nodes",
  observedGeneration: 2,
});

const causeOf = (objects: LiveObject[], warnings: EventObject[] = [], errors = [TIMED_OUT]) =>
  rootCause(errors, { followed: [instance], objects, warnings })!;

describe("the root cause of a failed update", () => {
  it("is no failure where kro only waits, whatever its words", () => {
    const wait =
      'waiting for node "deployment": readyWhen condition evaluated to false: "x == 1" (waiting for readiness)';
    const ready = (message: string) =>
      instanceObject({ type: "Ready", status: "False", message, observedGeneration: 2 });
    const failed = "resource reconciliation failed: apply results contain errors:";
    const waits = causeOf([ready(`${failed} ${wait}`), namespaceObject()], [], []);
    assert.deepEqual(waits.name, "instance-not-ready");
    assert.equal(waits.message, "CartsStack default/carts is not ready: kro waits for deployment.");
    const both = causeOf([ready(`${failed} node "x": denied\n${wait}`), namespaceObject()], [], []);
    assert.match(both.message, /^kro can't bring about CartsStack default\/carts: .*node "x": denied/);
  });

  it("is AWS's denial of ACK, with the role and the action", () => {
    const message =
      "AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/ack-dynamodb/17 is not authorized to perform: " +
      "dynamodb:CreateTable on resource: arn:aws:dynamodb:us-west-2:111122223333:table/t\n\tstatus code: 400";
    const table = tableObject(
      { type: "ACK.ResourceSynced", status: "False" },
      { type: "ACK.Recoverable", status: "True", message },
    );
    const cause = causeOf([notReady, namespaceObject(), table]);
    assert.deepEqual([cause.name, cause.object], ["ack-access-denied", "Table carts-kro/carts-table"]);
    assert.match(cause.message, /The role ack-dynamodb, .* must be allowed dynamodb:CreateTable\.$/);
    assert.ok(!cause.message.includes("\n"), "one paragraph");
  });

  it("is that denial also where ACK has put it into words of its own, and for the time to live", () => {
    for (const action of ["UpdateContinuousBackups", "UpdateTimeToLive"]) {
      const message =
        "cannot update table operation error DynamoDB: UpdateContinuousBackups, https response error StatusCode: 400, RequestID: A1, " +
        "api error AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/ack-dynamodb/17 is not authorized to perform: " +
        `dynamodb:${action} on resource: arn:aws:dynamodb:us-west-2:111122223333:table/t because no identity-based policy allows it`;
      const table = tableObject(
        { type: "ACK.ResourceSynced", status: "Unknown" },
        { type: "ACK.Recoverable", status: "True", message },
      );
      const cause = causeOf([notReady, namespaceObject(), table]);
      assert.equal(cause.name, "ack-access-denied");
      assert.match(cause.message, new RegExp(`The role ack-dynamodb, .* must be allowed dynamodb:${action}\\.$`));
    }
  });

  it("names what ACK says of conflicts, limits, AWS out of reach, and anything else", () => {
    const said = {
      "ack-conflict": "Resource already exists but is not managed by ACK",
      "aws-limit": "LimitExceededException: Subscriber limit exceeded",
      "aws-unreachable": "dial tcp: lookup dynamodb.us-west-2.amazonaws.com: no such host",
      "ack-refused": "ValidationException: One or more parameter values were invalid",
    };
    for (const [name, message] of Object.entries(said)) {
      const cause = causeOf([notReady, tableObject({ type: "ACK.Terminal", status: "True", message })]);
      assert.equal(cause.name, name);
      assert.ok(cause.message.includes(message));
    }
  });

  it("is the controller that is not there", () => {
    assert.equal(causeOf([notReady, tableObject()]).name, "ack-absent");
    assert.equal(causeOf([instanceObject()]).name, "kro-absent");
  });

  it("is that kro changes something again and again, where it says no more", () => {
    const message = "resource reconciliation failed: cluster mutated";
    const cause = causeOf([instanceObject({ type: "Ready", status: "False", message }), synced]);
    assert.equal(cause.name, "instance-not-ready");
    assert.match(cause.message, /^CartsStack default\/carts is not ready: kro .*"cluster mutated".*somebody else/);
  });

  it("is what a pod says, with its image", () => {
    const pull = causeOf([
      notReady,
      synced,
      deploymentObject(),
      waitingPod("ImagePullBackOff", "shop/carts:1: not found"),
    ]);
    assert.deepEqual([pull.name, pull.object], ["image-pull", "Deployment carts-kro/carts"]);
    assert.match(pull.message, /^Pod carts-kro\/carts-1 can't get its image shop\/carts:1: ImagePullBackOff: /);
  });

  it("is a Secret that isn't there, or has not the key, with how to make it", () => {
    const secretKeyRef = { name: "shop", key: "token" };
    const missing = (message: string) => {
      const pod = waitingPod("CreateContainerConfigError", message) as Pod;
      const containers = pod.spec.containers.map((container) => ({
        ...container,
        env: [{ name: "TOKEN", valueFrom: { secretKeyRef } }],
      }));
      return causeOf([notReady, synced, deploymentObject(), { ...pod, spec: { ...pod.spec, containers } }]);
    };
    const whole = missing('secret "shop" not found');
    assert.deepEqual([whole.name, whole.object], ["container-config", "Deployment carts-kro/carts"]);
    assert.match(
      whole.message,
      /can't start its container: CreateContainerConfigError: secret "shop" not found\. `kubectl create secret generic shop -n carts-kro --from-literal=token=\.\.\.` makes it: the pod starts by itself then\.$/,
    );
    const key = missing("couldn't find key token in Secret carts-kro/shop");
    assert.match(
      key.message,
      /Add the key to the Secret shop of the namespace carts-kro, or name another in `environmentFrom`/,
    );
    assert.doesNotMatch(missing('configmap "other" not found').message, /Secret|kubectl/);
  });

  it("is a crash, with exit code and count, or the memory limit", () => {
    const crashed = (reason: string, exitCode: number, restartCount = 4) =>
      podObject({
        phase: "Running",
        containerStatuses: [
          {
            name: "carts",
            restartCount,
            state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 1m" } },
            lastState: { terminated: { reason, exitCode } },
          },
        ],
      });
    const crash = causeOf([notReady, synced, deploymentObject(), crashed("Error", 3)]);
    assert.equal(crash.name, "crash");
    assert.match(crash.message, /ended 4 times, last with Error, exit code 3/);
    const first = causeOf([notReady, synced, deploymentObject(), crashed("Error", 3, 1)]);
    assert.match(first.message, /ended once, with Error, exit code 3/);
    assert.equal(causeOf([notReady, synced, deploymentObject(), crashed("OOMKilled", 137)]).name, "out-of-memory");
  });

  describe("of pods without the credentials that they are to have", () => {
    const deployment = (status: LiveObject["status"]) => deploymentObject(status);
    const ofUsers = (...objects: LiveObject[]) =>
      rootCause([TIMED_OUT], {
        followed: [{ ...instance, credentialUsers: [identityOf(deploymentObject())] }],
        objects: [notReady, synced, ...objects],
        warnings: [],
      })!;
    const crashing = waitingPod("CrashLoopBackOff", "back-off 1m");
    const advice =
      /^Pod carts-kro\/carts-1 has no AWS credentials: .* `carts verify --heal` makes them, or `kubectl rollout restart deployment\/carts -n carts-kro`\.$/;

    it("is that, and not the crash or the readiness that follow", () => {
      for (const pod of [crashing, waitingPod("ContainerCreating")]) {
        const cause = ofUsers(deployment({}), pod);
        assert.deepEqual([cause.name, cause.object], ["no-credentials", "Deployment carts-kro/carts"]);
        assert.match(cause.message, advice);
      }
    });

    it("is that also where the pods are ready", () => {
      const ready = podObject({ phase: "Running", conditions: [{ type: "Ready", status: "True" }] });
      assert.match(ofUsers(deployment(ROLLED_OUT), ready).message, advice);
      assert.equal(ofUsers(deployment(ROLLED_OUT), withCredentials(ready)).name, "instance-not-ready");
    });

    it("is what keeps the pods with credentials, too", () => {
      assert.equal(ofUsers(deployment({}), waitingPod("ImagePullBackOff", "not found")).name, "image-pull");
      assert.equal(ofUsers(deployment({}), withCredentials(crashing)).name, "crash");
    });
  });

  it("is the scheduler's reason, and a pod's last warning", () => {
    const conditions = [{ type: "PodScheduled", status: "False", reason: "Unschedulable", message: "0/3 nodes: cpu." }];
    const cause = causeOf([notReady, synced, deploymentObject(), podObject({ phase: "Pending", conditions })]);
    assert.equal(cause.name, "unschedulable");
    const warning = {
      type: "Warning",
      reason: "Unhealthy",
      message: "Readiness probe failed: 503",
      involvedObject: { kind: "Pod", name: "carts-1", namespace: "carts-kro" },
    };
    const unready = podObject({
      phase: "Running",
      conditions: [{ type: "Ready", status: "False", reason: "ContainersNotReady" }],
    });
    assert.match(
      causeOf([notReady, synced, deploymentObject(), unready], [warning]).message,
      /Its last warning, Unhealthy: Readiness probe failed: 503\./,
    );
  });

  it("is the quota that refuses the pods", () => {
    const message =
      'pods "carts-x" is forbidden: exceeded quota: small, requested: pods=1, used: pods=1, limited: pods=1';
    const refused = deploymentObject({ conditions: [{ type: "ReplicaFailure", status: "True", message }] });
    assert.equal(causeOf([notReady, synced, refused]).name, "quota");
  });

  it("is the namespace that goes away, before what that keeps from being made", () => {
    const namespace = namespaceObject("Terminating");
    const terminating: LiveObject = {
      ...namespace,
      metadata: { ...namespace.metadata, deletionTimestamp: "2026-01-01T00:00:00Z", finalizers: ["shop/hold"] },
    };
    const cause = causeOf([notReady, tableObject(), terminating]);
    assert.equal(cause.name, "namespace-terminating");
    assert.match(cause.message, /held by: its finalizers shop\/hold/);
  });

  it("is the RGD that kro refuses, unless it is Ready", () => {
    const rgd = (status: string): LiveObject => ({
      apiVersion: "kro.run/v1alpha1",
      kind: "ResourceGraphDefinition",
      metadata: { name: "cartsstack", generation: 1, creationTimestamp: "2026-01-01T00:00:00Z" },
      status: {
        conditions: [
          { type: "GraphAccepted", status, message: "unknown field spec.replica" },
          { type: "Ready", status },
        ],
      },
    });
    const cause = causeOf([rgd("False")]);
    assert.equal(cause.name, "definition-refused");
    assert.match(cause.message, /unknown field spec\.replica/);
    assert.equal(causeOf([rgd("True"), notReady]).name, "instance-not-ready");
  });

  it("is an RGD that would take something out of its API, with what makes room for it", () => {
    const message =
      "cannot update CRD cartsstacks.kro.run: breaking changes detected: Property tableKmsKey was removed";
    const cause = causeOf([
      {
        apiVersion: "kro.run/v1alpha1",
        kind: "ResourceGraphDefinition",
        metadata: { name: "cartsstack", generation: 1, creationTimestamp: "2026-01-01T00:00:00Z" },
        status: { conditions: [{ type: "KindReady", status: "False", message }] },
      },
    ]);
    assert.match(cause.message, /no instance is left, `kubectl delete crd cartsstacks\.kro\.run` makes room/);
  });

  it("is nothing that a condition says of an earlier generation", () => {
    const stale = { status: "True", message: "ValidationException: invalid", observedGeneration: 1 };
    const table = tableObject({ type: "ACK.Terminal", ...stale }, { type: "ACK.ResourceSynced", status: "False" });
    const changed = { ...table, metadata: { ...table.metadata, generation: 2 } };
    assert.equal(causeOf([notReady, changed]).name, "instance-not-ready");
    const conditions = [{ type: "ReplicaFailure", status: "True", message: "exceeded quota: small" }];
    const deployment = deploymentObject({ observedGeneration: 1, conditions });
    assert.equal(causeOf([notReady, synced, deployment]).name, "instance-not-ready");
    const denied = { type: "ResourcesReady", status: "False", message: "forbidden", observedGeneration: 1 };
    const instance = instanceObject(denied, { ...notReady.status!.conditions![0]! });
    assert.equal(causeOf([instance, synced]).name, "instance-not-ready");
  });

  it("is what kro itself is denied", () => {
    const message = 'apply failed: services is forbidden: User "system:serviceaccount:kro:kro" cannot patch';
    const denied = instanceObject({ type: "Ready", status: "False", message, observedGeneration: 2 });
    assert.equal(causeOf([denied, namespaceObject(), synced]).name, "kro-forbidden");
  });

  it("is Pulumi's own error where it could not do its part, not what the cluster is waiting for", () => {
    const message =
      "1 error occurred:\n\t* creating IAM Role (x): AccessDenied: User: arn:aws:iam::1:user/ci is not authorized to perform: iam:CreateRole";
    const cause = causeOf([notReady, tableObject()], [], [TIMED_OUT, { urn: ROLE_URN, message }]);
    assert.deepEqual([cause.name, cause.object], ["access-denied", "aws:iam/role:Role carts-role"]);
    assert.match(cause.message, /The user ci must be allowed iam:CreateRole\.$/);
  });

  it("holds nothing that a terminal would obey", () => {
    const message = "refused\u001b[2J\u0007 by the API";
    const cause = causeOf([notReady, tableObject({ type: "ACK.Terminal", status: "True", message })]);
    assert.ok(!/\p{Cc}/u.test(cause.message), JSON.stringify(cause.message));
  });

  it("is the role that is not there", () => {
    const message =
      "invocation of aws:iam/getRole:getRole returned an error: NoSuchEntity: The role with name r cannot be found.";
    assert.equal(causeOf([], [], [{ urn: undefined, message }]).name, "role-missing");
  });

  it("is what the program refuses, in its own words", () => {
    const message = 'nothing was changed: roleName is "r", but there is no such IAM role in the account: set another';
    const cause = causeOf([], [], [{ urn: undefined, message }]);
    assert.deepEqual(cause, { name: "role-missing", object: "the program", message });
  });
});

describe("a field that somebody else has set", () => {
  const message =
    'the Kubernetes API server reported that "default/carts" failed to fully initialize or become live: Server-Side Apply field conflict detected.\n' +
    'The resource had an apply conflict: Apply failed with 1 conflict: conflict with "argo" using kro.run/v1alpha1: .spec.replicas';
  const managedFields = [{ manager: "argo", fieldsV1: { "f:spec": { "f:replicas": {} } } }];

  it("is the cause, before what the wait was for: manager, field, and the command that takes it away", () => {
    const own = instanceObject({ type: "Ready", status: "False", message: "x" });
    const [namespace, name] = ["default", "carts"];
    const live = { ...own, metadata: { ...own.metadata, namespace, name, managedFields } } as unknown as LiveObject;
    const cause = causeOf([live], [], [{ urn: URN, message }]);
    assert.deepEqual([cause.name, cause.object], ["field-conflict", "CartsStack default/carts"]);
    assert.match(
      cause.message,
      /: spec\.replicas is argo's\. Have argo leave it out, or take it away, and run this again: `kubectl patch cartsstack\.kro\.run\/carts -n default --type json -p '.*'`\.$/,
    );
    assert.ok(!cause.message.includes("\n"), "one paragraph");
  });

  it("is named without the command where the object was not seen", () => {
    assert.match(
      causeOf([], [], [{ urn: URN, message }]).message,
      /spec\.replicas is argo's\..*`metadata\.managedFields`/,
    );
  });
});
