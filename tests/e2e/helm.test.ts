import assert from "node:assert/strict";
import { join } from "node:path";
import * as aws from "./aws.ts";
import { instance } from "./carts/expected.ts";
import { CLONE, get, type Json, Stack, story, until } from "./kit/index.ts";

const chart = join(CLONE, "tests/programs/chart");
const deployment = async (name: string, namespace: string): Promise<Json | undefined> =>
  get("deployment", name, "-n", namespace);
const dataOf = async (name: string, namespace: string): Promise<Json> =>
  (await get("configmap", name, "-n", namespace))!.data!;

// The charts are a test's. That of kro could do no more here: the sandbox runs a kro of its own, outside of the cluster.
story("kro and ACK by Helm, with its real engine", function () {
  this.timeout("15m");
  const stack = new Stack({ controllers: "helm", charts: { kro: chart, ack: chart }, tableOnDestroy: "delete" });

  before(stack.init);

  it("are previewed without a chart being installed", async () => {
    const output = await stack.succeed("preview");
    assert.match(output, /kubernetes:helm.sh\/v3:Release eks-workshop-auto-kro create/);
    assert.equal(await deployment("kro", "kro-system"), undefined);
  });

  it("are releases of Helm, told what they need", async () => {
    await stack.up();
    for (const [name, namespace] of [
      ["kro", "kro-system"],
      ["ack-dynamodb-controller", "ack-system"],
    ] as const) {
      assert.equal((await deployment(name, namespace))!.status!.availableReplicas, 1, name);
      const [release] = (await get("secrets", "-n", namespace, "-l", `owner=helm,name=${name}`))!.items as Json[];
      assert.equal(release!.metadata!.labels!.status, "deployed");
    }
    assert.equal((await dataOf("kro", "kro-system")).mode, "aggregation");
    const { region, installScope, resources } = await dataOf("ack-dynamodb-controller", "ack-system");
    assert.deepEqual(
      { region, installScope, resources },
      { region: "us-west-2", installScope: "cluster", resources: "Table" },
    );
    assert.equal((await instance()).status!.state, "ACTIVE");
  });

  it("give ACK's pod its role by EKS Pod Identity", async () => {
    const [pod] = (await get("pods", "-n", "ack-system"))!.items as Json[];
    const names = (pod!.spec!.containers![0]!.env as Json[]).map(({ name }) => name as string);
    assert.ok(names.includes("AWS_CONTAINER_CREDENTIALS_FULL_URI"), names.join());
    assert.ok((await aws.associations()).some((one) => one.namespace === "ack-system"));
  });

  it("show no change in a preview", async () => {
    assert.doesNotMatch(await stack.succeed("preview"), /to (create|update|replace|delete)/);
  });

  it("go with the stack", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    for (const namespace of ["kro-system", "ack-system"]) {
      await until(`${namespace} is empty`, async () => {
        const left = (await get("deployments,secrets,configmaps", "-n", namespace))!.items as Json[];
        return left.every(({ metadata }) => (metadata!.name as string) === "kube-root-ca.crt");
      });
    }
    assert.deepEqual(await aws.associations(), []);
  });
});
