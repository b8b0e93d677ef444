import assert from "node:assert/strict";
import { type Output, output, runtime, secret } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { type Declared, declare, failures, Other, type Run } from "./mocks.ts";

const COMPONENT = "carts-stack:index:CartsStack";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";
const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

const value = <T>(known: Output<T>): Promise<T> => new Promise((resolve) => known.apply(resolve));

async function stack(
  args: (name: Output<string>) => CartsStackArgs,
  run: Run = { outputs: { [Other.type]: { name: "made" } } },
) {
  const declared = await declare(run);
  const carts = new CartsStack("carts", args(new Other().name));
  await value(carts.nodes.instance.urn);
  return { declared, of: (type: string) => declared.find((resource) => resource.type === type)! };
}
const sent = ({ request }: Declared) => request.getObject()!.toJavaScript() as Record<string, unknown>;

describe("arguments that come from another resource", () => {
  it("are taken, and the defaults follow the cluster's name", async () => {
    const { of } = await stack((clusterName) => ({ clusterName }));
    assert.equal(of(ROLE).inputs.name, "made-carts-dynamo");
    assert.equal((of(INSTANCE).inputs.spec as { tableName: string }).tableName, "made-carts-kro");
    assert.equal(of(ASSOCIATION).inputs.clusterName, "made");
    assert.match(JSON.stringify(of("aws:iam/rolePolicy:RolePolicy").inputs), /table\/made-carts-\*/);
    const before = of(ROLE).request.getDependenciesList();
    assert.ok(before.some((urn) => urn.includes(Other.type)));
  });

  it("are taken wherever a value is, alone or within an object", async () => {
    const { of } = await stack((name) => ({
      clusterName: "c",
      serviceAccount: name,
      replicas: name.apply(() => 2),
      resources: output({ requests: { cpu: name.apply(() => "1") } }),
      environment: name.apply((A) => ({ A })),
      tags: { team: name },
      roleName: name,
      ui: { container: Promise.resolve("web") },
    }));
    const spec = of(INSTANCE).inputs.spec as Record<string, unknown>;
    assert.equal(spec.serviceAccount, "made");
    assert.equal(spec.replicas, 2);
    assert.deepEqual(spec.resources, { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "1Gi" } });
    assert.deepEqual(spec.environment, [{ name: "A", value: "made" }]);
    assert.deepEqual((spec.tags as object[]).at(-1), { key: "team", value: "made" });
    assert.equal(of(ASSOCIATION).inputs.roleArn, "arn:aws:iam::111122223333:role/made");
    assert.equal(of(ROLE), undefined);
  });

  it("may be unknown in a preview, which shows all that is known", async () => {
    const { of } = await stack((clusterName) => ({ clusterName, routeUi: true }), { preview: true });
    const { spec, metadata } = sent(of(INSTANCE)) as Record<string, Record<string, unknown>>;
    assert.equal(spec!.tableName, runtime.unknownValue);
    assert.equal(spec!.namespace, "carts-kro");
    assert.equal(metadata!.name, "carts-kro");
    assert.equal(sent(of(ROLE)).name, runtime.unknownValue);
  });

  it("are judged before anything underneath is declared, in the words of all others", async () => {
    const BAD: [(name: Output<string>) => CartsStackArgs, RegExp][] = [
      [(clusterName) => ({ clusterName }), /clusterName is "not a name", but must be an EKS cluster's name/],
      [
        (name) => ({ clusterName: "c", tableName: name.apply(() => "other") }),
        /tableName is "other", but must begin with c-carts-/,
      ],
      [
        (name) => ({ clusterName: name.apply(() => "x".repeat(52)) }),
        /clusterName is "x+", but the IAM role .* longer than 64/,
      ],
      [(name) => ({ clusterName: "c", tags: { a: name.apply(() => "x".repeat(257)) } }), /tags\.a is .*256/],
      [
        (name) => ({ clusterName: "c", ui: name.apply((namespace) => ({ namespace })) }),
        /ui\.namespace is "not a name", but must be a DNS label/,
      ],
    ];
    for (const [args, expected] of BAD) {
      const declared = await declare({ outputs: { [Other.type]: { name: "not a name" } } });
      const errors = await failures(() => new CartsStack("carts", args(new Other().name)));
      assert.equal(errors.length, 1);
      assert.match(errors[0]!, expected);
      assert.deepEqual(
        declared.map(({ type }) => type).filter((type) => type !== Other.type),
        [COMPONENT],
      );
    }
  });

  it("are judged at once where they are at hand, whatever the others are", async () => {
    await declare();
    const { name } = new Other();
    assert.throws(
      () => new CartsStack("carts", { clusterName: name, replicas: 0, namespace: "A" }),
      /replicas is 0.*\nnamespace is "A"|namespace is "A".*\nreplicas is 0/,
    );
  });

  it("are not shown when they are secret", async () => {
    await declare();
    const errors = await failures(() => new CartsStack("carts", { clusterName: secret("not a name") }));
    assert.match(errors.join(), /clusterName is \[secret\], but must be/);
  });
});
