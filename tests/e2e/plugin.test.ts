import assert from "node:assert/strict";
import { join } from "node:path";
import { CLONE, get, kubectl, Stack, sandbox, story } from "./kit/index.ts";

const PROGRAM = join(CLONE, "tests", "programs", "plugin");

/** What the carts stack doesn't ask of the plugin, and what our own stand-in for it once got wrong. */
story("the Kubernetes plugin", () => {
  const carts = new Stack();
  const names = { project: "plugin", stack: "e2e" };

  before(async () => {
    await sandbox.initStack(names.project, names.stack);
    await carts.init();
    await kubectl("create", "namespace", "found");
    await kubectl("label", "namespace", "found", "team=shop");
  });

  /** Runs a command on the program's stack. */
  async function pulumi(command: string, config: Record<string, string>, ...args: string[]) {
    const values = Object.entries(config).map(([key, value]) => [`${names.project}:${key}`, value]);
    const file = await sandbox.writeConfig(names.project, Object.fromEntries(values));
    const all = [...command.split(" "), "--stack", names.stack, "--config-file", file, "--non-interactive", ...args];
    return sandbox.run("pulumi", all, { cwd: PROGRAM });
  }

  async function succeed(...args: Parameters<typeof pulumi>): Promise<string> {
    const { code, output } = await pulumi(...args);
    assert.equal(code, 0, output);
    return output;
  }

  const onStack = (...args: string[]) => sandbox.succeed("pulumi", [...args, "--stack", names.stack], { cwd: PROGRAM });

  it("imports a Namespace with its fields", async () => {
    const what = ["kubernetes:core/v1:Namespace", "imported", "found"];
    await succeed("import --yes --skip-preview --generate-code=false --protect=false", {}, ...what);
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
    await succeed("up --yes --skip-preview", { what: "get" });
    const { stdout } = await onStack("stack", "output", "--json");
    assert.equal(JSON.parse(stdout).labels.team, "shop");
  });

  it("installs a Helm chart as a Release, and removes it", async () => {
    await succeed("up --yes --skip-preview", { what: "release" });
    assert.equal((await get("configmap", "released"))!.data!.greeting, "hello");
    await succeed("up --yes --skip-preview", { what: "nothing" });
    assert.equal(await get("configmap", "released"), undefined);
  });

  it("installs a Helm chart as a Chart, or says that it is built without that", async () => {
    const { code, output } = await pulumi("up --yes --skip-preview", { what: "chart" });
    if (code !== 0) assert.match(output, /without the components .*kubernetes:helm\.sh\/v4:Chart.* official release/);
    await succeed("destroy --yes --skip-preview", { what: "nothing" });
  });

  it("puts back what kubectl has changed, with --refresh", async () => {
    await carts.up();
    await kubectl("patch", "cartsstack", "carts-kro", "--type=merge", "-p", '{"spec":{"replicas":2}}');
    await carts.succeed("up --yes --skip-preview --refresh");
    assert.equal(Number((await get("cartsstack", "carts-kro"))!.spec!.replicas), 1);
  });
});
