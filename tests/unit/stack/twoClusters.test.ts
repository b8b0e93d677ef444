import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { statusOf } from "../../../automation/update/index.ts";
import { verify } from "../../../automation/verify/index.ts";
import { FakeAws } from "../aws/fakeAws.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { type FakePulumi, fakePulumi, printJson } from "./fakePulumi.ts";

const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const PROVIDER = "pulumi:providers:kubernetes";
const RGD = {
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "shops" },
  spec: {
    schema: { apiVersion: "v1", kind: "Shop", group: "shop.example.com", spec: { text: "string" } },
    resources: [{ id: "config", template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop" } } }],
  },
};
const SHOP = {
  apiVersion: "shop.example.com/v1",
  kind: "Shop",
  metadata: { name: "one", namespace: "default" },
  spec: { text: "hello" },
};
const status = { conditions: [{ type: "Ready", status: "True" }] };

describe("a stack with an instance of the same name in each of two clusters", () => {
  const { PATH } = process.env;
  let [east, west]: FakeApiServer[] = [];
  let [eastConfig, westConfig] = ["", ""];
  let aws: FakeAws;
  let pulumi: FakePulumi;

  beforeEach(async () => {
    [east, west] = [new FakeApiServer(), new FakeApiServer()];
    eastConfig = (await east.start()).exportConfig();
    westConfig = (await west.start()).exportConfig();
    for (const server of [east, west]) {
      server.serve("v1", "ConfigMap", "configmaps");
      server.serve(RGD.apiVersion, RGD.kind, "resourcegraphdefinitions", false);
      server.serve(SHOP.apiVersion, SHOP.kind, "shops");
    }
    // The other one has nothing of it.
    east.put({ ...RGD, status });
    east.put({ ...SHOP, status });
    east.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "shop", namespace: "default" } });
    aws = new FakeAws();
    aws.answers.GetCallerIdentity = {
      body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    };
    await aws.start();
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: "k", AWS_SECRET_ACCESS_KEY: "s", AWS_REGION: "eu-west-1" });
  });

  afterEach(async () => {
    process.env.PATH = PATH;
    east!.stop();
    west!.stop();
    aws.stop();
    await pulumi.remove();
  });

  /** The stack, whose providers have these kubeconfigs. */
  async function stack(kubeconfigs: { readonly east: string; readonly west: string }) {
    const resources = Object.entries(kubeconfigs).flatMap(([name, kubeconfig]) => {
      const of = { custom: true, id: "id", provider: `${urn(PROVIDER, name)}::id` };
      const [definition, shop] = [RGD, SHOP].map(({ apiVersion, kind }) => `kubernetes:${apiVersion}:${kind}`);
      return [
        { urn: urn(PROVIDER, name), type: PROVIDER, custom: true, id: "id", inputs: { kubeconfig } },
        { ...of, urn: urn(definition!, name), type: definition, inputs: RGD },
        { ...of, urn: urn(shop!, name), type: shop, inputs: SHOP },
      ];
    });
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment: { resources } }),
      "stack history": "echo '[]'",
      "stack ls": "echo '[]'",
    });
    Object.assign(process.env, pulumi.env);
    return { stack: "dev", cwd: pulumi.cwd };
  }

  const verified = (options: Awaited<ReturnType<typeof stack>>) =>
    verify({ ...options, heal: true, timeout: 0, signal: AbortSignal.timeout(10_000), onProgress: () => {} });

  it("is not ready to carts status, which says what it has not looked at", async () => {
    const { ready, instances, notes } = await statusOf(await stack({ east: eastConfig, west: westConfig }));
    const where = "is in another cluster (provider west), and was not looked at: one command looks into one cluster.";
    assert.deepEqual(notes.toSorted(), [`ResourceGraphDefinition shops ${where}`, `Shop default/one ${where}`]);
    assert.deepEqual([instances.map(({ id, phase }) => [id, phase]), ready], [[["default/one", "ready"]], false]);
  });

  it("is unknown to carts verify, as far as it is in the other cluster", async () => {
    const { verdict, checks } = await verified(await stack({ east: eastConfig, west: westConfig }));
    const unknown = checks.filter((check) => check.verdict !== "ok");
    const found = "in another cluster (provider west), and not looked at";
    assert.deepEqual(
      [verdict, ...unknown.map(({ id, object, found, verdict }) => [id, object, found, verdict])],
      [
        "unknown",
        ["other-cluster", "ResourceGraphDefinition shops", found, "unknown"],
        ["other-cluster", "Shop default/one", found, "unknown"],
      ],
    );
    assert.deepEqual(
      checks.filter(({ id }) => id.endsWith("-ready")).map(({ object }) => object),
      ["ResourceGraphDefinition shops", "Shop default/one"],
    );
  });

  it("may be in one cluster after all, by two providers, and is not where that can't be known", async () => {
    const { ready, notes } = await statusOf(await stack({ east: eastConfig, west: eastConfig }));
    assert.deepEqual([ready, notes], [true, []]);
    await pulumi.remove();
    const { verdict, checks } = await verified(await stack({ east: eastConfig, west: "/nowhere" }));
    assert.equal(verdict, "unknown");
    assert.match(
      checks.find(({ id }) => id === "other-cluster")!.found,
      /^in another cluster \(or in one that is not known, of provider west: there is no kubeconfig \/nowhere/,
    );
  });

  it("is looked for in the cluster that is chosen", async () => {
    const options = await stack({ east: westConfig, west: "/nowhere" });
    const kubeconfig = join(pulumi.cwd, "chosen");
    await writeFile(kubeconfig, eastConfig);
    const { ready, notes } = await statusOf({ ...options, kubeconfig });
    assert.deepEqual([ready, notes, west!.requests], [true, [], []]);
  });
});
