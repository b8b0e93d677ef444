import assert from "node:assert/strict";
import { join } from "node:path";
import * as aws from "../aws.ts";
import { CLONE, get, kubectl, PROGRAMS, Stack, sandbox, story, TestStack, writes } from "../kit/index.ts";
import { assertRolledOut, IMAGE, ROLE, TABLE } from "./expected.ts";

/** What the version before declared: the same project, of the same stacks. */
const former = { cwd: join(CLONE, PROGRAMS, "former") };
const ITEMS = 4;

/** What must outlive an upgrade. */
async function identities(stack: Stack, instance: string) {
  const resources = await stack.exported();
  const uid = async (...object: string[]) => (await get(...object))!.metadata!.uid;
  const { TableId, CreationDateTime } = await aws.table(TABLE);
  return {
    // Default providers come and go, and are named after their version.
    urns: Object.fromEntries(resources.flatMap(({ urn, id }) => (/::default(_|$)/.test(urn) ? [] : [[urn, id]]))),
    cluster: {
      definition: await uid("rgd", "cartsstack"),
      instance: await uid("cartsstack", instance, "-n", "default"),
      namespace: await uid("namespace", "carts-kro"),
      table: await uid("table", "carts-table", "-n", "carts-kro"),
      deployment: await uid("deployment", "carts", "-n", "carts-kro"),
    },
    cloud: {
      table: [TableId, CreationDateTime],
      role: (await aws.role(ROLE)).RoleId,
      associations: (await aws.associations()).map(({ associationId, roleArn }) => [associationId, roleArn]),
      items: await aws.countItems(TABLE),
    },
  };
}

/** Previews today's program, brings the stack up with it, and asserts that all that there was is there still. */
async function upgrade(stack: Stack, instance: string, config: object = {}): Promise<void> {
  const before = await identities(stack, instance);
  assert.equal(before.cloud.items, ITEMS);
  const { code, stdout, output } = await stack.pulumi("preview --json", { ...config });
  assert.equal(code, 0, output);
  const { steps } = JSON.parse(stdout) as { steps: { op: string; urn: string }[] };
  assert.ok(steps.length > 0);
  assert.deepEqual(
    steps.filter(({ op }) => op !== "same" && op !== "update"),
    [],
    "nothing but changes in place",
  );
  assert.equal(steps.find(({ urn }) => urn.includes("aws:iam/role:Role"))?.op, "update", "whom the role lets in");
  await stack.up({ ...config });
  const after = await identities(stack, instance);
  // Of an instance that isn't the lab's, role and policy are called after it now: taken over, as what they are.
  const ids = (urns: object) => Object.values(urns).filter(Boolean).sort();
  assert.deepEqual(
    ids(after.urns).filter((id) => ids(before.urns).includes(id)),
    ids(before.urns),
    "every id is there",
  );
  assert.deepEqual({ ...after, urns: before.urns }, before);
  const { Statement } = JSON.parse(decodeURIComponent((await aws.role(ROLE)).AssumeRolePolicyDocument!));
  assert.deepEqual(Object.keys(Statement[0].Condition.StringEquals).sort(), [
    "aws:RequestTag/eks-cluster-name",
    "aws:SourceAccount",
  ]);
  await assertRolledOut(`${IMAGE}:1.3.0`);
  await stack.succeed("preview --expect-no-changes", { ...config });
}

story("a stack that the version before has made", () => {
  const lab = new Stack({}, { name: "lab" });
  const shop = new Stack({ instanceName: "shop" }, { name: "shop" });
  const platform = new TestStack(sandbox, {
    project: "platform",
    name: "prod",
    program: join(CLONE, PROGRAMS, "teams/platform"),
  });
  /** The lines that the refusal asks for. */
  let lines: Record<string, string>;

  before(async () => {
    for (const stack of [lab, shop, platform]) await stack.init();
  });

  it("goes on as it is, with its items", async () => {
    await lab.up({}, former);
    await aws.putItems(TABLE, ITEMS);
    await upgrade(lab, "carts-kro");
    await lab.succeed("destroy --yes --skip-preview");
    // kro leaves the API behind, and takes no field out of it for the version before.
    await kubectl("delete", "crd", "cartsstacks.kro.run");
  });

  it("is not moved to where today's defaults would have an instance of its name: refused, with the lines to add", async () => {
    await shop.up({}, former);
    const before = await identities(shop, "shop");
    for (const command of ["preview", "up --yes --skip-preview"]) {
      const { code, output } = await shop.pulumi(command);
      assert.notEqual(code, 0);
      assert.match(output, /nothing was changed: what isn't set follows instanceName, and that is "shop"/);
      lines = Object.fromEntries([...output.matchAll(/^\s*pulumi config set (\S+) (\S+)$/gm)].map(([, ...set]) => set));
      assert.deepEqual(lines, { namespace: "carts-kro", tableName: TABLE, roleScope: "cluster" });
    }
    assert.deepEqual(await identities(shop, "shop"), before);
  });

  it("goes on as it is with those lines", () => upgrade(shop, "shop", lines));

  it("hands its RGD over to a CartsApi, whose stack is of another project and calls it otherwise", async () => {
    const [before, from] = [await identities(shop, "shop"), sandbox.auditEnd()];
    const { urn } = (await shop.exported()).find(({ type }) => type.endsWith(":ResourceGraphDefinition"))!;
    const [source, dest] = ["organization/carts-stack/shop", "organization/platform/prod"];
    const cwd = join(sandbox.folder, "carts-stack");
    await sandbox.succeed("pulumi", ["state", "move", "--yes", "--source", source, "--dest", dest, urn], { cwd });
    const moved = "urn:pulumi:prod::platform::kubernetes:kro.run/v1alpha1:ResourceGraphDefinition::carts-definition";
    await sandbox.succeed("pulumi", ["state", "rename", "--yes", "--stack", dest, moved, "api-definition"], { cwd });
    await platform.up();
    const config = { ...lines, createDefinition: false };
    await shop.up(config);
    const { urns, ...after } = await identities(shop, "shop");
    assert.deepEqual(after, { cluster: before.cluster, cloud: before.cloud });
    assert.ok(!(urn in urns));
    assert.deepEqual(
      writes(from).filter(({ verb }) => /create|delete/.test(verb)),
      [],
    );
    const owned = (await platform.exported()).find(({ type }) => type.endsWith(":ResourceGraphDefinition"))!;
    assert.match(owned.urn, /CartsApi\$.*::api-definition$/, "where the program has it");
    assert.equal(owned.protect, true);
    await platform.succeed("preview --expect-no-changes");
    await shop.succeed("preview --expect-no-changes", config);
  });
});
