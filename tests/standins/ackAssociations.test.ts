import { deepEqual, equal, match, throws } from "node:assert/strict";
import { EKSClient } from "@aws-sdk/client-eks";
import { KubeConfig } from "@kubernetes/client-node";
import type { Association, AssociationSpec } from "../../sandbox/standins/ack/eks/association.ts";
import { PodIdentityAssociations } from "../../sandbox/standins/ack/eks/podIdentityAssociations.ts";
import { RoleReferences } from "../../sandbox/standins/ack/eks/roleReference.ts";
import { NotFound } from "../../sandbox/standins/ack/runtime/outcome.ts";
import { FakeAws } from "./fakeAws.ts";

const PATH = "/clusters/eks/pod-identity-associations";
const spec: AssociationSpec = { clusterName: "eks", namespace: "shop", serviceAccount: "carts", roleARN: "arn:one" };
const inEks = {
  ...{ clusterName: "eks", namespace: "shop", serviceAccount: "carts", roleArn: "arn:one" },
  ...{ associationId: "a-1", associationArn: "arn:a-1", disableSessionTags: false, tags: { team: "carts" } },
};

function object(
  changes: Partial<AssociationSpec> = {},
  annotations: Record<string, string> = {},
  id?: string,
): Association {
  return {
    apiVersion: "eks.services.k8s.aws/v1alpha1",
    kind: "PodIdentityAssociation",
    metadata: { name: "carts", namespace: "shop", annotations },
    spec: { ...spec, ...changes },
    status: { ...(id !== undefined && { associationID: id }) },
  };
}

describe("stand-in for ACK: associations", () => {
  const aws = new FakeAws();
  let kind: PodIdentityAssociations;

  before(async () => {
    const settings = {
      region: "r",
      endpoint: await aws.start(),
      credentials: { accessKeyId: "a", secretAccessKey: "s" },
    };
    const config = new KubeConfig();
    config.loadFromClusterAndUser(
      { name: "none", server: "http://127.0.0.1:9", skipTLSVerify: true },
      { name: "nobody" },
    );
    kind = new PodIdentityAssociations(new EKSClient({ ...settings, maxAttempts: 1 }), new RoleReferences(config), {
      ...{ accountId: "000000000000", region: "r" },
    });
  });
  beforeEach(() => aws.calls.splice(0));
  after(() => aws.stop());

  it("take cluster and id from the adoption fields, and want both", () => {
    const { spec, status } = kind.populate(object(), { clusterName: "other", associationID: "a-2" });
    deepEqual([spec.clusterName, status.associationID], ["other", "a-2"]);
    throws(() => kind.populate(object(), { clusterName: "other" }), /required field missing: associationID/);
  });

  it("are written back without what ACK has put into them", () => {
    const found = object({ roleRef: { from: { name: "one" } }, tags: { team: "carts", "aws:x": "y" } });
    const { spec } = kind.declared(kind.withControllerTags(found));
    deepEqual([spec.roleARN, spec.tags], [undefined, { team: "carts" }]);
    equal(kind.declared(kind.withControllerTags(object())).spec.tags, undefined);
  });

  it("differ in role, tags, and session tags that are not said", () => {
    const found = object({ roleARN: "arn:two", disableSessionTags: false, tags: { "aws:x": "y", old: "1" } });
    deepEqual(kind.delta(object(), found), ["roleARN", "disableSessionTags", "tags"]);
    deepEqual(kind.delta(object({ disableSessionTags: false }), object({ disableSessionTags: false })), []);
    deepEqual(kind.delta(object(), object({ tags: { "aws:x": "y" } })), []);
  });

  it("are looked for by service account only while they are to be adopted", async () => {
    equal((await kind.read(object())).error instanceof NotFound, true);
    deepEqual(aws.calls, []);
    const list = `GET ${PATH}?namespace=shop&serviceAccount=carts`;
    aws.answer(list, { body: JSON.stringify({ associations: [inEks] }) });
    aws.answer(`GET ${PATH}/a-1`, { body: JSON.stringify({ association: inEks }) });
    const adopting = { "services.k8s.aws/adoption-policy": "adopt-or-create" };
    const { latest } = await kind.read(object({}, adopting));
    deepEqual([latest?.status.associationID, latest?.spec.tags], ["a-1", { team: "carts" }]);
    deepEqual(aws.calls, [list, `GET ${PATH}/a-1`]);
    equal(
      (await kind.read(object({}, { ...adopting, "services.k8s.aws/adopted": "true" }))).error instanceof NotFound,
      true,
    );
  });

  it("that EKS doesn't have are not there, and other refusals are told in ACK's words", async () => {
    const absent = { status: 404, errorCode: "ResourceNotFoundException", body: '{"message":"no"}' };
    aws.answer(`GET ${PATH}/a-2`, absent);
    equal((await kind.read(object({}, {}, "a-2"))).error instanceof NotFound, true);
    aws.answer(`GET ${PATH}/a-2`, { ...absent, status: 403, errorCode: "AccessDeniedException" });
    const { latest } = await kind.read(object({}, {}, "a-2"));
    deepEqual(
      latest?.status.conditions?.map(({ type, message }) => [type, message]),
      [["ACK.Recoverable", "api error AccessDeniedException: no"]],
    );
  });

  it("are updated only for more than tags", async () => {
    aws.answer("POST /tags/arn%3Aa-1", { body: "{}" });
    const found = (await read("a-1")).latest!;
    aws.calls.splice(0);
    await kind.update(object({ tags: { stage: "test", team: "carts" } }, {}, "a-1"), found, ["tags"]);
    deepEqual(aws.calls, ["POST /tags/arn%3Aa-1"]);
    aws.answer(`POST ${PATH}/a-1`, { body: JSON.stringify({ association: { ...inEks, roleArn: "arn:two" } }) });
    const { latest } = await kind.update(object({ roleARN: "arn:two" }, {}, "a-1"), found, ["roleARN"]);
    equal(latest?.spec.roleARN, "arn:two");
    match(aws.calls.join(), /POST \/clusters\/eks\/pod-identity-associations\/a-1$/);
  });

  const read = (id: string) => kind.read(object({}, {}, id));
});
