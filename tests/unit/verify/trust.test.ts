import assert from "node:assert/strict";
import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import { associationAsDeclared, roleTrust, roleUsers } from "../../../automation/verify/checks/identity.ts";
import { findRoleUsers } from "../../../automation/verify/observe.ts";
import { type Reading, Unreadable } from "../../../automation/verify/reading.ts";
import { podTrustPolicy } from "../../../components/identity/trustPolicy.ts";
import type { AwsClient } from "../../../packages/aws/index.ts";

const BOTH = ["sts:AssumeRole", "sts:TagSession"];
const PODS = { Service: "pods.eks.amazonaws.com" };
const policy = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
const allow = { Effect: "Allow", Principal: PODS, Action: BOTH };
const asked = { StringEquals: { "aws:RequestTag/kubernetes-namespace": ["shop", "store"] } };
const of = (namespace: string) =>
  podTrustPolicy({
    account: "111122223333",
    clusterName: "c",
    only: { namespace, serviceAccount: "carts" },
  });
const ofCluster = podTrustPolicy({ account: "111122223333", clusterName: "c", only: undefined });

describe("verify, of a role that is not the stack's", () => {
  const check = (live: Reading<string>) => roleTrust({ name: "r", trustPolicy: undefined, live });

  it("does not know whether conditions hold, and says which there are", () => {
    const { verdict, found, remedy } = check(policy({ ...allow, Condition: asked }));
    assert.equal(verdict, "unknown");
    assert.equal(
      found,
      "what it asks for was not evaluated:\nlets it in where StringEquals aws:RequestTag/kubernetes-namespace shop, store",
    );
    assert.match(remedy!, /^the role is not this stack's: see whether all that holds /);
    assert.equal(check(of("shop")).verdict, "unknown", "not of what this project makes either");
  });

  it("does not know whether a Deny that may be about its pods holds", () => {
    const when = { StringNotEquals: { "aws:SourceAccount": "111122223333" } };
    for (const deny of [
      { Effect: "Deny", Principal: "*", Action: "sts:*", Condition: when },
      { Effect: "Deny", Principal: { AWS: "*" }, Action: ["sts:tagsession"], Condition: when },
      {
        Effect: "Deny",
        NotPrincipal: { AWS: "arn:aws:iam::1:root" },
        NotAction: "sts:GetCallerIdentity",
        Condition: when,
      },
    ]) {
      const { verdict, found } = check(policy(allow, deny));
      assert.deepEqual(
        [verdict, found],
        [
          "unknown",
          "what it asks for was not evaluated:\ndenies it where StringNotEquals aws:SourceAccount 111122223333",
        ],
      );
    }
  });

  it("knows it where nothing depends on a condition", () => {
    const conditional = { ...allow, Condition: asked };
    for (const ok of [
      policy(allow, conditional),
      policy(allow, { ...allow, Effect: "Deny", Principal: { Service: "ec2.amazonaws.com" } }),
      policy(allow, { ...allow, Effect: "Deny", NotPrincipal: PODS, Principal: undefined }),
      policy({ ...allow, Action: ["STS:assumerole", "sts:Tag*"] }),
    ]) {
      assert.equal(check(ok).verdict, "ok", ok);
    }
    for (const [wrong, found] of [
      [
        policy(conditional, { Effect: "Deny", Principal: "*", Action: "*" }),
        "may not sts:AssumeRole nor sts:TagSession",
      ],
      [policy({ ...conditional, Action: "sts:AssumeRole" }), "may not sts:TagSession"],
      [policy({ ...allow, Principal: { AWS: "arn:aws:iam::1:root" } }), "may not sts:AssumeRole nor sts:TagSession"],
      ["not JSON", "may not sts:AssumeRole nor sts:TagSession"],
    ] as const) {
      assert.deepEqual([check(wrong).verdict, check(wrong).found], ["wrong", found]);
    }
  });
});

describe("verify, of who else is given a role of the stack's", () => {
  const other = (namespace: string, more: object = {}): PodIdentityAssociation => ({
    ...{ clusterName: "c", namespace, serviceAccount: "carts", associationId: `a-${namespace}` },
    ...{ roleArn: "arn:aws:iam::111122223333:role/r", ...more },
  });
  const check = (trustPolicy: string, users: Reading<PodIdentityAssociation[]>, live: Reading<string> = trustPolicy) =>
    roleUsers({ name: "r", trustPolicy, live, users })[0]!;

  it("lists them, and nobody", () => {
    assert.deepEqual(check(ofCluster, []).found, "nobody");
    const { verdict, found } = check(ofCluster, [other("blue"), other("green")]);
    assert.deepEqual([verdict, found], ["ok", "blue/carts, a-blue\ngreen/carts, a-green"]);
    // Before an update that narrows it, the role is trusted as the version before had it.
    assert.equal(check(policy(allow), [other("blue")]).found, "blue/carts, a-blue");
  });

  it("says whom a trust policy keeps out that names a service account, or asks for tags that there are none of", () => {
    const { verdict, found, remedy } = check(of("shop"), [other("blue"), other("shop", { serviceAccount: "web" })]);
    assert.deepEqual([verdict, found], ["wrong", "blue/carts, a-blue: not let in\nshop/web, a-shop: not let in"]);
    assert.match(remedy!, /roleScope: cluster/);
    assert.equal(check(of("shop"), [other("shop")]).verdict, "ok");
    assert.match(check(ofCluster, [other("blue", { disableSessionTags: true })]).found, /not let in$/);
    // What IAM has counts, not what is declared.
    assert.equal(check(of("shop"), [other("blue")], ofCluster).verdict, "ok");
  });

  it("does not guess at other conditions, and is unknown where it can't be read", () => {
    const like = policy({ ...allow, Condition: { StringLike: { "aws:RequestTag/kubernetes-namespace": "s*" } } });
    assert.equal(check(like, [other("blue")]).verdict, "ok");
    assert.equal(check(of("shop"), new Unreadable("no", true)).verdict, "unknown");
    assert.deepEqual(
      roleUsers({ name: "r", trustPolicy: undefined, live: of("shop"), users: [] }),
      [],
      "nor of a given role",
    );
  });

  it("asks once for a cluster, and leaves out the stack's own", async () => {
    const roleArn = "arn:aws:iam::111122223333:role/path/r";
    const resource = (type: string, id: string, revealed: object) => ({ type, id, revealed });
    const association = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    const resources = [
      resource("aws:iam/role:Role", "r", {}),
      resource("aws:iam/role:Role", "unused", {}),
      resource(association, "a-own", { clusterName: "c", roleArn }),
      resource(association, "a-second", { clusterName: "c", roleArn }),
    ];
    const asked: string[] = [];
    const aws = {
      associations: async (cluster: string, isWanted: (listed: PodIdentityAssociation) => boolean) => {
        asked.push(cluster);
        const others = [
          other("own", { associationId: "a-own", roleArn }),
          other("x", { roleArn: "arn:aws:iam::1:role/x" }),
        ];
        return [...others, other("blue", { roleArn })].filter(isWanted);
      },
    } as unknown as AwsClient;
    const users = await findRoleUsers({ resources } as never, aws);
    assert.deepEqual(asked, ["c"]);
    assert.deepEqual([...users.keys()], ["r"]);
    assert.deepEqual(
      (users.get("r") as PodIdentityAssociation[]).map(({ namespace }) => namespace),
      ["blue"],
    );
  });
});

describe("verify, of an association", () => {
  const declared = { clusterName: "c", namespace: "shop", serviceAccount: "carts", roleArn: "arn:r", id: "a-1" };
  const live = { associationId: "a-1", roleArn: "arn:r", disableSessionTags: true };

  it("says that the role is for others", () => {
    const own = { associationId: "a-1", roleArn: "arn:r" };
    const { verdict, found, remedy } = associationAsDeclared({ ...declared, live: own }, of("store"));
    assert.deepEqual(
      [verdict, found.split("\n").at(-1)],
      ["wrong", "so that no pod is let in: the role is for others, by its trust policy"],
    );
    assert.match(remedy!, /^give the role a trust policy that names this cluster and service account/);
    assert.equal(associationAsDeclared({ ...declared, live: own }, of("shop")).verdict, "ok");
    assert.equal(associationAsDeclared({ ...declared, clusterName: "d", live: own }, ofCluster).verdict, "wrong");
    assert.equal(associationAsDeclared({ ...declared, live: own }, new Unreadable("no", true)).verdict, "ok");
  });

  it("without session tags, says that the role asks for them, so that no pod is let in, be it declared so or not", () => {
    const asks =
      "so that no pod is let in: the role asks for eks-cluster-name, kubernetes-namespace, kubernetes-service-account";
    const byHand = associationAsDeclared({ ...declared, live }, of("shop"));
    assert.deepEqual([byHand.verdict, byHand.found], ["wrong", `a-1\narn:r\nno session tags\n${asks}`]);
    assert.match(byHand.remedy!, /^`carts up` puts it back/);
    const own = associationAsDeclared({ ...declared, disableSessionTags: true, live }, of("shop"));
    assert.equal(own.verdict, "wrong");
    assert.match(own.remedy!, /^leave `disableSessionTags` out/);
  });

  it("without session tags, is all right where the role asks for none, or would do without", () => {
    const condition = (Condition: object) => policy({ ...allow, Condition });
    for (const trust of [
      policy(allow),
      condition({ StringEquals: { "aws:SourceAccount": "111122223333" } }),
      condition({ StringEqualsIfExists: { "aws:RequestTag/kubernetes-namespace": "shop" } }),
      condition({ StringNotLike: { "aws:RequestTag/kubernetes-namespace": "kube-*" } }),
      policy({ ...allow, Condition: asked }, { ...allow, Condition: { Bool: { "aws:SecureTransport": "true" } } }),
    ]) {
      assert.equal(associationAsDeclared({ ...declared, disableSessionTags: true, live }, trust).verdict, "ok", trust);
    }
  });
});
