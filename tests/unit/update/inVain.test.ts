import assert from "node:assert/strict";
import type { Cause } from "../../../automation/update/causes/cause.ts";
import { VainWait } from "../../../automation/update/inVain.ts";
import { type Awaited, evidenceOf } from "../../../automation/update/live/awaited.ts";
import type { UnderWayStep } from "../../../automation/update/live/underWay.ts";
import { standingRefusals } from "../../../automation/update/standing.ts";
import type { Value } from "../../../packages/kro/index.ts";
import type { Condition, LiveObject } from "../../../packages/live/liveObject.ts";
import { instance, instanceObject, namespaceObject, tableObject } from "./live/objects.ts";

const INSTANCE: UnderWayStep = { urn: "instance", type: "kubernetes:kro.run/v1alpha1:CartsStack", op: "update" };
const RGD: UnderWayStep = { urn: "rgd", type: "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", op: "update" };
const ROLE: UnderWayStep = { urn: "role", type: "aws:iam/role:Role", op: "create" };

/** As kro 0.9.4 says it. */
const refusal = (message: string, observedGeneration = 2): Condition => ({
  type: "ResourcesReady",
  status: "False",
  reason: "NotReady",
  message: `resource reconciliation failed: apply results contain errors: ${message}`,
  observedGeneration,
});
const SELECTOR = refusal(
  'failed to apply deployment: Deployment.apps "carts" is invalid: spec.selector: Invalid value: {}: field is immutable',
);
const DENIED =
  "AccessDeniedException: User: arn:aws:sts::1:assumed-role/ack/1 is not authorized to perform: dynamodb:CreateTable";

/** A Table that kro has changed at `:10`, and what ACK says of it since, or said before. */
const table = (type: string, message: string, time = "2026-01-01T00:00:20Z"): LiveObject => {
  const { metadata, ...others } = tableObject({ type, status: "True", message, lastTransitionTime: time });
  const managedFields = [
    { manager: "kro.run/applyset", operation: "Apply", time: "2026-01-01T00:00:10Z" },
    { manager: "controller", operation: "Update", time: "2026-01-01T00:00:30Z" },
    { manager: "controller", operation: "Update", subresource: "status", time: "2026-01-01T00:00:30Z" },
  ];
  return { ...others, metadata: { ...metadata, managedFields: managedFields as object[] as Value[] } };
};

const rgdObject = (expression: string, ...conditions: Condition[]): LiveObject => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "cartsstack", generation: 1, creationTimestamp: "2026-01-01T00:00:00Z" },
  spec: { resources: [{ id: "ns", template: { a: expression, filledIn: true } }] },
  status: { conditions },
});
const REFUSED: Condition = { type: "GraphAccepted", status: "False", message: "unknown field", observedGeneration: 1 };

describe("waiting for what can't come", () => {
  let objects: readonly LiveObject[];
  /** What the API server has, where the watch tells of something else. */
  let fresh: readonly LiveObject[] | Error | undefined;
  /** As it was before the update. */
  let before: readonly LiveObject[];
  let steps: readonly UnderWayStep[];
  let awaited: Readonly<Record<string, Awaited>>;
  let causes: Cause[];
  let wait: VainWait;

  beforeEach(() => {
    objects = [instanceObject(SELECTOR)];
    fresh = undefined;
    before = [];
    steps = [INSTANCE];
    awaited = {
      instance: { awaited: instance, spec: {} },
      rgd: {
        awaited: {
          apiVersion: "kro.run/v1alpha1",
          kind: "ResourceGraphDefinition",
          namespace: undefined,
          name: "cartsstack",
        },
        spec: { resources: [{ id: "ns", template: { a: "new" } }] },
      },
    };
    causes = [];
    const told = (urn: string, all: readonly LiveObject[]) => awaited[urn] && evidenceOf(awaited[urn], all);
    wait = new VainWait({
      steps: () => steps,
      evidenceOf: (urn) => told(urn, objects),
      freshEvidenceOf: async (urn) => {
        if (fresh instanceof Error) throw fresh;
        return told(urn, fresh ?? objects);
      },
      stands: (object) => standingRefusals(before)(object),
      onVain: (cause) => causes.push(cause),
    });
  });
  afterEach(() => wait.stop());

  /** Looks every two seconds, from one second to another. */
  async function look(from: number, to: number): Promise<void> {
    for (let second = from; second <= to; second += 2) await wait.look(second * 1000);
  }
  const names = () => causes.map(({ name }) => name);

  it("ends within seconds for a child that is refused for good, and not at its first sight", async () => {
    await look(0, 4);
    assert.deepEqual(names(), []);
    await look(6, 8);
    assert.deepEqual(names(), ["immutable-field"], "and it is told once");
    assert.match(causes[0]!.message, /field is immutable\. Take the change back/);
    assert.deepEqual(Object.keys(causes[0]!), ["name", "object", "message"]);
  });

  for (const [name, found] of Object.entries({
    "invalid-object": [instanceObject(refusal('Deployment.apps "carts" is invalid: spec.template: Required value'))],
    "ack-refused": [instanceObject(), table("ACK.Terminal", "ValidationException: bad")],
    "ack-conflict": [instanceObject(), table("ACK.Terminal", "Resource already exists")],
    "ack-access-denied": [instanceObject(), table("ACK.Recoverable", `${DENIED} with an explicit deny in a policy`)],
  })) {
    it(`ends for ${name}, as it is said of the present generation`, async () => {
      objects = found;
      await look(0, 12);
      assert.deepEqual(names(), [name]);
    });
  }

  for (const [what, found] of Object.entries<LiveObject[]>({
    "a refusal of an earlier generation": [instanceObject({ ...SELECTOR, observedGeneration: 1 })],
    "ACK.Terminal of before kro's change, which ACK has not tried yet": [
      instanceObject(),
      table("ACK.Terminal", "ValidationException: bad", "2026-01-01T00:00:09Z"),
    ],
    "an explicit deny of before kro's change": [
      instanceObject(),
      table("ACK.Recoverable", `${DENIED} with an explicit deny in a policy`, "2026-01-01T00:00:09Z"),
    ],
    "what ACK tries again": [instanceObject(), table("ACK.Recoverable", "InternalServerError: again")],
    "a conflict that kro tries again": [
      instanceObject(
        refusal('Operation cannot be fulfilled on deployments.apps "carts": the object has been modified'),
      ),
    ],
    "a namespace that is going away": [
      instanceObject(refusal("unable to create new content in namespace carts-kro because it is being terminated")),
    ],
    "a port that another Service has": [
      instanceObject(refusal('Service "carts" is invalid: spec.ports[0].nodePort: provided port is already allocated')),
    ],
    "a quota": [instanceObject(refusal('services "carts" is forbidden: exceeded quota: small'))],
    "an image": [
      instanceObject({ type: "Ready", status: "False", message: "awaiting readiness", observedGeneration: 2 }),
    ],
    "a controller that is not there": [instanceObject(), tableObject()],
  })) {
    it(`goes on for ${what}`, async () => {
      objects = found;
      await look(0, 118);
      assert.deepEqual(names(), []);
    });
  }

  it("ends for ACK.Terminal of before a change of an annotation alone, which ACK does not look at", async () => {
    const at = "2026-01-01T00:00:09Z";
    before = [tableObject({ type: "ACK.Terminal", status: "True", message: "bad", lastTransitionTime: at })];
    objects = [instanceObject(), table("ACK.Terminal", "bad", at)];
    await look(0, 12);
    assert.deepEqual(names(), ["ack-refused"]);
  });

  it("goes on where the spec has changed since, or nobody knows of which one it was", async () => {
    const at = "2026-01-01T00:00:09Z";
    before = [tableObject({ type: "ACK.Terminal", status: "True", message: "bad", lastTransitionTime: at })];
    const { metadata, ...others } = table("ACK.Terminal", "bad", at);
    objects = [instanceObject(), { ...others, metadata: { ...metadata, generation: 2 } }];
    await look(0, 60);
    before = [table("ACK.Terminal", "bad", at)];
    objects = [instanceObject(), table("ACK.Terminal", "bad", at)];
    await look(62, 120);
    assert.deepEqual(names(), []);
  });

  it("goes on while the namespace, or anything else of it, is going away", async () => {
    const { metadata, ...namespace } = namespaceObject("Terminating");
    const going = { ...namespace, metadata: { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } };
    objects = [instanceObject(SELECTOR), going];
    await look(0, 600);
    assert.deepEqual(names(), []);
  });

  it("goes on for an instance that the update deletes before it makes it anew", async () => {
    const { metadata, ...others } = instanceObject(SELECTOR);
    objects = [{ ...others, metadata: { ...metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } }];
    await look(0, 600);
    assert.deepEqual(names(), []);
  });

  it("waits two minutes for a permission, which may have been given just now", async () => {
    objects = [instanceObject(), table("ACK.Recoverable", DENIED)];
    await look(0, 118);
    assert.deepEqual(names(), []);
    await look(120, 120);
    assert.deepEqual(names(), ["ack-access-denied"]);
  });

  it("begins anew when the cause has gone in between, or somebody has changed the object", async () => {
    await look(0, 4);
    objects = [instanceObject()];
    await look(6, 6);
    objects = [instanceObject(SELECTOR)];
    await look(8, 12);
    const { metadata, ...others } = instanceObject({ ...SELECTOR, observedGeneration: 3 });
    objects = [{ ...others, metadata: { ...metadata, generation: 3 } }];
    await look(14, 18);
    assert.deepEqual(names(), []);
    await look(20, 20);
    assert.deepEqual(names(), ["immutable-field"]);
  });

  it("believes no watch that has stopped telling", async () => {
    fresh = [instanceObject({ type: "Ready", status: "True", observedGeneration: 2 })];
    await look(0, 60);
    fresh = new Error("the cluster did not answer");
    await look(62, 120);
    assert.deepEqual(names(), []);
  });

  it("goes on while Pulumi works on anything else, which may still come", async () => {
    steps = [INSTANCE, ROLE];
    await look(0, 60);
    assert.deepEqual(names(), []);
    steps = [INSTANCE];
    await look(62, 62);
    assert.deepEqual(names(), ["immutable-field"]);
  });

  it("does not take an RGD for refused that this very update corrects", async () => {
    steps = [RGD];
    objects = [rgdObject("old", REFUSED)];
    await look(0, 60);
    assert.deepEqual(names(), []);
    objects = [rgdObject("new", REFUSED)];
    await look(62, 68);
    assert.deepEqual(names(), ["definition-refused"]);
  });

  it("goes on for an RGD that names a kind which may come, or whose CRD is not taken yet", async () => {
    steps = [RGD];
    const message = "failed to build resource: failed to get schema for resource table: schema not found";
    objects = [rgdObject("new", { ...REFUSED, message })];
    await look(0, 60);
    objects = [rgdObject("new", { ...REFUSED, type: "KindReady", message: "the CRD is not established" })];
    await look(62, 120);
    assert.deepEqual(names(), []);
  });
});
