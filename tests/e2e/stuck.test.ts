import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import * as aws from "./aws.ts";
import { assertNothingLeft, ROLE, TABLE } from "./carts/expected.ts";
import { endWait } from "./interrupted.ts";
import { apply, isThere, kubectl, patch, Stack, sandbox, story, until } from "./kit/index.ts";

const ACK = "ack-dynamodb-controller";
const HOLD = "shop.example/hold";
const NAMESPACE = ["-n", "carts-kro"] as const;
const stack = new Stack({ tableOnDestroy: "delete" });
const rules = () => join(sandbox.folder, "aws-rules.json");
const follow = (...all: object[]) => writeFileSync(rules(), JSON.stringify(all));

interface Stuck {
  readonly cause: { readonly name: string; readonly object: string; readonly message: string };
  readonly left: readonly { readonly kind: string; readonly name: string }[];
  readonly stderr: string;
}

/** A destroy that does not get further than what is seen. */
async function stuckAt(seen: RegExp, name: string): Promise<Stuck> {
  const running = await stack.begin("destroy", {}, "--json");
  await until(`${name} is seen`, async () => seen.test(running.output()));
  await endWait(running);
  const { code, stdout, stderr } = await running.finished;
  assert.equal(code, 1, stderr);
  const { cause, left } = JSON.parse(stdout);
  assert.equal(cause.name, name, cause.message);
  return { cause, left, stderr };
}

/** The command of a message that begins so, run as it is written. */
async function obey(message: string, begins: string): Promise<string> {
  const command = message.split("`").find((text) => text.startsWith(begins));
  assert.ok(command, message);
  return (await sandbox.succeed("sh", ["-c", command])).stdout;
}

story("carts destroy, when something is stuck or gone", () => {
  before(async () => {
    await stack.init();
    await stack.up();
    await aws.putItems(TABLE, 3);
  });
  after(() => rmSync(rules(), { force: true }));

  it("kro is away", async () => {
    sandbox.signal("SIGSTOP", "kro");
    const { cause, left } = await stuckAt(/CartsStack default\/carts-kro: being deleted/, "kro-absent");
    assert.match(cause.message, /held by .*kro\.run\/finalizer.*nobody has begun.*run this again/);
    const names = left.map(({ kind, name }) => `${kind} ${name}`);
    const expected = [`DynamoDB table ${TABLE}`, "Namespace carts-kro", `Role ${ROLE}`, "CartsStack default/carts-kro"];
    for (const name of expected) assert.ok(names.includes(name), names.join());
    await patch("configmap", "carts", { metadata: { finalizers: [HOLD] } }, ...NAMESPACE);
    sandbox.signal("SIGCONT", "kro");
  });

  it("a stranger's finalizer", async () => {
    const { cause } = await stuckAt(/ConfigMap carts-kro\/carts: being deleted/, "held-by-finalizer");
    assert.match(cause.message, /ConfigMap carts-kro\/carts .* held by the finalizer shop\.example\/hold/);
    sandbox.signal("SIGSTOP", ACK);
    await obey(cause.message, "kubectl patch");
  });

  it("ACK is away", async () => {
    const { cause } = await stuckAt(/Table carts-kro\/carts-table: being deleted/, "ack-absent");
    assert.match(cause.message, new RegExp(`the DynamoDB table ${TABLE} stays in AWS`));
    await new DynamoDBClient().send(new UpdateTableCommand({ TableName: TABLE, DeletionProtectionEnabled: true }));
    sandbox.signal("SIGCONT", ACK);
  });

  it("a protected table, which ACK does not come back to by itself: it stops waiting by itself", async () => {
    const { code, stdout, stderr } = await stack.carts("destroy", {}, "--json");
    assert.equal(code, 1, stderr);
    const { cause, result } = JSON.parse(stdout);
    assert.deepEqual([result, cause.name], ["failed", "deletion-protected"], stderr);
    assert.match(stderr, /^it can't go: Pulumi finishes what it has begun \.\.\.$/m);
    assert.deepEqual((await stack.state()).pending_operations ?? [], []);
    assert.match(stderr, new RegExp(`^left behind: DynamoDB table ${TABLE}, Namespace carts-kro, Table `, "m"));
    assert.equal((await aws.table(TABLE)).DeletionProtectionEnabled, true);
    assert.equal(await aws.countItems(TABLE), 3);
    follow({ action: "dynamodb:DeleteTable", answer: "deny" });
    await obey(cause.message, "aws dynamodb update-table");
  });

  it("a denied DeleteTable, once ACK was made to try again", async () => {
    const { cause, stderr } = await stuckAt(
      /carts-table: being deleted: ACK\.\w+: .*AccessDenied/,
      "ack-access-denied",
    );
    assert.match(stderr, /AWS refused to delete Table carts-kro\/carts-table before; ACK is made to try again/);
    assert.match(cause.message, /must be allowed dynamodb:DeleteTable/);
    const theirs = { name: "theirs", namespace: "carts-kro", finalizers: [HOLD] };
    await apply({ apiVersion: "v1", kind: "ConfigMap", metadata: theirs });
    await apply({
      apiVersion: "apiregistration.k8s.io/v1",
      kind: "APIService",
      metadata: { name: "v1.gone.example" },
      spec: {
        ...{ group: "gone.example", version: "v1", groupPriorityMinimum: 1000, versionPriority: 1 },
        ...{ service: { namespace: "default", name: "gone" }, insecureSkipTLSVerify: true },
      },
    });
    rmSync(rules(), { force: true });
  });

  it("a stranger's object in the namespace, and an API that does not answer", async () => {
    const { cause } = await stuckAt(/Namespace carts-kro: being deleted: (Disc|Some)/, "namespace-terminating");
    assert.match(await obey(cause.message, "kubectl get configmaps"), /^ConfigMap +theirs +\[shop\.example\/hold\]$/m);
    await patch("configmap", "theirs", { metadata: { finalizers: null } }, ...NAMESPACE);
    await obey(cause.message, "kubectl delete apiservice v1.gone.example");
  });

  it("and with all that done, it comes to its end", async () => {
    const { code, stderr } = await stack.carts("destroy");
    assert.equal(code, 0, stderr);
    assert.equal(await isThere("namespace", "carts-kro"), false);
    await assertNothingLeft();
  });

  it("the API server is away, or the whole EKS cluster is gone", async () => {
    await stack.up();
    const { env } = sandbox;
    try {
      sandbox.signal("SIGKILL", "kube-apiserver");
      const away = await stack.carts("destroy", {}, "--json");
      assert.equal(away.code, 1, away.stderr);
      const { cause } = JSON.parse(away.stdout);
      assert.equal(cause.name, "unreachable", cause.message);
      assert.match(cause.message, /The EKS cluster eks-workshop-auto is there \(ACTIVE\)\. Run this again when/);

      // As EKS answers of a cluster that is not there.
      const missing = { answer: "fail", status: 404, error: "ResourceNotFoundException", message: "No cluster found" };
      follow({ action: "eks:DescribeCluster", ...missing }, { action: "eks:*Association*", ...missing });
      const gone = await stack.carts("destroy", {}, "--json");
      assert.equal(gone.code, 1, gone.stderr);
      const { message, name } = JSON.parse(gone.stdout).cause;
      assert.equal(name, "cluster-gone", message);
      assert.match(message, new RegExp(`table ${TABLE} did not go with it, and nothing deletes it any more`));
      assert.match(message, /`PULUMI_K8S_DELETE_UNREACHABLE=true carts destroy --stack e2e`/);
      const args = await stack.cartsArgs("destroy");
      const forgetting = { cwd: sandbox.folder, env: { ...env, PULUMI_K8S_DELETE_UNREACHABLE: "true" } };
      const { code, stderr } = await sandbox.run("node", args, forgetting);
      assert.equal(code, 0, stderr);
      assert.match(stderr, new RegExp(`^the DynamoDB table ${TABLE} stays, with its items: `, "m"));
      assert.ok(!(await aws.roles()).includes(ROLE));
      assert.deepEqual((await stack.state()).resources ?? [], []);
      await obey(message, "aws dynamodb delete-table");
    } finally {
      rmSync(rules(), { force: true });
      await sandbox.start({ fresh: false });
      sandbox.env = env;
    }
    await kubectl("delete", "cartsstack", "carts-kro");
  });
});
