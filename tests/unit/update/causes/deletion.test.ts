import assert from "node:assert/strict";
import { rootCause } from "../../../../automation/update/causes/rootCause.ts";
import type { LiveObject } from "../../../../packages/live/liveObject.ts";
import { instance, instanceObject, namespaceObject, tableObject } from "../live/objects.ts";

const AT = "2026-01-01T00:00:00Z";
const ACK = "finalizers.dynamodb.services.k8s.aws/Table";

const going = (object: LiveObject, finalizers: readonly string[], others: Partial<LiveObject> = {}): LiveObject => ({
  ...object,
  ...others,
  metadata: { ...object.metadata, deletionTimestamp: AT, finalizers },
});
const stack = (state?: string) =>
  going(instanceObject(), ["foregroundDeletion", "kro.run/finalizer"], { status: { state } });
const tableSaying = (type?: string, message?: string, finalizers = [ACK]) =>
  going(tableObject(...(type ? [{ type, status: "True", message: message! }] : [])), finalizers, {
    spec: { tableName: "shop-carts" },
  });
const causeOf = (...objects: LiveObject[]) =>
  rootCause([{ urn: "urn:pulumi:dev::p::t::n", message: "context canceled" }], {
    ...{ followed: [instance], objects, warnings: [] },
  })!;

describe("the root cause of a deletion that does not come to its end", () => {
  it("is kro that has not begun, or does not go on", () => {
    const away = causeOf(stack("ACTIVE"), namespaceObject(), tableObject());
    assert.deepEqual([away.name, away.object], ["kro-absent", "CartsStack default/carts"]);
    assert.match(away.message, /nobody has begun with it: kro's controller is not running, or the RGD/);
    assert.match(causeOf(stack("DELETING"), namespaceObject()).message, /nobody goes on with it/);
  });

  it("is what kro says that blocks it", () => {
    const message = "deletion blocked: deployments.apps is forbidden";
    const blocked = going(instanceObject({ type: "Ready", status: "False", message }), ["kro.run/finalizer"]);
    assert.deepEqual(causeOf(blocked).name, "kro-forbidden");
    assert.match(causeOf(blocked).message, /^kro can't delete CartsStack default\/carts: deletion blocked: /);
  });

  it("is ACK that is away, or what AWS refuses it, with what to type", () => {
    const away = causeOf(stack("DELETING"), tableSaying());
    assert.equal(away.name, "ack-absent");
    assert.match(away.message, /the DynamoDB table shop-carts stays in AWS\.$/);
    const said = "ValidationException: Resource cannot be deleted as it has deletion protection enabled";
    const refused = causeOf(stack("DELETING"), tableSaying("ACK.Terminal", said));
    assert.equal(refused.name, "deletion-protected");
    assert.match(
      refused.message,
      /`aws dynamodb update-table --table-name shop-carts --no-deletion-protection-enabled`/,
    );
    assert.match(
      refused.message,
      /`kubectl annotate table\.dynamodb\.services\.k8s\.aws\/carts-table -n carts-kro services\.k8s\.aws\/deletion-policy=retain --overwrite`/,
    );
    const who = "User: arn:aws:sts::1:assumed-role/ack/1 is not authorized to perform: dynamodb:DeleteTable";
    const denied = causeOf(stack("DELETING"), tableSaying("ACK.Recoverable", `AccessDeniedException: ${who}`));
    assert.equal(denied.name, "ack-access-denied");
    assert.match(denied.message, /The role ack, .* must be allowed dynamodb:DeleteTable\. Run this again then/);
    const other = causeOf(stack("DELETING"), tableSaying("ACK.Recoverable", "ResourceInUseException: being updated"));
    assert.deepEqual([other.name, /ACK can't delete/.test(other.message)], ["ack-refused", true]);
    const waiting = causeOf(stack("DELETING"), tableSaying("ACK.Recoverable", "table in 'DELETING' state, cannot be"));
    assert.equal(waiting.name, "deleting");
  });

  it("is a stranger's finalizer, with the command that takes off this one and no other", () => {
    const held = causeOf(stack("DELETING"), tableSaying(undefined, undefined, ["foregroundDeletion", "shop/hold"]));
    assert.deepEqual([held.name, held.object], ["held-by-finalizer", "Table carts-kro/carts-table"]);
    const patch =
      '\'[{"op":"test","path":"/metadata/finalizers/1","value":"shop/hold"},{"op":"remove","path":"/metadata/finalizers/1"}]\'';
    assert.ok(held.message.includes(`carts-table -n carts-kro --type json -p ${patch}\``), held.message);
    assert.equal(causeOf(going(instanceObject(), ["shop/hold"], { status: { state: "X" } })).name, "held-by-finalizer");
  });

  it("is what the namespace still has, with the commands that name it", () => {
    const message = (type: string, text: string) => ({ type, status: "True", message: text });
    const conditions = [
      message(
        "NamespaceDeletionDiscoveryFailure",
        "Discovery failed for some groups, 1 failing: unable to retrieve the complete list of server APIs: gone.example/v1: stale GroupVersion discovery: gone.example/v1",
      ),
      message(
        "NamespaceContentRemaining",
        "Some resources are remaining: configmaps. has 1 resource instances, widgets.shop.example has 2 resource instances",
      ),
      message("NamespaceFinalizersRemaining", "Some content in the namespace has finalizers remaining: shop/hold in 3"),
    ];
    const namespace = going(namespaceObject("Terminating"), [], { status: { phase: "Terminating", conditions } });
    const { name, message: text } = causeOf(stack("DELETING"), namespace);
    assert.equal(name, "namespace-terminating");
    assert.match(text, /`kubectl get configmaps,widgets\.shop\.example -n carts-kro -o custom-columns=KIND:/);
    assert.match(text, /`kubectl delete apiservice v1\.gone\.example`/);
  });

  it("is the RGD that kro does not let go", () => {
    const metadata = { name: "cartsstack", creationTimestamp: AT };
    const definition = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata };
    const { name, object } = causeOf(going(definition, ["kro.run/finalizer"]));
    assert.deepEqual([name, object], ["kro-absent", "ResourceGraphDefinition cartsstack"]);
  });
});
