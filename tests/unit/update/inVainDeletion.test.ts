import assert from "node:assert/strict";
import type { Cause } from "../../../automation/update/causes/cause.ts";
import { VainWait } from "../../../automation/update/inVain.ts";
import { evidenceOf } from "../../../automation/update/live/awaited.ts";
import type { UnderWayStep } from "../../../automation/update/live/underWay.ts";
import type { Value } from "../../../packages/kro/index.ts";
import type { LiveObject } from "../../../packages/live/liveObject.ts";
import { instance, instanceObject, namespaceObject, tableObject } from "./live/objects.ts";

const STEP: UnderWayStep = { urn: "instance", type: "kubernetes:kro.run/v1alpha1:CartsStack", op: "delete" };
const BEGUN = "2026-01-01T00:01:00Z";
const ACK = "finalizers.dynamodb.services.k8s.aws/Table";
const PROTECTED = "ValidationException: Resource cannot be deleted as it has deletion protection enabled";
const DENIED =
  "AccessDeniedException: User: arn:aws:sts::1:assumed-role/ack/1 is not authorized to perform: dynamodb:DeleteTable";

const going = (object: LiveObject, ...finalizers: string[]): LiveObject => ({
  ...object,
  metadata: { ...object.metadata, deletionTimestamp: BEGUN, finalizers },
});
const INSTANCE = { ...going(instanceObject(), "kro.run/finalizer"), status: { state: "DELETING" } };

/** A Table that is to go, what ACK says of it, and when the command has woken ACK before, if it has. */
function table(type: string, message: string, at = "2026-01-01T00:01:01Z", woken?: string): LiveObject {
  const { metadata, ...others } = tableObject({ type, status: "True", message, lastTransitionTime: at });
  const managedFields = woken ? [{ manager: "node-fetch", operation: "Update", time: woken }] : [];
  return going({ ...others, metadata: { ...metadata, managedFields: managedFields as object[] as Value[] } }, ACK);
}

describe("waiting in vain for a deletion", () => {
  let objects: readonly LiveObject[];
  let causes: Cause[];
  let wait: VainWait;

  beforeEach(() => {
    causes = [];
    // What is deleted has no spec to wait for.
    const told = (all: readonly LiveObject[]) => evidenceOf({ awaited: instance, spec: undefined }, all);
    wait = new VainWait({
      steps: () => [STEP],
      evidenceOf: () => told(objects),
      freshEvidenceOf: async () => told(objects),
      onVain: (cause) => causes.push(cause),
    });
  });
  afterEach(() => wait.stop());

  /** The causes of which it ends within some seconds. */
  async function endsIn(seconds: number, ...found: LiveObject[]): Promise<string[]> {
    objects = found;
    for (let second = 0; second <= seconds; second += 2) await wait.look(second * 1000);
    return causes.map(({ name }) => name);
  }

  for (const [name, found] of Object.entries({
    "deletion-protected": table("ACK.Terminal", PROTECTED),
    "ack-refused": table("ACK.Terminal", "ValidationException: bad"),
    "ack-access-denied": table("ACK.Recoverable", `${DENIED} with an explicit deny in a policy`),
  })) {
    it(`ends within seconds for ${name}, with what to do, and not at its first sight`, async () => {
      assert.deepEqual(await endsIn(4, INSTANCE, namespaceObject(), found), []);
      assert.deepEqual(await endsIn(12, INSTANCE, namespaceObject(), found), [name]);
      assert.match(causes[0]!.message, /run this again then/i);
      assert.deepEqual(Object.keys(causes[0]!), ["name", "object", "message"]);
    });
  }

  for (const [when, time, ends] of [
    ["since the deletion", "2026-01-01T00:01:03Z", ["deletion-protected"]],
    ["before", "2026-01-01T00:00:59Z", []],
  ] as const) {
    it(`takes what ACK says without a time, as it does of a deletion, for as old as its status: written ${when}`, async () => {
      const { status, ...others } = table("ACK.Terminal", PROTECTED);
      const condition = { type: "ACK.Terminal", status: "True", message: PROTECTED };
      const managedFields = [
        { manager: "ack-dynamodb-controller", operation: "Update", subresource: "status", time },
      ] as object[] as Value[];
      const found = {
        ...others,
        metadata: { ...others.metadata, managedFields },
        status: { ...status, conditions: [condition] },
      };
      assert.deepEqual(await endsIn(12, INSTANCE, namespaceObject(), found), ends);
    });
  }

  for (const [name, ...found] of [
    ["ack-access-denied", INSTANCE, table("ACK.Recoverable", DENIED)],
    ["held-by-finalizer", INSTANCE, going(tableObject(), "shop.example/hold")],
    ["held-by-finalizer", going(instanceObject(), "shop.example/hold")],
  ] as const) {
    const who = found.at(-1)!.kind;
    it(`ends only after two minutes for ${name} of the ${who}, which somebody may be at`, async () => {
      assert.deepEqual(await endsIn(118, ...found), []);
      assert.deepEqual(await endsIn(126, ...found), [name]);
    });
  }

  for (const [what, ...found] of [
    ["ACK's refusal of before the deletion", INSTANCE, table("ACK.Terminal", "bad", "2026-01-01T00:00:59Z")],
    [
      "a refusal of before ACK was made to try again",
      INSTANCE,
      table("ACK.Terminal", PROTECTED, "2026-01-01T00:01:01Z", "2026-01-01T00:02:00Z"),
    ],
    ["what ACK tries again", INSTANCE, table("ACK.Recoverable", "ResourceInUseException: being updated")],
    ["a controller that is away", going(instanceObject(), "kro.run/finalizer")],
    ["a namespace that takes its time", INSTANCE, going(namespaceObject("Terminating"))],
  ] as const) {
    it(`goes on for ${what}`, async () => {
      assert.deepEqual(await endsIn(600, ...found), []);
    });
  }
});
