import assert from "node:assert/strict";
import * as aws from "../aws.ts";
import { CLONE, get, isThere, kubectl, patch, Stack, sandbox, story } from "../kit/index.ts";
import { assertNothingLeft, instance, pods, TABLE, variable } from "./expected.ts";

const stack = new Stack();

story("table and namespace of the carts stack", () => {
  before(async () => {
    await stack.init();
    await stack.up();
    await aws.putItems(TABLE, 3);
  });

  it("cannot be changed in place by anyone", async () => {
    for (const [field, value] of [
      ["tableName", "eks-workshop-auto-carts-x"],
      ["namespace", "elsewhere"],
    ]) {
      await assert.rejects(patch("cartsstack", "carts-kro", { spec: { [field!]: value } }), /immutable/);
    }
  });

  it("show as a replacement in the preview", async () => {
    const output = await stack.succeed("preview --diff", { namespace: "shop" });
    assert.match(output, /\+-kubernetes:kro\.run\/v1alpha1:CartsStack: \(replace\)/);
    assert.match(output, /namespace +: "carts-kro" => "shop"/);
  });

  it("are not put into a namespace that is somebody else's, which keeps what is in it", async () => {
    await kubectl("create", "namespace", "carts");
    await kubectl("create", "configmap", "precious", "-n", "carts", "--from-literal=a=b");
    const refusal =
      /namespace is "carts", but a Namespace carts exists, which kro did not make: .* Set namespace to another name/;
    for (const command of ["preview", "up"]) {
      const { code, stderr, output } = await stack.carts(command, { namespace: "carts" });
      assert.notEqual(code, 0);
      assert.match(output, refusal);
      assert.equal(stderr.match(/^error: /gm)?.length, 1, stderr);
    }
    await stack.up();
    assert.ok(await isThere("configmap", "precious", "-n", "carts"));
    assert.equal((await instance()).spec!.namespace, "carts-kro");
    await kubectl("delete", "namespace", "carts");
  });

  it("retain: a new namespace goes on with the table and its items", async () => {
    await stack.up({ namespace: "shop" });
    assert.equal(await aws.countItems(TABLE), 3);
    assert.equal(await get("namespace", "carts-kro"), undefined);
    assert.deepEqual(
      (await aws.associations()).map(({ namespace }) => namespace),
      ["shop"],
    );
    assert.equal((await stack.outputs()).serviceEndpoint, "http://carts.shop.svc.cluster.local");
    assert.match(variable((await pods("shop"))[0]!, "AWS_CONTAINER_CREDENTIALS_FULL_URI")!, /^http/);
    await stack.up();
    assert.equal(await aws.countItems(TABLE), 3);
  });

  it("retain: a new table name leaves the old table with its items", async () => {
    await stack.up({ tableName: `${TABLE}-2` });
    assert.equal(await aws.countItems(TABLE), 3);
    assert.equal(await aws.countItems(`${TABLE}-2`), 0);
    assert.equal((await stack.outputs()).tableArn, (await aws.table(`${TABLE}-2`)).TableArn);
    assert.equal(
      (await get("configmap", "carts", "-n", "carts-kro"))!.data!.RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME,
      `${TABLE}-2`,
    );
    await stack.up();
    assert.equal(await aws.countItems(TABLE), 3);
    await aws.dropTable(`${TABLE}-2`);
  });

  it("refuses to replace with another tableOnDestroy than the instance has", async () => {
    const { code, output } = await stack.pulumi("up --yes --skip-preview", {
      namespace: "shop",
      tableOnDestroy: "delete",
    });
    assert.notEqual(code, 0);
    assert.match(output, /tableOnDestroy from "retain" to "delete".*in an update of its own/);
    assert.equal((await instance()).spec!.namespace, "carts-kro");
  });

  it("delete: a new namespace is refused while it would cost the items; in two steps it costs none", async () => {
    await stack.up({ tableOnDestroy: "delete" });
    const { code, output } = await stack.pulumi("up --yes --skip-preview", {
      namespace: "shop",
      tableOnDestroy: "delete",
    });
    assert.notEqual(code, 0);
    assert.match(output, /table eks-workshop-auto-carts-kro would be deleted with its items/);
    assert.equal(await aws.countItems(TABLE), 3);
    await stack.up();
    await stack.up({ namespace: "shop" });
    assert.equal(await aws.countItems(TABLE), 3);
    await stack.up({ namespace: "shop", tableOnDestroy: "delete" });
    assert.equal(await aws.countItems(TABLE), 3);
  });

  it("delete: a new table name deletes the old table", async () => {
    const config = { namespace: "shop", tableOnDestroy: "delete" };
    await stack.up({ ...config, tableName: `${TABLE}-2` });
    const tables = await aws.tables();
    assert.deepEqual([tables.includes(TABLE), tables.includes(`${TABLE}-2`)], [false, true]);
  });

  it("show nowhere where the name was set as a secret, and are looked at all the same", async () => {
    const withSecret = async (tableName: string, tableOnDestroy: string): Promise<string> => {
      const file = await stack.configFile({ namespace: "shop", tableOnDestroy });
      const set = ["config", "set", "--secret", "carts-stack:tableName", tableName, "--stack", "e2e"];
      await sandbox.succeed("pulumi", [...set, "--config-file", file], { cwd: CLONE });
      return file;
    };
    const file = await withSecret(`${TABLE}-2`, "delete");
    await stack.up(file);
    const instanceOf = (await stack.exported()).find(({ type }) => type.endsWith("v1alpha1:CartsStack"))!;
    assert.doesNotMatch(JSON.stringify(instanceOf.inputs), new RegExp(TABLE));
    const verified = await stack.carts("verify", file);
    assert.equal(verified.code, 0, verified.output);
    const { code, output } = await stack.pulumi("preview", await withSecret(`${TABLE}-3`, "retain"));
    assert.notEqual(code, 0);
    assert.match(output, /tableName changes from "?\[secret\]"? to "?\[secret\]"?, and tableOnDestroy/);
    assert.doesNotMatch(output, new RegExp(TABLE));
  });

  it("delete: destroy leaves nothing", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    await assertNothingLeft();
    assert.equal(await get("namespace", "shop"), undefined);
    assert.equal((await stack.state()).resources, undefined);
  });
});
