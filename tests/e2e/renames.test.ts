import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { LiveObject } from "../../packages/live/index.ts";
import { CLONE, CLUSTER_NAME, get, Stack, sandbox, story, TestStack } from "./kit/index.ts";

const TABLE = `${CLUSTER_NAME}-carts-kro`;
const ROLE = `${CLUSTER_NAME}-carts-dynamo`;
const [dynamodb, iam] = [new DynamoDBClient(), new IAMClient()];
const uidOf = async (...object: [string, string, ...string[]]) => (await get<LiveObject>(...object))!.metadata.uid;
const ownerOf = async (...object: [string, string]) =>
  (await get<LiveObject>(...object))!.metadata.annotations?.["carts-stack/owner"];
const tableId = async () => (await dynamodb.send(new DescribeTableCommand({ TableName: TABLE }))).Table!.TableId;
const items = async () => (await dynamodb.send(new ScanCommand({ TableName: TABLE, Select: "COUNT" }))).Count;
const role = async () => (await iam.send(new GetRoleCommand({ RoleName: ROLE }))).Role!;

/** What would be others if anything were made anew. */
const identities = async () => [
  await uidOf("rgd", "cartsstack"),
  await uidOf("cartsstack", "carts-kro"),
  await uidOf("namespace", "carts-kro"),
  await uidOf("deployment", "carts", "-n", "carts-kro"),
  (await role()).RoleId,
  await tableId(),
];

story("a stack that is renamed", () => {
  const stack = new Stack();
  const renamed = new Stack({}, { name: "renamed" });
  const shop = join(sandbox.folder, "shop");
  const ofShop = new TestStack(sandbox, {
    project: "shop",
    name: "renamed",
    program: shop,
    config: { "aws:region": "us-west-2", clusterName: CLUSTER_NAME, context: "carts-sandbox" },
  });
  let was: unknown;

  const rename = (to: string, from: string, cwd: string) =>
    sandbox.succeed("pulumi", ["stack", "rename", to, "--stack", from, "--non-interactive"], { cwd });

  /** Nothing is made anew, and all says whose it is now. */
  async function assertOwner(owner: string): Promise<void> {
    assert.deepEqual(await identities(), was);
    assert.deepEqual([await ownerOf("rgd", "cartsstack"), await ownerOf("cartsstack", "carts-kro")], [owner, owner]);
    const tag = (await role()).Tags?.find(({ Key }) => Key === "carts-stack/managed-by");
    assert.equal(tag?.Value, owner);
    assert.equal(await items(), 1);
  }

  before(async () => {
    await stack.init();
    await stack.up();
    await dynamodb.send(new PutItemCommand({ TableName: TABLE, Item: { id: { S: "1" }, customerId: { S: "c" } } }));
    was = await identities();
  });

  it("updates its marks, and nothing else", async () => {
    await rename("renamed", "e2e", join(sandbox.folder, "carts-stack"));
    const { code, stdout, output } = await renamed.carts("preview", {}, "--format", "json");
    assert.equal(code, 2, output);
    const { resources } = JSON.parse(stdout) as { resources: { action: string; name: string }[] };
    const changed = resources.filter(({ action }) => action !== "same");
    assert.deepEqual(changed.map(({ name, action }) => `${name} ${action}`).sort(), [
      "carts update",
      "carts-association update",
      "carts-definition update",
      "carts-role update",
    ]);
    await renamed.up();
    await assertOwner("organization/carts-stack/renamed");
    assert.match((await renamed.carts("preview")).stdout, /^No change in carts-stack\/renamed\.\n/);
    const verified = await renamed.carts("verify");
    assert.equal(verified.code, 0, verified.output);
  });

  it("does the same under another project's name", async () => {
    await mkdir(shop, { recursive: true });
    const runtime = { name: "nodejs", options: { typescript: false } };
    await writeFile(join(shop, "Pulumi.yaml"), JSON.stringify({ name: "shop", main: "index.ts", runtime }));
    await writeFile(join(shop, "package.json"), JSON.stringify({ name: "shop", type: "module" }));
    await writeFile(join(shop, "index.ts"), `export * from ${JSON.stringify(join(CLONE, "index.ts"))};\n`);
    await rename("organization/shop/renamed", "renamed", join(sandbox.folder, "carts-stack"));
    await ofShop.up();
    await assertOwner("organization/shop/renamed");
    assert.match(await ofShop.succeed("preview"), /8 unchanged/);
  });

  it("has another instance under another name, which takes up the table where the config keeps it", async () => {
    const settings = { instanceName: "shop", namespace: "carts-kro", tableName: TABLE, roleScope: "cluster" };
    const { code, output } = await ofShop.pulumi("up --yes --skip-preview", { instanceName: "shop" });
    assert.notEqual(code, 0);
    assert.match(output, /what isn't set follows instanceName, and that is "shop"/);
    const table = await tableId();
    await ofShop.up(settings);
    assert.deepEqual([await tableId(), await items(), (await role()).RoleName], [table, 1, ROLE]);
    assert.match(await ofShop.succeed("preview", settings), /8 unchanged/);
  });
});
