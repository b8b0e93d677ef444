import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Output, runtime } from "@pulumi/pulumi";
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

const FOLDER = mkdtempSync(join(tmpdir(), "kubeconfig-"));
const kubeconfig = join(FOLDER, "config");
writeFileSync(kubeconfig, JSON.stringify({ "current-context": "mine", contexts: [{ name: "mine", context: {} }] }));

describe("cluster access", () => {
  after(() => rmSync(FOLDER, { recursive: true }));

  it("uses the kubeconfig and the context that are given", async () => {
    const { declared } = await access({ clusterName: "c", context: "mine", kubeconfig });
    const [inputs] = inputsOf(declared, PROVIDER);
    assert.deepEqual([inputs!.context, inputs!.kubeconfig], ["mine", kubeconfig]);
  });

  it("has asked the engine for the state by the time a program can declare what it has, and asks no second time", async () => {
    const asked: string[] = [];
    await declare({ onCall: (token) => asked.push(token) });
    const states = () => asked.filter((token) => token === "pulumi:pulumi:readStackResourceOutputs").length;
    const { provider } = await accessCluster({ clusterName: "c", context: "mine", kubeconfig });
    assert.equal(states(), 1);
    const { instance } = new CartsStack("carts", { clusterName: "c" }, { providers: { kubernetes: provider } }).nodes;
    await value(instance.urn);
    assert.equal(states(), 1);
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

  describe("as the principal that the config of Pulumi's AWS provider names", () => {
    const keys = { "aws:accessKey": "AKIA", "aws:secretKey": "hush" };
    const AS: [string, Record<string, string>, args: string[], env: Record<string, string>][] = [
      ["a profile", { "aws:profile": "shop" }, ["--profile", "shop"], {}],
      ["a role", { "aws:assumeRoles": '[{"roleArn":"arn:r","duration":"1h"}]' }, ["--role-arn", "arn:r"], {}],
      [
        "keys, whatever session the environment has, and no profile that they come before",
        { ...keys, "aws:profile": "shop" },
        [],
        { AWS_ACCESS_KEY_ID: "AKIA", AWS_SECRET_ACCESS_KEY: "hush", AWS_SESSION_TOKEN: "" },
      ],
      [
        "a web identity",
        { "aws:assumeRoleWithWebIdentity": '{"roleArn":"arn:w","webIdentityTokenFile":"/t"}' },
        [],
        { AWS_ROLE_ARN: "arn:w", AWS_WEB_IDENTITY_TOKEN_FILE: "/t" },
      ],
      ["files", { "aws:sharedConfigFiles": '["/c"]' }, [], { AWS_CONFIG_FILE: "/c" }],
    ];
    const withConfig = async (config: Record<string, string>, args: ClusterAccessArgs) => {
      const declared = await declare();
      runtime.setAllConfig(config);
      try {
        const { provider } = await accessCluster(args);
        await value(provider.urn);
      } finally {
        runtime.setAllConfig({});
      }
      return declared;
    };

    for (const [title, config, args, env] of AS) {
      it(`has tokens of ${title}`, async () => {
        const declared = await withConfig(config, { clusterName: "shop" });
        const { kubeconfig } = inputsOf(declared, PROVIDER)[0] as { kubeconfig: string | { value: string } };
        const hasKeys = "AWS_SECRET_ACCESS_KEY" in env;
        // As the engine gets a secret.
        assert.equal(typeof kubeconfig, hasKeys ? "object" : "string");
        const { exec } = JSON.parse(typeof kubeconfig === "string" ? kubeconfig : kubeconfig.value).users[0].user;
        assert.deepEqual(exec.args.slice(8), args);
        const variables = ((exec.env ?? []) as { name: string; value: string }[]).map(({ name, value }) => [
          name,
          value,
        ]);
        assert.deepEqual(Object.fromEntries(variables), env);
      });
    }

    it("refuses what the AWS CLI can't be told, with the key and the way on", async () => {
      const BAD: [Record<string, string>, RegExp][] = [
        [
          { "aws:assumeRoles": '[{"roleArn":"a"},{"roleArn":"b"}]' },
          /aws:assumeRoles is set, but .*only one role.*kubeconfig/,
        ],
        [{ "aws:assumeRoles": '[{"roleArn":"a","externalId":"x"}]' }, /aws:assumeRoles .*no externalId.*aws:profile/],
        [{ "aws:assumeRoleWithWebIdentity": '{"roleArn":"a","webIdentityToken":"x"}' }, /webIdentityTokenFile/],
        [{ "aws:sharedConfigFiles": '["/a","/b"]' }, /aws:sharedConfigFiles .*one file/],
      ];
      for (const [config, expected] of BAD) {
        await assert.rejects(withConfig(config, { clusterName: "shop" }), expected);
        await assert.rejects(withConfig(config, { clusterName: "shop", createCluster: true }), expected);
      }
    });
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
