import assert from "node:assert/strict";
import { childRemedy, instanceRemedy } from "../../../automation/verify/checks/remedies.ts";
import { type Reading, Unreadable } from "../../../automation/verify/reading.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

const API = "kro.run/v1alpha1";
const INSTANCE = { apiVersion: API, kind: "CartsStack", metadata: { name: "carts", namespace: "default" } };
const object = (apiVersion: string, kind: string, name = "carts") => ({
  ...{ apiVersion, kind },
  metadata: { name, namespace: "shop" },
});
const says = (message: string): LiveObject =>
  ({ ...INSTANCE, status: { conditions: [{ type: "Ready", status: "False", message }] } }) as unknown as LiveObject;

describe("what verify says to do about a child of an instance", () => {
  const remedy = (live: Reading<LiveObject>, child = object("v1", "Service")) => childRemedy(child, live, INSTANCE);

  it("is to wait for kro, and to see what keeps it", () => {
    for (const live of [says("waiting for readiness"), says('Service "carts-ui" is invalid: no')]) {
      assert.match(
        remedy(live),
        /^kro puts it back while it runs, .*`kubectl describe cartsstack\.kro\.run\/carts -n default`$/,
      );
    }
    assert.match(remedy(new Unreadable("HTTP 500")), /^it comes back with its instance: its conditions say/);
  });

  it("is to bring back the instance, where that is gone", () => {
    assert.equal(remedy(undefined), "it comes back with its instance: `carts up` makes it again");
    assert.equal(instanceRemedy(undefined, INSTANCE), "`carts up` makes it again");
  });

  it("is to have kro go on, where somebody has stopped it", () => {
    const live = says("reconciliation suspended via kro.run/reconcile annotation");
    for (const text of [remedy(live), instanceRemedy(live, INSTANCE)]) {
      assert.match(text, /`kubectl annotate cartsstack\.kro\.run\/carts -n default kro\.run\/reconcile-`$/);
    }
  });

  it("is to delete what the API server lets nobody put right, but nothing with data in it", () => {
    const refused = says(
      'apply results contain errors: Service "carts" is invalid: spec.ports[1].name: Duplicate value',
    );
    assert.match(
      remedy(refused),
      /where nothing is lost with it, `kubectl delete service\/carts -n shop`, and kro makes it anew$/,
    );
    const deployment = object("apps/v1", "Deployment");
    assert.match(
      remedy(says('Deployment.apps "carts" is invalid: x'), deployment),
      /`kubectl delete deployment\.apps\/carts -n shop`/,
    );
    const table = object("dynamodb.services.k8s.aws/v1alpha1", "Table");
    assert.match(remedy(says('Table.dynamodb.services.k8s.aws "carts" is invalid: x'), table), /: take that back$/);
  });
});
