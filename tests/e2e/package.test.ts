import assert from "node:assert/strict";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { packageProgram } from "../../sandbox/testing.ts";
import { CLONE, CLUSTER_NAME, get, kubectl, PROGRAMS, sandbox, story, TestStack } from "./kit/index.ts";

const COMPONENTS = join(CLONE, "components");

/** The carts service for programs of other languages than TypeScript: Pulumi YAML, which stands for all of them. */
story("the component package", () => {
  let stack: TestStack;

  before(async function () {
    this.timeout("30m"); // the first time, the language host is built
    const program = join(sandbox.folder, "yaml-program");
    await mkdir(program, { recursive: true });
    const text = await readFile(join(CLONE, PROGRAMS, "yaml/Pulumi.yaml"), "utf8");
    await writeFile(join(program, "Pulumi.yaml"), text.replace("../../../components", await pluginFolder()));
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

/**
 * Makes Pulumi YAML run in the sandbox, and gives the folder of the plugin that it is to use. Pulumi's releases have the
 * language host for YAML, and one for Node that runs plugins; a Pulumi that the sandbox has built has neither. There the
 * language host is built as well, and the plugin's program is called as the host for Node would call it.
 */
async function pluginFolder(): Promise<string> {
  const bin = join(sandbox.folder, "bin");
  const release = dirname(realpathSync(join(bin, "pulumi")));
  if (release !== realpathSync(bin) && existsSync(join(release, "pulumi-language-yaml"))) return COMPONENTS;
  await symlink(await packageProgram("pulumi-language-yaml"), join(bin, "pulumi-language-yaml")).catch(ignoreExisting);
  const folder = join(sandbox.folder, "carts-stack-plugin");
  await mkdir(folder, { recursive: true });
  const call = `#!/bin/sh\nexec node '${join(COMPONENTS, "plugin.mjs")}' "$@"\n`;
  await writeFile(join(folder, "pulumi-resource-carts-stack"), call, { mode: 0o755 });
  return folder;
}

const ignoreExisting = (error: NodeJS.ErrnoException) => {
  if (error.code !== "EEXIST") throw error;
};
