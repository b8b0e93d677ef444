import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify, stripVTControlCharacters } from "node:util";
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DeletePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import { IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Verification } from "../../automation/verify/verification.ts";
import { CLONE, OwnSandbox } from "./ownSandbox.ts";

const sandbox = new OwnSandbox("e2e-verify");
const CLUSTER = "eks-workshop-auto";
const ROLE = `${CLUSTER}-carts-dynamo`;
const TABLE = `${CLUSTER}-carts-kro`;
const SECRET = "an-api-key-nobody-may-see";

const run = promisify(execFile);
const kubectl = async (...args: string[]) => (await run("kubectl", args, { env: sandbox.env })).stdout;
const inNamespace = (...args: string[]) => kubectl("-n", "carts-kro", ...args);
const pulumi = (...args: string[]) =>
  run("pulumi", [...args, "--stack", "e2e", "--config-file", configFile], { cwd: CLONE, env: sandbox.env });

let configFile: string;

interface Finished {
  readonly code: number | string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `carts verify`, whatever its exit code. */
function verify(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const all = [join(CLONE, "automation", "carts.mjs"), "verify", "--stack", "e2e", ...args];
  return new Promise((done) => {
    execFile("node", all, { cwd: sandbox.folder, env: { ...sandbox.env, ...env } }, (error, stdout, stderr) =>
      done({ code: error ? (error.code ?? null) : 0, stdout, stderr }),
    );
  });
}

/** The report, and what is not ok in it as `<id> <object>: <found>`. Both must agree with the exit code. */
async function report(...args: string[]) {
  const { code, stdout, stderr } = await verify(["--json", ...args]);
  assert.ok(stdout, stderr);
  const found = JSON.parse(stdout) as Verification;
  const off = found.checks.filter(({ verdict }) => verdict !== "ok");
  assert.deepEqual([code, found.verdict], off.length === 0 ? [0, "ok"] : [5, "wrong"]);
  assert.ok(off.every(({ remedy }) => remedy));
  return { ...found, stdout, off: off.map(({ id, object, found }) => `${id} ${object}: ${found}`).sort() };
}

/** That exactly these checks are not ok. Each is the beginning of its line, or a pattern. */
function assertOff(off: readonly string[], wanted: readonly (string | RegExp)[]): void {
  const missing = wanted.filter(
    (one) => !off.some((line) => (typeof one === "string" ? line.startsWith(one) : one.test(line))),
  );
  assert.deepEqual(missing, [], off.join("\n"));
  assert.equal(off.length, wanted.length, off.join("\n"));
}

/** Stops, or lets go on, those who would put right what a test breaks. */
async function controllers(signal: "SIGSTOP" | "SIGCONT"): Promise<void> {
  const { processes } = JSON.parse(await readFile(join(sandbox.folder, "state.json"), "utf8"));
  for (const name of ["kro", "ack-dynamodb-controller"]) process.kill(processes[name].pid, signal);
}

const patch = (kind: string, name: string, body: object, type = "merge") =>
  inNamespace("patch", kind, name, `--type=${type}`, "-p", JSON.stringify(body));

describe("carts verify, on a sandbox of its own", function () {
  this.timeout("2m");
  this.bail(true);
  let aws: { endpoint: string; region: string; credentials: { accessKeyId: string; secretAccessKey: string } };

  before(async function () {
    this.timeout("45m");
    await sandbox.start();
    aws = {
      endpoint: sandbox.env.AWS_ENDPOINT_URL!,
      region: "us-west-2",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    };
    await sandbox.initStack("carts-stack", "e2e");
    configFile = join(sandbox.folder, "Pulumi.verify.yaml");
    const config = {
      "carts-stack:clusterName": CLUSTER,
      "carts-stack:context": "carts-sandbox",
      "carts-stack:timeouts": { create: "90s", update: "90s", delete: "90s" },
      "aws:region": "us-west-2",
    };
    const [salt] = /^encryptionsalt: .*$/m.exec(await readFile(join(CLONE, "Pulumi.sandbox.yaml"), "utf8"))!;
    await writeFile(configFile, `config: ${JSON.stringify(config)}\n${salt}\n`);
    await pulumi("config", "set", "--secret", "environment", JSON.stringify({ API_KEY: SECRET }));
  });
  after(async () => {
    await controllers("SIGCONT").catch(() => {});
    await sandbox.stop();
  });

  it("exits with 1 for a stack that has nothing yet", async () => {
    const { code, stdout, stderr } = await verify([]);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^error: stack e2e has no resources: there is nothing to verify yet$/m);
  });

  it("finds a stack that is up all right, makes every check, and exits with 0", async () => {
    await pulumi("up", "--yes", "--skip-preview");
    const { checks, off, healed, stdout } = await report();
    assert.deepEqual([off, healed], [[], []]);
    const schema = JSON.parse(await readFile(join(CLONE, "docs/verify.schema.json"), "utf8"));
    const valid = new Ajv2020().compile(schema);
    assert.ok(valid(JSON.parse(stdout)), JSON.stringify(valid.errors));
    const ids = new Set(checks.map(({ id }) => id));
    assert.deepEqual(
      schema.$defs.check.properties.id.enum.filter((id: string) => !ids.has(id)),
      ["expected"],
    );
  });

  it("prints a plain table where there is no terminal", async () => {
    const { code, stdout, stderr } = await verify([]);
    assert.equal(code, 0, stderr);
    assert.ok(!stdout.includes("\u001b"));
    assert.match(stdout, /^Service carts-kro\/carts\nok +type and ports +ClusterIP 80\/TCP +ClusterIP 80\/TCP$/m);
    assert.match(stdout, /^carts-stack\/e2e: all \d+ checks ok\n$/m);
  });

  it("prints it in colours, as wide as the terminal, where there is one", async () => {
    const line = `stty cols 90; node ${join(CLONE, "automation", "carts.mjs")} verify --stack e2e`;
    const env = { ...sandbox.env, CI: "", NO_COLOR: "" };
    const { stdout } = await run("script", ["-qec", line, "/dev/null"], { cwd: sandbox.folder, env });
    assert.ok(stdout.includes("\u001b[32mok"));
    const lines = stripVTControlCharacters(stdout).split("\r\n");
    const table = lines.slice(
      lines.findIndex((text) => /expected +found$/.test(text)),
      -1,
    );
    assert.ok(table.length > 20 && table.every(({ length }) => length <= 90));
  });

  it("only reads", async () => {
    const log = async () => (await readFile(sandbox.env.SANDBOX_AUDIT_LOG!, "utf8")).split("\n").length;
    const before = await log();
    await verify(["--heal"]);
    const lines = (await readFile(sandbox.env.SANDBOX_AUDIT_LOG!, "utf8"))
      .split("\n")
      .slice(before - 1)
      .filter(Boolean);
    const own = lines.map((line) => JSON.parse(line)).filter(({ user }) => user.username === "admin");
    assert.deepEqual(
      own
        .filter(({ verb }) => !["get", "list", "watch"].includes(verb))
        .map(({ verb, user, requestURI }) => [verb, user.username, requestURI]),
      [],
    );
  });

  it("exits with 1 and one line where it can't look", async () => {
    for (const [args, env, message] of [
      [["--context", "nowhere"], {}, /the cluster can't be reached: the kubeconfig has no context nowhere/],
      [[], { AWS_ENDPOINT_URL: "http://127.0.0.1:9" }, /AWS can't be asked: /],
      [["--timeout", "soon"], {}, /A time is written such as/],
    ] as const) {
      const { code, stdout, stderr } = await verify(args, env);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^\s+at /m);
    }
  });

  it("names what somebody changed in kro's children, and nothing else, and no secret", async () => {
    await controllers("SIGSTOP");
    await patch("configmap", "carts", { data: { RETAIL_CART_PERSISTENCE_PROVIDER: "in-memory" } });
    await inNamespace("annotate", "serviceaccount", "carts", "carts-stack/table-arn=other", "--overwrite");
    await patch("service", "carts", { spec: { selector: null } });
    await patch("service", "carts", [{ op: "replace", path: "/spec/ports/0/targetPort", value: 81 }], "json");
    await inNamespace("annotate", "table", "carts-table", "services.k8s.aws/deletion-policy=delete", "--overwrite");
    await inNamespace("set", "env", "deployment/carts", "API_KEY=another-one");
    await inNamespace("rollout", "status", "deployment/carts");
    const { off, stdout } = await report();
    assertOff(off, [
      'config-data ConfigMap carts-kro/carts: data.RETAIL_CART_PERSISTENCE_PROVIDER is "in-memory", not "dynamodb"',
      /^declared-fields ServiceAccount carts-kro\/carts: .*table-arn"\] is "other", not "arn:aws:dynamodb:/,
      /^declared-fields Service carts-kro\/carts: spec\.selector\S+ is missing, not "service"\n/,
      /^service-port Service carts-kro\/carts: spec\.ports\[name=http\]\.targetPort is 81, not "http"$/,
      /^table-retention Table carts-kro\/carts-table: .*deletion-policy"\] is "delete", not "retain"$/,
      /^declared-fields Deployment carts-kro\/carts: spec\..*env is another secret$/,
    ]);
    for (const text of [stdout, (await verify([])).stdout]) {
      assert.ok(!text.includes(SECRET) && !text.includes("another-one"));
    }
    await controllers("SIGCONT");
  });

  it("finds all well again when kro has put it back", async () => {
    const deadline = Date.now() + 30_000;
    while ((await verify([])).code !== 0 && Date.now() < deadline) await sleep(500);
    assert.deepEqual((await report()).off, []);
  });

  it("names a missing association, and the pods that have no credentials for it; a restart would not help", async () => {
    const eks = new EKSClient(aws);
    const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: CLUSTER }));
    const { associationId } = associations![0]!;
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName: CLUSTER, associationId }));
    // The sandbox's stand-in for EKS's webhook looks five times a second.
    await sleep(1500);
    await inNamespace("delete", "pods", "--all", "--wait=true");
    await inNamespace("rollout", "status", "deployment/carts");
    const { off, healed } = await report("--heal");
    assertOff(off, [
      "association Pod Identity association of carts-kro/carts: not there",
      /^pod-credentials Deployment carts-kro\/carts: missing in 1 of 1 pods: .*\nbecause there is no association$/,
    ]);
    assert.deepEqual(healed, []);
  });

  it("detects a pod that was admitted before the association, and heals it when told", async () => {
    await pulumi("up", "--yes", "--skip-preview", "--refresh");
    await sleep(1500);
    const { off } = await report();
    assertOff(off, [
      /^pod-credentials .*missing in 1 of 1 pods: .*\nthough there is .*: admitted before it could be used$/,
    ]);

    const { off: after, healed } = await report("--heal");
    assert.deepEqual([after, healed], [[], ["carts-kro/carts"]]);
  });

  it("heals so that kro leaves it", async () => {
    const restartedAt = () =>
      inNamespace("get", "deployment", "carts", "-o", "jsonpath={.spec.template.metadata.annotations}");
    assert.match(await restartedAt(), /kubectl\.kubernetes\.io\/restartedAt/);
    const pods = () => inNamespace("get", "pods", "-o", "jsonpath={.items[*].metadata.uid}");
    const before = await pods();
    // kro applies the whole Deployment again.
    await inNamespace("scale", "deployment/carts", "--replicas=2");
    const deadline = Date.now() + 20_000;
    while ((await report()).off.length > 0 && Date.now() < deadline) await sleep(500);
    assert.match(await restartedAt(), /kubectl\.kubernetes\.io\/restartedAt/);
    assert.equal(await pods(), before);
  });

  it("names what was changed in AWS, and what no longer runs", async () => {
    await controllers("SIGSTOP");
    const iam = new IAMClient(aws);
    const trust = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
    };
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: ROLE, PolicyDocument: JSON.stringify(trust) }));
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "dynamodb:GetItem", Resource: "*" }],
    };
    await iam.send(
      new PutRolePolicyCommand({ RoleName: ROLE, PolicyName: "carts-dynamo", PolicyDocument: JSON.stringify(policy) }),
    );
    const dynamodb = new DynamoDBClient(aws);
    const IndexName = "idx_global_customerId";
    await dynamodb.send(
      new UpdateTableCommand({ TableName: TABLE, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] }),
    );
    await inNamespace("scale", "deployment/carts", "--replicas=0");
    await inNamespace("rollout", "status", "deployment/carts");
    const conditions = [{ type: "ACK.ResourceSynced", status: "False", message: "AccessDenied" }];
    await inNamespace(
      "patch",
      "table",
      "carts-table",
      "--subresource=status",
      "--type=merge",
      "-p",
      JSON.stringify({ status: { conditions } }),
    );
    const { off } = await report();
    assertOff(off, [
      /^role-trust IAM role eks-workshop-auto-carts-dynamo: Statement[\s\S]*Principal\.Service is "ec2\.amazonaws\.com", not "pods/,
      /^role-policy IAM role eks-workshop-auto-carts-dynamo: Statement\[0\]\.Action is "dynamodb:GetItem", not \[/,
      "table-index DynamoDB table eks-workshop-auto-carts-kro: not there",
      "declared-fields Deployment carts-kro/carts: spec.replicas is 0, not 1",
      "rolled-out Deployment carts-kro/carts: 0/0",
      "pod-credentials Deployment carts-kro/carts: there is no pod",
      "endpoints Service carts-kro/carts: 0 ready of 0",
      "table-synced Table carts-kro/carts-table: ACK.ResourceSynced is False: AccessDenied, ACTIVE",
    ]);
  });

  it("names a changed instance and a changed RGD, a table that is gone, and a namespace that goes", async () => {
    const others = (await report()).off;
    const change = { spec: { imageVersion: "9.9.9" } };
    await kubectl("patch", "cartsstack", "carts-kro", "--type=merge", "-p", JSON.stringify(change));
    const readyWhen = [{ op: "add", path: "/spec/resources/0/readyWhen", value: [] }];
    await kubectl("patch", "resourcegraphdefinition", "cartsstack", "--type=json", "-p", JSON.stringify(readyWhen));
    await new DynamoDBClient(aws).send(new DeleteTableCommand({ TableName: TABLE }));
    await kubectl("delete", "namespace", "carts-kro", "--wait=false");
    await sleep(3000);
    const off = (await report()).off.filter((line) => !others.includes(line));
    for (const wanted of [
      /^instance-ready CartsStack default\/carts-kro: Ready is True, but of an earlier generation$/,
      /^instance-fields CartsStack default\/carts-kro: spec\.imageVersion is "9\.9\.9", not "1\.3\.0"$/,
      /^definition-ready ResourceGraphDefinition cartsstack: Ready is True, but of an earlier generation$/,
      /^definition-fields ResourceGraphDefinition cartsstack: spec\.resources\S+ is missing, not /,
      /^table-active DynamoDB table eks-workshop-auto-carts-kro: (not there|DELETING)$/,
      /^namespace-active Namespace carts-kro: Terminating$/,
      /^config-data ConfigMap carts-kro\/carts: not there$/,
    ]) {
      assert.ok(
        off.some((line) => wanted.test(line)),
        `${wanted} in\n${off.join("\n")}`,
      );
    }
  });
});
