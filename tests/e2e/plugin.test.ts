import assert from "node:assert/strict";
import { join } from "node:path";
import { CLONE, get, kubectl, PROGRAMS, patch, Stack, sandbox, story, TestStack } from "./kit/index.ts";

/** What the carts stack doesn't ask of the plugin, and what our own stand-in for it once got wrong. */
story("the Kubernetes plugin", () => {
  const carts = new Stack();
  const program = join(CLONE, PROGRAMS, "plugin");
  const stack = new TestStack(sandbox, { project: "plugin", name: "e2e", program });
  const onStack = (...args: string[]) => sandbox.succeed("pulumi", [...args, "--stack", "e2e"], { cwd: program });

  before(async () => {
    await stack.init();
    await carts.init();
    await kubectl("create", "namespace", "found");
    await kubectl("label", "namespace", "found", "team=shop");
  });

  it("imports a Namespace with its fields", async () => {
    const what = ["kubernetes:core/v1:Namespace", "imported", "found"];
    await stack.succeed("import --yes --skip-preview --generate-code=false --protect=false", {}, { args: what });
    const { stdout } = await onStack("stack", "export");
    const { resources } = JSON.parse(stdout).deployment as { resources: { id?: string; inputs?: object }[] };
    const { inputs } = resources.find(({ id }) => id === "found") as { inputs: Record<string, Record<string, object>> };
    assert.deepEqual(
      [inputs.kind, inputs.metadata!.name, inputs.metadata!.labels],
      ["Namespace", "found", { "kubernetes.io/metadata.name": "found", team: "shop" }],
    );
    // It is somebody else's: forget it, don't delete it.
    const [urn] = JSON.stringify(resources).match(/urn:[^"]*Namespace::imported/)!;
    await onStack("state", "delete", "--yes", urn!);
  });

  it("reads a Namespace with its fields", async () => {
    await stack.up({ what: "get" });
    assert.equal((await stack.outputs<{ labels: Record<string, string> }>()).labels.team, "shop");
  });

  it("installs a Helm chart as a Release, and removes it", async () => {
    await stack.up({ what: "release" });
    assert.equal((await get("configmap", "released"))!.data!.greeting, "hello");
    await stack.up({ what: "nothing" });
    assert.equal(await get("configmap", "released"), undefined);
  });

  it("installs a Helm chart as a Chart, or says that it is built without that", async () => {
    const { code, output } = await stack.pulumi("up --yes --skip-preview", { what: "chart" });
    if (code !== 0) assert.match(output, /without the components .*kubernetes:helm\.sh\/v4:Chart.* official release/);
    await stack.succeed("destroy --yes --skip-preview", { what: "nothing" });
  });

  it("puts back what kubectl has changed, with --refresh", async () => {
    await carts.up();
    await patch("cartsstack", "carts-kro", { spec: { replicas: 2 } });
    await carts.succeed("up --yes --skip-preview --refresh");
    assert.equal(Number((await get("cartsstack", "carts-kro"))!.spec!.replicas), 1);
  });
});
