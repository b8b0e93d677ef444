import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  CLONE,
  CLUSTER_NAME,
  get,
  kubectl,
  PROGRAMS,
  pullRequest,
  runYaml,
  sandbox,
  story,
  TestStack,
} from "./kit/index.ts";

const DOOR = join(CLONE, "automation", "carts.mjs");
const COMPONENTS = join(CLONE, "components");

/** The carts service for programs of other languages than TypeScript: Pulumi YAML, which stands for all of them. */
story("the component package", () => {
  let stack: TestStack;

  before(async function () {
    this.timeout("30m"); // the first time, the language host is built
    const program = await programWith(COMPONENTS, "yaml-program");
    const config = { "aws:region": "us-west-2", clusterName: CLUSTER_NAME, kubeContext: "carts-sandbox" };
    stack = new TestStack(sandbox, { project: "yaml", name: "e2e", program, config });
    await stack.init();
  });

  it("takes no namespace of somebody else's, by the provider of another process", async () => {
    await kubectl("create", "namespace", "blue");
    for (const command of ["preview", "up --yes --skip-preview"]) {
      const { code, output } = await stack.pulumi(command);
      assert.notEqual(code, 0);
      assert.match(output, /namespace is "blue", but a Namespace blue exists, which kro did not make: /);
    }
    await kubectl("delete", "namespace", "blue");
  });

  it("brings a carts service up", async () => {
    await stack.up();
    const { tableArn, serviceEndpoint, roleArn } = await stack.outputs();
    assert.match(tableArn!, new RegExp(`^arn:aws:dynamodb:us-west-2:\\d+:table/${CLUSTER_NAME}-carts-kro$`));
    assert.equal(serviceEndpoint, "http://carts.carts-kro.svc.cluster.local");
    assert.match(roleArn!, new RegExp(`:role/${CLUSTER_NAME}-carts-dynamo$`));
    const { spec } = (await get<Instance>("cartsstack", "carts-kro"))!;
    assert.deepEqual(
      [spec.replicas, spec.resources.requests, spec.environment],
      [1, { cpu: "300m", memory: "1Gi" }, [{ name: "GREETING", value: "hello" }]],
    );
  });

  it("makes two instances at the same time, by one process, each with what is its own", async () => {
    const specs = ["carts-kro", "blue"].map(async (name) => (await get<Instance>("cartsstack", name))!.spec);
    const own = (await Promise.all(specs)).map(({ namespace, tableName, environment }) => [
      namespace,
      tableName,
      environment?.length ?? 0,
    ]);
    assert.deepEqual(own, [
      ["carts-kro", `${CLUSTER_NAME}-carts-kro`, 1],
      ["blue", `${CLUSTER_NAME}-carts-blue`, 0],
    ]);
  });

  it("has nothing to change then", async () => {
    assert.match(await stack.succeed("preview --diff --expect-no-changes"), /unchanged/);
  });

  it("changes its API in stages, and comes back where the next version of the component is broken", async () => {
    const next = join(await pullRequest("broken-image"), "components");
    const cwd = await programWith(next, "yaml-program-next");
    const args = ["rollout", ...(await stack.args()), "--cwd", cwd, "--soak", "1s", "--yes", "--json"];
    const { code, stdout, output } = await sandbox.begin("node", [DOOR, ...args]).finished;
    assert.equal(code, 1, output);
    const { result, back, held, cause, stages } = JSON.parse(stdout);
    assert.deepEqual([result, back, held, cause.name], ["failed", "done", [], "image-pull"], output);
    assert.deepEqual(
      stages.map(({ state }: { state: string }) => state),
      ["failed", "untouched"],
    );
    assert.match(await stack.succeed("preview --refresh --diff --expect-no-changes"), /unchanged/);
  });

  it("changes it", async () => {
    await stack.up({ replicas: 2 });
    assert.equal((await get("deployment", "carts", "-n", "carts-kro"))!.status!.readyReplicas, 2);
  });

  it("says in one line what an argument must be, before anything is changed", async () => {
    const { code, output } = await stack.pulumi("up --yes --skip-preview", { replicas: 0 });
    assert.notEqual(code, 0);
    assert.match(output, /replicas is 0, but must be a whole number, from 1 to 2147483647/);
    assert.doesNotMatch(output, /^\s+at .*\.[jt]s:\d+/m);
    assert.equal((await get<Instance>("cartsstack", "carts-kro"))!.spec.replicas, 2);
  });

  it("takes it away", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    assert.equal(await get("cartsstack", "carts-kro").catch(() => undefined), undefined);
    assert.equal(await get("namespace", "carts-kro"), undefined);
  });
});

interface Instance {
  readonly spec: {
    readonly replicas: number;
    readonly resources: { readonly requests: object };
    readonly namespace: string;
    readonly tableName: string;
    readonly environment?: readonly object[];
  };
}

/** Folder of the YAML program, with its plugin from a folder of components. */
async function programWith(components: string, name: string): Promise<string> {
  const program = join(sandbox.folder, name);
  await mkdir(program, { recursive: true });
  const text = await readFile(join(CLONE, PROGRAMS, "yaml/Pulumi.yaml"), "utf8");
  const plugin = await pluginFolder(components, `${name}-plugin`);
  await writeFile(join(program, "Pulumi.yaml"), text.replace("../../../components", plugin));
  return program;
}

/**
 * Makes Pulumi YAML run in the sandbox, and gives the folder of the plugin that it is to use. Pulumi's releases have a host for
 * Node that runs plugins; with a Pulumi that the sandbox has built, the plugin's program is called as that host would call it.
 */
async function pluginFolder(components: string, name: string): Promise<string> {
  if (await runYaml()) return components;
  const folder = join(sandbox.folder, name);
  await mkdir(folder, { recursive: true });
  const call = `#!/bin/sh\nexec node '${join(components, "plugin.mjs")}' "$@"\n`;
  await writeFile(join(folder, "pulumi-resource-carts-stack"), call, { mode: 0o755 });
  return folder;
}
