import assert from "node:assert/strict";
import { AckAssociation, condition, type Found, NAMESPACE, roleArn } from "./ackAssociation.ts";
import { makePodRole } from "./aws.ts";
import { CLUSTER_NAME as clusterName, story, TestSandbox } from "./kit/index.ts";

// With a real controller (SANDBOX_ACK_EKS_CONTROLLER names one) these say what is right, with the stand-in whether it is so.
const sandbox = new TestSandbox("e2e/association", { SANDBOX_IDENTITY: "on", SANDBOX_LAGS: "short" });
const { apply, kubectl } = sandbox.cluster;
const FINALIZER = "finalizers.eks.services.k8s.aws/PodIdentityAssociation";
const of = (name: string) => new AckAssociation(sandbox, name);
const messageOf = (found: Found, type: string) => condition(found, type)?.message;
const isManaged = ({ metadata }: Found) => metadata.finalizers?.includes(FINALIZER) ?? false;
const adopting = (policy: string, associationID?: string) => ({
  "adoption-policy": policy,
  ...(associationID !== undefined && { "adoption-fields": JSON.stringify({ clusterName, associationID }) }),
});

const tests = () => {
  before(async function () {
    this.timeout("90m");
    await sandbox.start();
    const forAws = Object.entries(sandbox.env).filter(([name]) => name.startsWith("AWS_"));
    Object.assign(process.env, Object.fromEntries(forAws));
    await kubectl("create", "namespace", NAMESPACE);
    await Promise.all(["one", "two"].map((role) => makePodRole(role)));
  });

  it("makes an association, and says what it is", async () => {
    const plain = of("plain");
    await plain.apply({ roleARN: roleArn("one"), tags: { team: "carts" } });
    const found = await plain.says("ACK.ResourceSynced");
    const [inEks, ...others] = await plain.inEks();
    assert.deepEqual(others, []);
    assert.equal(inEks!.roleArn, roleArn("one"));
    assert.deepEqual([inEks!.tags?.team, inEks!.tags?.["services.k8s.aws/namespace"]], ["carts", NAMESPACE]);
    const { associationID, associationARN, ackResourceMetadata } = found.status as Record<string, unknown>;
    assert.deepEqual([associationID, associationARN], [inEks!.associationId, inEks!.associationArn]);
    assert.deepEqual(ackResourceMetadata, {
      ...{ arn: inEks!.associationArn, ownerAccountID: "000000000000", partition: "aws", region: "us-west-2" },
    });
    assert.equal(messageOf(found, "ACK.ResourceSynced"), "Resource synced successfully");
    assert.equal(condition(found, "Ready")?.status, "True");
    assert.ok(isManaged(found));
    // EKS's default is written into the spec; ACK's own tags are not.
    assert.deepEqual(found.spec, {
      ...{ ...plain.pair, roleARN: roleArn("one"), tags: { team: "carts" }, disableSessionTags: false },
    });
  });

  it("follows the object's role and tags, and stays the same association", async () => {
    const plain = of("plain");
    const id = (await plain.get())!.status!.associationID;
    await plain.patch({ roleARN: roleArn("two"), tags: { team: null, stage: "test" } });
    const inEks = await plain.thatInEks("has the new role", ({ roleArn: role }) => role === roleArn("two"));
    assert.equal(inEks.associationId, id);
    const { team, stage } = (await plain.thatInEks("has the new tags", ({ tags }) => tags?.stage === "test")).tags!;
    assert.deepEqual([team, stage], [undefined, "test"]);
    await plain.patch({ disableSessionTags: true });
    await plain.thatInEks("passes no session tags", ({ disableSessionTags }) => disableSessionTags === true);
  });

  it("can't be moved to another service account: the object gets its old one back", async () => {
    const plain = of("plain");
    await plain.patch({ serviceAccount: "other" });
    await plain.that("is as it was", ({ spec }) => spec.serviceAccount === "plain");
    assert.equal((await plain.inEks()).length, 1);
    assert.deepEqual(await of("other").inEks(), []);
  });

  it("is made again where somebody deleted it, when the object changes", async () => {
    const plain = of("plain");
    const id = (await plain.get())!.status!.associationID!;
    await plain.unmake(id);
    await plain.patch({ roleARN: roleArn("one") });
    const again = await plain.that("has another id", ({ status }) => status?.associationID !== id);
    assert.equal((await plain.inEks())[0]!.associationId, again.status!.associationID);
  });

  it("goes with its object", async () => {
    await of("plain").delete();
    assert.deepEqual(await of("plain").inEks(), []);
  });

  it("doesn't take one that exists, and says which; makes its own once that is gone", async () => {
    const taken = of("taken");
    const id = await taken.make("two");
    await taken.apply();
    const refused = await taken.says("ACK.Recoverable");
    assert.equal(messageOf(refused, "ACK.Recoverable"), `ResourceInUseException: Association already exists: ${id}`);
    assert.equal(condition(refused, "ACK.ResourceSynced")?.status, "Unknown");
    assert.equal(condition(refused, "Ready")?.reason, "ACK.Recoverable");
    await taken.that("is not managed", (found) => !isManaged(found));
    await taken.unmake(id);
    await taken.says("ACK.ResourceSynced");
    assert.equal((await taken.inEks())[0]!.roleArn, roleArn("one"));
  });

  it("waits for a role that EKS doesn't know", async () => {
    const early = of("early");
    await early.apply({ roleARN: roleArn("late") });
    const message = "InvalidParameterException: Role provided in the request does not exist.";
    await early.that("says why", (found) => messageOf(found, "ACK.Recoverable") === message);
    await makePodRole("late");
    await early.says("ACK.ResourceSynced");
  });

  it("is left in EKS by the deletion policy `retain`", async () => {
    const kept = of("kept");
    await kept.apply(undefined, { "deletion-policy": "retain" });
    await kept.says("ACK.ResourceSynced");
    await kept.delete();
    assert.equal((await kept.inEks()).length, 1);
  });

  it("is adopted by its id with `adopt`: the object takes what EKS has", async () => {
    const adopted = of("adopted");
    const id = await adopted.make("two", { tags: { team: "lab" } });
    await adopted.apply({ roleARN: roleArn("one") }, adopting("adopt", id));
    const found = await adopted.says("ACK.ResourceSynced");
    assert.equal(found.status!.associationID, id);
    assert.equal(found.metadata.annotations!["services.k8s.aws/adopted"], "true");
    assert.ok(isManaged(found));
    assert.deepEqual([found.spec.roleARN, found.spec.tags], [roleArn("two"), { team: "lab" }]);
  });

  it("is never made again once it was adopted", async () => {
    const adopted = of("adopted");
    const before = (await adopted.get())!;
    await adopted.unmake(before.status!.associationID!);
    await adopted.patch({ roleARN: roleArn("one") });
    const probe = of("probe");
    await probe.apply();
    await probe.says("ACK.ResourceSynced");
    assert.deepEqual(await adopted.inEks(), []);
    assert.equal(condition((await adopted.get())!, "ACK.ResourceSynced")?.status, "True");
  });

  it("is adopted by its id, or by its service account, with `adopt-or-create`: EKS gets what the object has", async () => {
    for (const [name, byId] of [
      ["byid", true],
      ["byaccount", false],
    ] as const) {
      const adopted = of(name);
      const id = await adopted.make("two", { tags: { team: "lab" } });
      await adopted.apply(undefined, adopting("adopt-or-create", byId ? id : undefined));
      const inEks = await adopted.thatInEks("has the object's role", ({ roleArn: role }) => role === roleArn("one"));
      assert.equal(inEks.associationId, id);
      assert.equal(inEks.tags?.team, undefined);
      const found = await adopted.says("ACK.ResourceSynced");
      assert.equal(found.metadata.annotations!["services.k8s.aws/adopted"], "true");
    }
  });

  it("is made with `adopt-or-create` where there is none", async () => {
    const made = of("made");
    await made.apply(undefined, adopting("adopt-or-create"));
    await made.says("ACK.ResourceSynced");
    assert.equal((await made.inEks()).length, 1);
  });

  it("says what is wrong with an adoption", async () => {
    const terminal = async (name: string, annotations: Readonly<Record<string, string>>, message: RegExp) => {
      await of(name).apply(undefined, annotations);
      assert.match(messageOf(await of(name).says("ACK.Terminal"), "ACK.Terminal")!, message);
    };
    await terminal("forced", adopting("force"), /^unrecognized adoption policy force\. Supported/);
    await terminal("fieldless", adopting("adopt"), /^unmarshalling adoption-fields annotation: /);
    const half = { ...adopting("adopt"), "adoption-fields": JSON.stringify({ clusterName }) };
    await terminal("half", half, /^Error populating adoption fields: required field missing: associationID$/);
  });

  it("is only looked at with `read-only`", async () => {
    const seen = of("seen");
    const id = await seen.make("two");
    await seen.apply(undefined, { ...adopting("adopt", id), "read-only": "true" });
    await seen.says("ACK.ResourceSynced");
    await seen.patch({ roleARN: roleArn("one") });
    const probe = of("lookedat");
    await probe.apply();
    await probe.says("ACK.ResourceSynced");
    assert.equal((await seen.inEks())[0]!.roleArn, roleArn("two"));
    await seen.delete();
    assert.equal((await seen.inEks()).length, 1);
  });

  it("takes its role from a Role object, once that is synced", async () => {
    const referring = of("referring");
    await referring.apply({ roleRef: { from: { name: "shop" } } });
    const waiting = await referring.says("ACK.ReferencesResolved", "Unknown");
    assert.match(condition(waiting, "ACK.ReferencesResolved")!.reason!, /"shop" not found/);
    await apply({
      apiVersion: "iam.services.k8s.aws/v1alpha1",
      kind: "Role",
      metadata: { name: "shop", namespace: NAMESPACE },
      spec: { name: "team-shop", assumeRolePolicyDocument: JSON.stringify(letsPodsIn) },
    });
    const found = await referring.says("ACK.ResourceSynced");
    assert.equal(condition(found, "ACK.ReferencesResolved")?.status, "True");
    assert.equal((await referring.inEks())[0]!.roleArn, roleArn("team-shop"));
    assert.equal(found.spec.roleARN, undefined);
  });

  it("has a role or a reference to one, not both", async () => {
    await of("both").apply({ roleARN: roleArn("one"), roleRef: { from: { name: "shop" } } });
    const both = await of("both").says("ACK.ReferencesResolved", "Unknown");
    assert.match(condition(both, "ACK.ReferencesResolved")!.reason!, /cannot be used together: RoleARN,RoleRef$/);
    await of("neither").apply({});
    const neither = await of("neither").says("ACK.ReferencesResolved", "Unknown");
    assert.match(condition(neither, "ACK.ReferencesResolved")!.reason!, /ID required: RoleARN,RoleRef$/);
  });

  it("refuses what the stand-in does not implement", async function () {
    if (!/ack-eks-controller +- +stand-in/.test((await sandbox.command("status")).output)) this.skip();
    await assert.rejects(
      of("target").apply({ targetRoleARN: roleArn("two") }),
      /unknown field "spec\.targetRoleARN"|field not declared/,
    );
    await of("elsewhere").apply(undefined, { region: "eu-west-1" });
    const message = messageOf(await of("elsewhere").says("ACK.Terminal"), "ACK.Terminal");
    assert.match(
      message!,
      /^annotation services\.k8s\.aws\/region is not implemented by the sandbox's stand-in for ACK$/,
    );
  });
};

const letsPodsIn = {
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
    },
  ],
};

story("ACK's PodIdentityAssociation", tests, { own: sandbox, goesOn: true });
