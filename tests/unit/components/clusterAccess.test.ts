import assert from "node:assert/strict";
import type { Output } from "@pulumi/pulumi";
import { CartsStack } from "../../../components/cartsStack.ts";
import { CartsCluster } from "../../../components/cluster/cartsCluster.ts";
import { accessCluster, type ClusterAccessArgs } from "../../../components/cluster/clusterAccess.ts";
import { type Declared, declare } from "./mocks.ts";

const PROVIDER = "pulumi:providers:kubernetes";
const value = <T>(output: Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

async function access(args: ClusterAccessArgs) {
  const declared = await declare();
  const { provider, dependsOn } = await accessCluster(args);
  await value(provider.urn);
  return { declared, provider, dependsOn };
}
const inputsOf = (declared: readonly Declared[], type: string) =>
  declared.filter((resource) => resource.type === type).map(({ inputs }) => inputs);

describe("cluster access", () => {
  it("uses the kubeconfig and the context that are given", async () => {
    const { declared } = await access({ clusterName: "c", context: "mine", kubeconfig: "/some/path" });
    const [inputs] = inputsOf(declared, PROVIDER);
    assert.deepEqual([inputs!.context, inputs!.kubeconfig], ["mine", "/some/path"]);
  });

  it("looks an EKS cluster up in AWS, and has the AWS CLI get tokens", async () => {
    const { declared } = await access({ clusterName: "shop" });
    const kubeconfig = JSON.parse(inputsOf(declared, PROVIDER)[0]!.kubeconfig as string);
    assert.deepEqual(kubeconfig.clusters[0].cluster, {
      server: "https://shop.example",
      "certificate-authority-data": "Q0E=",
    });
    const { command, args } = kubeconfig.users[0].user.exec;
    assert.equal(
      [command, ...args].join(" "),
      "aws eks get-token --cluster-name shop --region us-west-2 --output json",
    );
  });

  it("makes an EKS cluster in Auto Mode, with kro and ACK, before anything that is put on it", async () => {
    const { declared, provider, dependsOn } = await access({ clusterName: "new", createCluster: true });
    const carts = new CartsStack("carts", { clusterName: "new" }, { providers: { kubernetes: provider }, dependsOn });
    await value(carts.nodes.instance.urn);
    const [cluster] = inputsOf(declared, "eks:index:Cluster");
    assert.equal(cluster!.name, "new");
    assert.equal((cluster!.autoMode as { enabled: boolean }).enabled, true);
    assert.ok(!dependsOn.some((resource) => resource instanceof CartsCluster), "a component's URN does not wait");
    const capabilities = inputsOf(declared, "aws:eks/capability:Capability");
    assert.deepEqual(capabilities.map(({ type }) => type).sort(), ["ACK", "KRO"]);
    for (const type of [
      "kubernetes:kro.run/v1alpha1:CartsStack",
      "aws:iam/role:Role",
      "aws:eks/podIdentityAssociation:PodIdentityAssociation",
    ]) {
      const waiting = declared.find((resource) => resource.type === type && resource.name.startsWith("carts"))!;
      assert.ok(
        waiting.request.getDependenciesList().some((urn) => urn.includes("eks:index:Cluster")),
        `${type} waits for the cluster`,
      );
    }
    const policy = inputsOf(declared, "aws:iam/rolePolicy:RolePolicy").find(({ policy }) =>
      /CreateTable/.test(String(policy)),
    )!;
    const [tables, keys] = JSON.parse(policy.policy as string).Statement;
    assert.equal(tables.Resource, "arn:aws:dynamodb:*:*:table/new-carts-*");
    for (const action of [
      "UpdateContinuousBackups",
      "DescribeContinuousBackups",
      "UpdateTimeToLive",
      "GetResourcePolicy",
    ]) {
      assert.ok(tables.Action.includes(`dynamodb:${action}`), `ACK may ${action}`);
    }
    assert.ok(keys.Action.includes("kms:CreateGrant"));
    assert.deepEqual(keys.Condition, { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com" } });
  });
});
