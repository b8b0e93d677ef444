import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as aws from "../aws.ts";
import { CLONE, CLUSTER_NAME, get, PROGRAMS, pullRequest, Stack, sandbox, story, writes } from "../kit/index.ts";
import { assertNothingLeft, assertRolledOut, IMAGE } from "./expected.ts";

const stack = new Stack();

story("three instances of one RGD", () => {
  const NAMES = ["carts", "blue", "green"];
  const config = { tableOnDestroy: "delete" };
  const of = (output: string, op: string) =>
    NAMES.filter((name) => new RegExp(`CartsStack ${name} ${op} `).test(output));
  const program = join(PROGRAMS, "three");
  const cwd = join(CLONE, program);

  before(stack.init);

  it("come up, each with a table and a role of its own, of one setting", async () => {
    assert.deepEqual(of(await stack.succeed("preview", config, { cwd }), "create"), NAMES);
    await stack.up(config, { cwd });
    for (const name of NAMES) await assertRolledOut(`${IMAGE}:1.3.0`, name);
    for (const name of NAMES) {
      assert.deepEqual(
        (await get("cartsstack", name, "-n", "default"))!.metadata!.labels!.team,
        "shop",
        "by a transform",
      );
    }
    const own = NAMES.map((name) => `${CLUSTER_NAME}-carts-${name}`).sort();
    assert.deepEqual(await aws.tables(), own);
    assert.deepEqual(
      (await aws.associations()).map(({ namespace, roleArn }) => [namespace, roleArn!.split("/").at(-1)]).sort(),
      NAMES.map((name) => [name, `${CLUSTER_NAME}-carts-${name}`]).sort(),
    );
    await stack.succeed("preview --expect-no-changes", config, { cwd });
  });

  it("go on from a stack of the version before, which had one name for every role and association", async () => {
    const state = await readFile(stack.stateFile, "utf8");
    const former = state.replace(/::(\w+)-(role|policy|association)-[\w-]+/g, "::$1-$2");
    assert.notEqual(former, state);
    await writeFile(stack.stateFile, former);
    const ids = async () => (await aws.associations()).map(({ associationId }) => associationId).sort();
    const before = await ids();
    await stack.succeed("preview --expect-no-changes", config, { cwd });
    await stack.up(config, { cwd });
    assert.deepEqual(await ids(), before);
    assert.ok((await stack.state()).resources.some(({ urn }) => urn.endsWith("::blue-association-blue-carts")));
  });

  it("follow a new image", async () => {
    await stack.up({ ...config, imageVersion: "1.4.0" }, { cwd });
    for (const name of NAMES) await assertRolledOut(`${IMAGE}:1.4.0`, name);
  });

  it("follow a change in the RGD whose schema gets a field that they set, and preview it", async () => {
    const gaining = await pullRequest("pull-policy", program);
    const after = { ...config, imageVersion: "1.4.0" };
    const output = await stack.succeed("up --yes", after, { cwd: gaining });
    assert.deepEqual(of(output.split("Updating")[0]!, "update"), NAMES, "all three are previewed");
    for (const name of NAMES) {
      const deployment = (await get("deployment", "carts", "-n", name))!;
      assert.equal(deployment.spec!.template!.spec!.containers![0]!.imagePullPolicy, "Always");
      await assertRolledOut(`${IMAGE}:1.4.0`, name);
    }
    await stack.succeed("preview --expect-no-changes", after, { cwd: gaining });
  });

  it("go before their RGD", async () => {
    const from = sandbox.auditEnd();
    await stack.succeed("destroy --yes --skip-preview", config, { cwd });
    await assertNothingLeft();
    assert.deepEqual(
      (await aws.roles()).filter((name) => name.startsWith(`${CLUSTER_NAME}-carts-`)),
      [],
    );
    const deletes = writes(from).filter(({ verb }) => verb === "delete");
    const instances = deletes.flatMap(({ resource, name }, i) => (resource === "cartsstacks" ? [[name, i]] : []));
    const definition = deletes.findIndex(({ resource }) => resource === "resourcegraphdefinitions");
    assert.deepEqual(instances.map(([name]) => name).sort(), [...NAMES].sort());
    for (const [name, i] of instances) assert.ok((i as number) < definition, `${name} before the RGD`);
  });
});
