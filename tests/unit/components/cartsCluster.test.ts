import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type ArgRule, CartsCluster, type CartsClusterArgs, CLUSTER_ARGUMENTS } from "../../../components/index.ts";
import {
  ASSOCIATION,
  BINDING,
  CAPABILITY,
  CLUSTER,
  CLUSTER_ROLE,
  cluster,
  made,
  NAMED,
  POLICY,
  RELEASE,
  ROLE,
} from "./controllersGraph.ts";
import { declare, failures } from "./mocks.ts";

const PREVIOUS = "urn:pulumi:test::carts-stack::";

describe("a cluster that is made", () => {
  it("has what was asked for", async () => {
    const key = "arn:aws:kms:us-west-2:111122223333:key/1234";
    const { of } = await cluster({ version: "1.34", endpoint: "private", logs: ["audit"], secretsKey: key });
    assert.deepEqual(of(CLUSTER).inputs, {
      name: "shop",
      authenticationMode: "API",
      autoMode: { enabled: true, createNodeRole: true },
      version: "1.34",
      endpointPublicAccess: false,
      endpointPrivateAccess: true,
      enabledClusterLogTypes: ["audit"],
      encryptionConfigKeyArn: key,
    });
    const ends = async (endpoint: "public" | "publicAndPrivate") => {
      const { inputs } = (await cluster({ endpoint })).of(CLUSTER);
      return [inputs.endpointPublicAccess, inputs.endpointPrivateAccess];
    };
    assert.deepEqual(
      [await ends("public"), await ends("publicAndPrivate")],
      [
        [true, false],
        [true, true],
      ],
    );
  });

  it("has its options and their values in the page", () => {
    const page = readFileSync(new URL("../../../docs/clusters.md", import.meta.url), "utf8");
    for (const [name, rule] of Object.entries<ArgRule>(CLUSTER_ARGUMENTS.cluster.fields)) {
      const [row] = page.split("\n").filter((line) => line.startsWith(`| \`${name}\``));
      for (const value of rule.enum ?? []) assert.ok(row?.includes(`\`${value}\``), `${name}: ${value}`);
      assert.ok(row, name);
    }
  });

  it("is there before what is put on it, and roles before it", async () => {
    for (const mode of ["capability", "helm"] as const) {
      const { of, isAfter, declared } = await cluster({ controllers: mode });
      const eks = of(CLUSTER);
      const waiting = declared.filter(({ type }) =>
        [CAPABILITY, RELEASE, CLUSTER_ROLE, BINDING, ASSOCIATION].includes(type),
      );
      assert.ok(waiting.length >= 4);
      for (const one of waiting) assert.ok(isAfter(one, eks), `${one.type} ${one.name} waits for the cluster`);
      for (const role of declared.filter(({ type }) => type === ROLE))
        assert.ok(!isAfter(role, eks), "IAM takes a while");
    }
  });

  it("goes on with the roles, policy and capabilities that it had before Controllers was a component", async () => {
    const { declared } = await cluster();
    const own = "urn:pulumi:test::carts-stack::carts-stack:index:CartsCluster::shop";
    const moved = declared.filter(({ type }) => [ROLE, POLICY, CAPABILITY].includes(type));
    assert.deepEqual(
      moved.map(({ type, name }) => `${type} ${name}`).sort(),
      [
        `${CAPABILITY} shop-ack`,
        `${CAPABILITY} shop-kro`,
        `${ROLE} shop-ack`,
        `${ROLE} shop-kro`,
        `${POLICY} shop-ack`,
      ].sort(),
    );
    for (const { request } of moved) {
      assert.deepEqual(
        request.getAliasesList().map((alias) => alias.getSpec()!.getParenturn()),
        [own],
      );
    }
  });

  it("has no controllers with none", async () => {
    const { declared } = await cluster({ controllers: "none" });
    assert.deepEqual(made(declared), [CLUSTER]);
  });

  it("is refused in one line each before anything is declared", async () => {
    const BAD: [object, string | RegExp][] = [
      [{ version: "1.9" }, /^version is "1\.9", but must be a Kubernetes version of EKS such as "1\.34", in quotes/],
      [{ version: 1.34 }, /^version is 1\.34, but must be a Kubernetes version/],
      [{ endpoint: "vpc" }, /^endpoint is "vpc", but must be public, private/],
      [{ logs: "audit" }, /^logs is "audit", but must be a list of api/],
      [{ logs: ["audit", "audit"] }, /^logs is \["audit","audit"\], but must be a list .*at most once/],
      [{ logs: ["kubelet"] }, /^logs is \["kubelet"\], but must be a list of api/],
      [{ secretsKey: "alias/mine" }, /^secretsKey is "alias\/mine", but must be the ARN of a KMS key/],
      [{ controllers: "argo" }, 'controllers is "argo", but must be capability, helm or none'],
      [{ charts: { kro: "x" } }, /^charts is set, but .*helm/],
    ];
    for (const [args, says] of BAD) {
      const declared = await declare();
      const make = () => new CartsCluster("shop", { clusterName: "shop", ...args } as CartsClusterArgs);
      assert.throws(make, { message: says });
      assert.deepEqual(declared, []);
    }
    const long = "x".repeat(31);
    assert.throws(() => new CartsCluster(long, { clusterName: long }), {
      message:
        /^clusterName is "x+", but the IAM role x+-cluster-instanceRole-role-0123456 would be longer than 64 .* at most 30$/,
    });
  });

  it("is refused with a key of another region, or another key than it has", async () => {
    const key = (region: string, id: string) => `arn:aws:kms:${region}:111122223333:key/${id}`;
    const had = { name: "shop", encryptionConfig: { provider: { keyArn: key("us-west-2", "a") } } };
    const previous = {
      [`${PREVIOUS}carts-stack:index:CartsCluster$eks:index:Cluster$aws:eks/cluster:Cluster::shop`]: had,
    };
    for (const [secretsKey, run, says] of [
      [
        key("eu-west-1", "a"),
        {},
        /^secretsKey is ".*", but the cluster is in us-west-2, and EKS takes no key of another/,
      ],
      [
        key("us-west-2", "b"),
        { previous },
        /^secretsKey is ".*b", but the Secrets of shop are encrypted with .*key\/a,/,
      ],
      [undefined, { previous }, /^secretsKey is not set, but the Secrets of shop are encrypted with .*key\/a,/],
    ] as const) {
      const declared = await declare(run);
      const found = await failures(
        () => new CartsCluster("shop", { clusterName: "shop", secretsKey }),
        () => made(declared).length > 0,
      );
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0]!, says);
      assert.deepEqual(made(declared), []);
    }
    const { of } = await cluster({ secretsKey: key("us-west-2", "a") }, { ...NAMED, previous });
    assert.equal(of(CLUSTER).inputs.encryptionConfigKeyArn, key("us-west-2", "a"));
  });
});
