import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { Controllers, type ControllersArgs } from "../../../components/index.ts";
import {
  ASSOCIATION,
  BINDING,
  CAPABILITY,
  CLUSTER_ROLE,
  controllers,
  KRO_ROLE_ARN,
  made,
  POLICY,
  RELEASE,
  ROLE,
} from "./controllersGraph.ts";
import { type Declared, declare, failures } from "./mocks.ts";

interface Role {
  readonly metadata: { readonly name: string; readonly labels: object };
  readonly rules: readonly object[];
}
interface Binding {
  readonly subjects: readonly object[];
  readonly roleRef: { readonly name: string };
}

const docs = (name: string): string => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
const permissions = parse(docs("kro-permissions.yaml"));
const page = docs("clusters.md");
const PREVIOUS = "urn:pulumi:test::carts-stack::";

describe("controllers", () => {
  it("are EKS Capabilities, each with a role that EKS's controllers may take", async () => {
    const { of, isAfter } = await controllers();
    for (const [part, type] of [
      ["kro", "KRO"],
      ["ack", "ACK"],
    ] as const) {
      const { inputs } = of(CAPABILITY, `shop-${part}`);
      assert.deepEqual(inputs, {
        clusterName: "shop",
        capabilityName: part,
        type,
        roleArn: KRO_ROLE_ARN,
        deletePropagationPolicy: "RETAIN",
      });
      const [{ Principal, Condition, Action }] = JSON.parse(
        of(ROLE, `shop-${part}`).inputs.assumeRolePolicy as string,
      ).Statement;
      assert.deepEqual(Principal, { Service: "capabilities.eks.amazonaws.com" });
      assert.deepEqual([Condition, Action], [undefined, ["sts:AssumeRole", "sts:TagSession"]]);
    }
    assert.ok(isAfter(of(CAPABILITY, "shop-ack"), of(POLICY)), "ACK comes when it may do something");
  });

  it("let kro do what the page says, bound to the user that its access entry makes of it, and no more", async () => {
    const { of, declared } = await controllers();
    const [role, binding] = [of(CLUSTER_ROLE).inputs, of(BINDING).inputs] as unknown as [Role, Binding];
    assert.deepEqual(role.rules, permissions.rules);
    assert.deepEqual(role.metadata.labels, permissions.metadata.labels);
    assert.deepEqual(binding.subjects, [
      {
        apiGroup: "rbac.authorization.k8s.io",
        kind: "User",
        name: "arn:aws-cn:sts::111122223333:assumed-role/shop-kro-0123456/KRO",
      },
    ]);
    assert.equal(binding.roleRef.name, role.metadata.name);
    const types = declared.map(({ type }) => type);
    assert.deepEqual(
      types.filter((type) => /access(Entry|Policy)/.test(type)),
      [],
    );
  });

  it("let ACK have the cluster's carts tables alone, as a capability and by Helm", async () => {
    for (const mode of ["capability", "helm"] as const) {
      const { of } = await controllers({ mode });
      const [tables, keys] = JSON.parse(of(POLICY).inputs.policy as string).Statement;
      assert.equal(tables.Resource, "arn:aws:dynamodb:*:*:table/shop-carts-*");
      assert.ok(!tables.Action.some((action: string) => /Item$|\*/.test(action)), String(tables.Action));
      assert.deepEqual(keys.Condition, { StringLike: { "kms:ViaService": "dynamodb.*.amazonaws.com" } });
    }
  });

  it("come by Helm in their pinned versions, ACK after its association and kro, with a role for its pods alone", async () => {
    const { of, isAfter, declared } = await controllers({ mode: "helm" });
    const [kro, ack] = [of(RELEASE, "shop-kro"), of(RELEASE, "shop-ack")];
    const chart = ({ inputs }: Declared) => [inputs.chart, inputs.version, inputs.namespace, inputs.name];
    assert.deepEqual(chart(kro), ["oci://registry.k8s.io/kro/charts/kro", "0.9.4", "kro-system", "kro"]);
    assert.deepEqual(chart(ack), [
      "oci://public.ecr.aws/aws-controllers-k8s/dynamodb-chart",
      "1.9.2",
      "ack-system",
      "ack-dynamodb-controller",
    ]);
    assert.deepEqual(kro.inputs.values, { rbac: { mode: "aggregation" } });
    assert.deepEqual((ack.inputs.values as { aws: object }).aws, { region: "us-west-2" });
    const { namespace, serviceAccount, clusterName } = of(ASSOCIATION).inputs;
    assert.deepEqual([clusterName, namespace, serviceAccount], ["shop", "ack-system", "ack-dynamodb-controller"]);
    const [{ Condition }] = JSON.parse(of(ROLE).inputs.assumeRolePolicy as string).Statement;
    assert.deepEqual(Condition.StringEquals, {
      "aws:SourceAccount": "111122223333",
      "aws:RequestTag/eks-cluster-name": "shop",
      "aws:RequestTag/kubernetes-namespace": "ack-system",
      "aws:RequestTag/kubernetes-service-account": "ack-dynamodb-controller",
    });
    assert.ok(isAfter(of(ASSOCIATION), of(POLICY)) && isAfter(ack, of(ASSOCIATION)) && isAfter(ack, kro));
    assert.deepEqual(of(CLUSTER_ROLE).inputs.rules, permissions.rules);
    assert.equal(declared.filter(({ type }) => type === CAPABILITY).length, 0);
  });

  it("are in the page with their charts, versions and namespaces", async () => {
    const { of } = await controllers({ mode: "helm" });
    for (const part of ["shop-kro", "shop-ack"]) {
      const { name, namespace, chart, version } = of(RELEASE, part).inputs as Record<string, string>;
      const [row] = page.split("\n").filter((line) => line.includes(`\`${chart}\``) && line.startsWith("|"));
      const cells = row!.split("|").map((cell) => cell.trim().replaceAll("`", ""));
      assert.deepEqual(cells.slice(1, -1), [name, namespace, chart, version]);
    }
  });

  it("take charts from a registry of one's own", async () => {
    const { of } = await controllers({ mode: "helm", charts: { ack: "oci://mine/ack" } });
    assert.equal(of(RELEASE, "shop-ack").inputs.chart, "oci://mine/ack");
    assert.equal(of(RELEASE, "shop-kro").inputs.chart, "oci://registry.k8s.io/kro/charts/kro");
  });

  it("are refused in one line each before anything is declared", async () => {
    const BAD: [object, string | RegExp][] = [
      [{ mode: "none" }, 'mode is "none", but must be capability or helm'],
      [{ mode: Promise.resolve("helm") }, "mode comes from a resource, but must be a plain value of the program's"],
      [{ clusterName: "a b" }, /clusterName is "a b", but must be an EKS cluster's name/],
      [{ charts: { kr0: "x" } }, "charts.kr0 is not a key (did you mean kro?): charts has kro and ack"],
      [{ mode: "helm", charts: { kro: "" } }, 'charts.kro is "", but must be an OCI reference, a folder or a file'],
      [{ charts: { kro: "x" } }, /^charts is set, but .*helm/],
      [{ modes: "helm" }, "modes is not an argument (did you mean mode?): they are clusterName, mode, charts"],
    ];
    for (const [args, says] of BAD) {
      const declared = await declare();
      const make = () => new Controllers("shop", { clusterName: "shop", ...args } as ControllersArgs);
      assert.throws(make, { message: says });
      assert.deepEqual(declared, []);
    }
  });

  it("don't come in a way while they are there in the other", async () => {
    const at = (type: string, parent = "Controllers") => `${PREVIOUS}carts-stack:index:${parent}$${type}::shop-kro`;
    for (const [mode, urn, says] of [
      ["helm", at(CAPABILITY), 'controllers is "helm", but the stack has kro and ACK as EKS Capabilities'],
      [
        "helm",
        at(CAPABILITY, "CartsCluster"),
        'controllers is "helm", but the stack has kro and ACK as EKS Capabilities',
      ],
      ["capability", at(RELEASE), 'controllers is "capability", but the stack has kro and ACK as Helm releases'],
    ] as const) {
      const declared = await declare({ previous: { [urn]: {} } });
      const found = await failures(
        () => new Controllers("shop", { clusterName: "shop", mode }),
        () => made(declared).length > 0,
      );
      assert.equal(found.length, 1, found.join("\n"));
      assert.ok(found[0]!.startsWith(says), found[0]);
      assert.deepEqual(made(declared), []);
    }
  });
});
