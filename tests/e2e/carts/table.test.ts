import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as aws from "../aws.ts";
import { CLONE, CLUSTER_NAME, get, isThere, kubectl, patch, Stack, sandbox, story } from "../kit/index.ts";
import { assertNothingLeft, guardedAs, instance, pods, ROLE, TABLE, variable } from "./expected.ts";

const stack = new Stack();
/** By which the emulated AWS denies. */
const rules = () => join(sandbox.folder, "aws-rules.json");

story("table and namespace of the carts stack", () => {
  before(stack.init);
  after(() => rmSync(rules(), { force: true }));

  it("standard: tells what ACK's role is not allowed, and goes on when it is", async () => {
    const action = "dynamodb:UpdateContinuousBackups";
    const message = `User: arn:aws:sts::000000000000:assumed-role/ack/1 is not authorized to perform: ${action} with an explicit deny in a policy`;
    writeFileSync(rules(), JSON.stringify([{ action, answer: "deny", message }]));
    const { code, stdout, output } = await stack.carts("up", { tableProtection: "standard" }, "--json");
    assert.notEqual(code, 0, output);
    const { cause } = JSON.parse(stdout);
    assert.equal(cause.name, "ack-access-denied", output);
    assert.match(cause.message, /The role ack, .* must be allowed dynamodb:UpdateContinuousBackups/);
    rmSync(rules(), { force: true });
  });

  it("standard: has recovery and protection in AWS, and tags that say whose it is", async () => {
    await stack.up({ tableProtection: "standard" });
    await aws.putItems(TABLE, 3);
    await guardedAs(TABLE, { protected: true, recovery: true });
    const own = { cluster: CLUSTER_NAME, namespace: "carts-kro", instance: "default/carts-kro" };
    assert.deepEqual(await aws.ownTags(TABLE), { ...own, "managed-by": "organization/carts-stack/e2e" });
    const { Tags = [] } = await aws.role(ROLE);
    assert.equal(Tags.find(({ Key }) => Key === "carts-stack/cluster")?.Value, CLUSTER_NAME);
    assert.equal((await aws.associations())[0]!.tags?.["carts-stack/namespace"], "carts-kro");
  });

  it("standard: shows that it is no longer protected before it may go", async () => {
    const config = { tableProtection: "standard", tableOnDestroy: "delete" };
    const { output } = await stack.carts("preview", config);
    assert.match(output, /spec\.deletionProtectionEnabled: true => false/);
    assert.match(output, /! table-unprotected: the DynamoDB table \S+ loses its deletion protection/);
    assert.doesNotMatch(output, /point-in-time/);
  });

  it("standard: a retained table stays protected", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    await guardedAs(TABLE, { protected: true, recovery: true });
    assert.equal(await aws.countItems(TABLE), 3);
  });

  it("of another owner by its tags is not taken up, unless the config says so", async () => {
    await aws.tagTable(TABLE, { "carts-stack/cluster": "theirs", "carts-stack/managed-by": "organization/shop/prod" });
    for (const command of ["preview", "up"]) {
      const { code, output } = await stack.carts(command);
      assert.notEqual(code, 0);
      assert.match(output, /that table exists and is another's by its tags, of the stack organization\/shop\/prod, /);
    }
    await stack.up({ tableProtection: "standard", adoptTable: true });
    assert.equal((await aws.ownTags(TABLE)).cluster, CLUSTER_NAME);
    await guardedAs(TABLE, { protected: true, recovery: true });
    assert.equal(await aws.countItems(TABLE), 3);
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

  it("retain: is not lost to a `delete` that only the cluster has, neither by a replacement nor by a destroy", async () => {
    await patch("cartsstack", "carts-kro", { spec: { tableOnDestroy: "delete" } });
    const { code, output } = await stack.pulumi("up --yes --skip-preview", { namespace: "shop" });
    assert.notEqual(code, 0);
    assert.match(output, /deleted with its items: tableOnDestroy is "delete" in the cluster/);
    const destroy = await stack.carts("destroy", {}, "--json");
    assert.equal(destroy.code, 4, destroy.output);
    assert.equal(JSON.parse(destroy.stdout).cause.name, "table-not-retained");
    await stack.succeed("up --yes --skip-preview --refresh");
    assert.equal((await instance()).spec!.tableOnDestroy, "retain");
    assert.equal(await aws.countItems(TABLE), 3);
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

  it("delete: a guarded table isn't protected, and its time to live can't be taken back by leaving it out", async () => {
    const config = { namespace: "shop", tableOnDestroy: "delete", tableName: `${TABLE}-2` };
    await stack.up({ ...config, tableProtection: "standard", tableTtlAttribute: "expires" });
    await guardedAs(`${TABLE}-2`, { protected: false, recovery: true, ttl: "expires" });
    const { code, output } = await stack.pulumi("preview", { ...config, tableProtection: "standard" });
    assert.notEqual(code, 0);
    assert.match(output, /tableTtlAttribute isn't set, but .*Enabled=false,AttributeName=expires/s);
  });

  it("delete: destroy leaves nothing", async () => {
    await stack.succeed("destroy --yes --skip-preview");
    await assertNothingLeft();
    assert.equal(await get("namespace", "shop"), undefined);
    assert.equal((await stack.state()).resources, undefined);
  });
});
