import assert from "node:assert/strict";
import { join } from "node:path";
import { DescribeClusterCommand, EKSClient, ListAssociatedAccessPoliciesCommand } from "@aws-sdk/client-eks";
import { CLONE, get, PROGRAMS, Stack, story } from "./kit/index.ts";

const former = { cwd: join(CLONE, PROGRAMS, "formerCluster") };
const eks = () => new EKSClient();

/** What an upgrade must leave: of roles the id is a name with digits that another role would not have. */
const KEPT = [
  "aws:eks/cluster:Cluster",
  "aws:eks/capability:Capability",
  "aws:iam/role:Role",
  "aws:iam/rolePolicy:RolePolicy",
];

story("a cluster that the version before has made", () => {
  const stack = new Stack({ clusterName: "shop", createCluster: true, context: undefined });
  /** Ids by type and name, whatever the parent. */
  const kept = async () =>
    Object.fromEntries(
      (await stack.exported())
        .filter(({ type, urn }) => KEPT.includes(type) && !urn.includes("CartsStack$"))
        .map(({ urn, type, id }) => [`${type} ${urn.split("::").at(-1)}`, id]),
    );
  const made = async () =>
    (await eks().send(new DescribeClusterCommand({ name: "shop" }))).cluster!.createdAt!.getTime();
  const kroRole = async () =>
    String((await stack.exported()).find(({ urn }) => urn.endsWith("aws:iam/role:Role::shop-kro"))!.outputs!.arn);
  const policies = async () => {
    const which = { clusterName: "shop", principalArn: await kroRole() };
    const { associatedAccessPolicies = [] } = await eks().send(new ListAssociatedAccessPoliciesCommand(which));
    return associatedAccessPolicies.map(({ policyArn }) => policyArn!.split("/").at(-1)).toSorted();
  };
  let before: readonly [Record<string, string | undefined>, number];

  it("has kro as an administrator", async () => {
    await stack.init();
    await stack.up({}, former);
    before = [await kept(), await made()];
    assert.ok(Object.keys(before[0]).length >= 6);
    assert.deepEqual(await policies(), ["AmazonEKSClusterAdminPolicy", "AmazonEKSKROPolicy"]);
  });

  it("goes on with what it has, and kro is bound to its ClusterRole, and no administrator any more", async () => {
    await stack.up();
    assert.deepEqual([await kept(), await made()], before);
    assert.deepEqual(await policies(), ["AmazonEKSKROPolicy"]);
    const user = (await kroRole()).replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
    const { subjects } = (await get("clusterrolebinding", "shop-kro")) as unknown as { subjects: readonly object[] };
    assert.deepEqual(subjects, [{ apiGroup: "rbac.authorization.k8s.io", kind: "User", name: `${user}/KRO` }]);
    await stack.succeed("destroy --yes --skip-preview");
  });
});
