import assert from "node:assert/strict";
import { join } from "node:path";
import { DescribeTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import type { AdoptReport } from "../../automation/adopt/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { killHard } from "./interrupted.ts";
import {
  CLONE,
  CLUSTER_NAME,
  type Finished,
  get,
  isThere,
  kubectl,
  Stack,
  sandbox,
  story,
  until,
} from "./kit/index.ts";

const LAB = join(CLONE, "tests/lab/lab.sh");
const ROLE = `${CLUSTER_NAME}-carts-dynamo`;
const ALLOW = "kro.run/allow-breaking-changes";

/** Does what the workshop's reader does. */
async function lab(command: string, settings: NodeJS.ProcessEnv = {}): Promise<string> {
  const env = { ...sandbox.env, CLUSTER: CLUSTER_NAME, LAG: "2", ...settings };
  return (await sandbox.succeed("sh", [LAB, command], { env })).stdout.trim();
}

const tableId = async (TableName: string) =>
  (await new DynamoDBClient().send(new DescribeTableCommand({ TableName }))).Table!.TableId;
const roleId = async () => (await new IAMClient().send(new GetRoleCommand({ RoleName: ROLE }))).Role!.RoleId;
const uidOf = async (...object: [string, string, ...string[]]) => (await get<LiveObject>(...object))!.metadata.uid;
const annotationsOf = async (...object: [string, string, ...string[]]) =>
  (await get<LiveObject>(...object))!.metadata.annotations ?? {};

function reportOf({ code, stdout, output }: Finished, expected: number): AdoptReport {
  assert.equal(code, expected, output);
  return JSON.parse(stdout) as AdoptReport;
}

/** The stack has it all, and nobody finds anything. */
async function assertAllWell({ carts }: Stack): Promise<void> {
  const preview = await carts("preview");
  assert.equal(preview.code, 0, preview.output);
  assert.match(preview.stdout, /^No change in carts-stack\/e2e\.\n/);
  await until("verify finds all well", async () => (await carts("verify")).code === 0);
}

story("a lab made by hand, adopted", () => {
  const stack = new Stack();
  const { carts } = stack;
  const TABLE = `${CLUSTER_NAME}-carts-kro`;
  let was: { readonly table: string | undefined; readonly [key: string]: string | undefined };

  /** What would be others if anything were replaced. */
  const identities = async () => ({
    table: await tableId(TABLE),
    role: await roleId(),
    namespace: await uidOf("namespace", "carts-kro"),
    deployment: await uidOf("deployment", "carts", "-n", "carts-kro"),
    definition: await uidOf("rgd", "cartsstack"),
    instance: await uidOf("cartsstack", "carts-kro"),
  });

  before(async () => {
    await stack.init();
    await lab("kro", { LABEL: "carts-kro" });
    await lab("items");
  });

  it("is refused by an update", async () => {
    was = await identities();
    const { code, output } = await stack.pulumi("up --yes --skip-preview");
    assert.notEqual(code, 0);
    assert.match(
      output,
      /nothing was changed: [\s\S]*ResourceGraphDefinition cartsstack exists, and nothing says that it is/,
    );
  });

  it("is shown as it would be adopted, and nothing is changed without a yes", async () => {
    const from = sandbox.auditEnd();
    const { code, stdout, stderr } = await carts("adopt");
    assert.equal(code, 2, stderr);
    assert.match(stdout, /^= {2}IAM role .*-carts-dynamo, as carts-role$/m);
    assert.match(stdout, /^= {2}Pod Identity association a-\w+ of carts-kro\/carts, as carts-association$/m);
    assert.match(stdout, /^= {2}ResourceGraphDefinition cartsstack, as carts-definition$/m);
    assert.match(stdout, /^= {2}CartsStack default\/carts-kro, as carts$/m);
    assert.match(
      stdout,
      /^- {2}Table carts-kro\/items is for the DynamoDB table .* gets the deletion policy retain, and kro deletes it/m,
    );
    assert.match(stdout, /annotation kro\.run\/allow-breaking-changes for this update.*status\.tableArn is removed/);
    assert.match(stdout, /policy\/.*-carts-dynamo stays attached to the role/);
    assert.doesNotMatch(stdout, /table-deleted|table-replaced|definition-refused/);
    assert.match(stderr, /nothing was changed: --yes takes it over/);
    const writes = sandbox
      .audit<{ verb: string; requestURI: string; user: { username: string } }>(from)
      .filter(
        ({ verb, user, requestURI }) =>
          user.username === "admin" && !/^(get|list|watch)$/.test(verb) && !requestURI.includes("dryRun"),
      );
    assert.deepEqual(writes, []);
    // Of an update that was refused, the stack has its provider.
    const own = (await stack.state()).resources.filter(({ id, type }) => id && !type.startsWith("pulumi:"));
    assert.deepEqual(own, []);
    assert.deepEqual(await identities(), was);
  });

  it("goes on after a run that was killed midway, and replaces nothing", async () => {
    const running = await stack.begin("adopt", {}, "--yes");
    // Its update of the RGD takes a second or more yet, and the instance waits for that.
    await until("the RGD is the stack's", () => running.output().includes("carts-definition imported"));
    await killHard(running);
    assert.equal(await lab("count"), "3");
    const report = reportOf(await carts("adopt", {}, "--yes", "--resume", "--json"), 0);
    const { result, replaced, tables } = report;
    const counted = [{ table: TABLE, before: 3, after: 3 }];
    assert.deepEqual(
      { result, replaced, tables },
      { result: "succeeded", replaced: 0, tables: counted },
      JSON.stringify(report),
    );
    assert.deepEqual(await identities(), was);
  });

  it("is as if the stack had made it", async () => {
    await assertAllWell(stack);
    assert.equal((await annotationsOf("rgd", "cartsstack"))[ALLOW], undefined);
    assert.equal(await isThere("table", "items", "-n", "carts-kro"), false);
    const { found, result } = reportOf(await carts("adopt", {}, "--yes", "--json"), 0);
    assert.deepEqual([found, result], [[], "nothing"]);
  });

  it("leaves the table with its items when it is destroyed", async () => {
    const { code, output } = await carts("destroy");
    assert.equal(code, 0, output);
    assert.equal(await isThere("cartsstack", "carts-kro"), false);
    assert.equal(await tableId(TABLE), was.table);
    assert.equal(await lab("count"), "3");
  });
});

story("a lab that can't be adopted as it is", () => {
  const stack = new Stack();
  const { carts } = stack;
  const TABLE = `${CLUSTER_NAME}-carts-kro`;

  before(async () => {
    await stack.init();
    await lab("kro", { SCHEMA: "quantity: integer | default=1" });
    await lab("items");
  });

  it("is refused for its schema and for its selector, and nothing is changed", async () => {
    const { refused, result } = reportOf(await carts("adopt", {}, "--yes", "--json"), 4);
    assert.equal(result, "refused");
    assert.match(
      refused[0]!,
      /^kro refuses the change of the ResourceGraphDefinition cartsstack: spec\.quantity is removed\./,
    );
    assert.match(
      refused[1]!,
      /^Deployment carts-kro\/carts has the selector .*instance=carts,.* and a selector can't be changed/,
    );
    assert.equal(refused.length, 2);
    assert.deepEqual((await stack.state()).resources ?? [], []);
    const annotations = await annotationsOf("rgd", "cartsstack");
    assert.deepEqual(Object.keys(annotations), ["kubectl.kubernetes.io/last-applied-configuration"]);
    assert.equal(
      "services.k8s.aws/deletion-policy" in (await annotationsOf("table", "items", "-n", "carts-kro")),
      false,
    );
  });

  it("is adopted by what the refusals name", async () => {
    const { refused } = reportOf(await carts("adopt", {}, "--yes", "--json"), 4);
    const [, command] = /`(kubectl annotate [^`]*)`/.exec(refused[0]!)!;
    await sandbox.succeed("sh", ["-c", command!]);
    const id = await tableId(TABLE);
    const deployment = await uidOf("deployment", "carts", "-n", "carts-kro");
    const done = reportOf(await carts("adopt", {}, "--yes", "--recreate-deployments", "--json"), 0);
    assert.deepEqual([done.tables, done.replaced], [[{ table: TABLE, before: 3, after: 3 }], 0]);
    assert.equal(await tableId(TABLE), id);
    assert.notEqual(await uidOf("deployment", "carts", "-n", "carts-kro"), deployment);
    assert.equal((await annotationsOf("rgd", "cartsstack"))[ALLOW], undefined);
    await assertAllWell(stack);
  });
});

story("the lab before kro's, adopted", () => {
  const TABLE = `${CLUSTER_NAME}-carts-fastpath`;
  const stack = new Stack({ instanceName: "carts", tableName: TABLE });
  const { carts } = stack;

  before(async () => {
    await stack.init();
    await lab("ack", { TABLE });
    await lab("items", { TABLE });
  });

  it("goes over to kro in place: namespace, Deployment and table stay what they are", async () => {
    const up = await stack.pulumi("up --yes --skip-preview");
    assert.match(up.output, /namespace is "carts", but a Namespace carts exists, which kro did not make/);
    const identities = async () => [
      await uidOf("namespace", "carts"),
      await uidOf("deployment", "carts", "-n", "carts"),
      await tableId(TABLE),
    ];
    const before = await identities();
    const report = reportOf(await carts("adopt", {}, "--yes", "--json"), 0);
    assert.deepEqual(report.tables, [{ table: TABLE, before: 3, after: 3 }]);
    assert.match(report.notes.join("\n"), /kro takes over for default\/carts, and deletes with it: Namespace carts, /);
    assert.match(report.notes.join("\n"), /has the role .*-carts-dynamo, and gets the stack's/);
    assert.deepEqual(await identities(), before);
    await until("the other Table is gone", async () => !(await isThere("table", "items", "-n", "carts")));
    await assertAllWell(stack);
    assert.equal(await lab("count", { TABLE }), "3");
  });

  it("takes only what is declared: a namespace of somebody else's is refused as before", async () => {
    await kubectl("create", "namespace", "others");
    for (const { code, output } of [
      await carts("adopt", { namespace: "others" }, "--yes"),
      await stack.pulumi("up --yes --skip-preview", { namespace: "others" }),
    ]) {
      assert.notEqual(code, 0);
      assert.match(output, /namespace is "others", but a Namespace others exists, which kro did not make/);
    }
    assert.equal(await lab("count", { TABLE }), "3");
  });
});
