import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { DeleteTableCommand, DynamoDBClient, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import {
  DeletePodIdentityAssociationCommand,
  EKSClient,
  ListPodIdentityAssociationsCommand,
} from "@aws-sdk/client-eks";
import { IAMClient, PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Verification } from "../../automation/verify/index.ts";
import {
  CLONE,
  CLUSTER_NAME as CLUSTER,
  get,
  isThere,
  kubectl,
  patch as patchObject,
  patchStatus,
  Stack,
  sandbox,
  story,
  until,
} from "./kit/index.ts";

const stack = new Stack();
const ROLE = `${CLUSTER}-carts-dynamo`;
const TABLE = `${CLUSTER}-carts-kro`;
const SECRET = "an-api-key-nobody-may-see";

const NAMESPACE = ["-n", "carts-kro"];
const inNamespace = (...args: string[]) => kubectl(...NAMESPACE, ...args);
const patch = (kind: string, name: string, change: object) => patchObject(kind, name, change, ...NAMESPACE);
let configFile: string;

/** Runs `carts verify`, whatever its exit code. */
const verify = async (args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) =>
  sandbox.run("node", [...(await stack.cartsArgs("verify", configFile)), ...args], {
    cwd: sandbox.folder,
    env: { ...sandbox.env, ...env },
  });

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

/** What else is not ok while pods crash for want of credentials. */
const OF_CRASHING_PODS = [
  /^instance-ready CartsStack default\/carts-kro: Ready is False: (.|\n)*"deployment": readyWhen/,
  /^rolled-out Deployment carts-kro\/carts: 0\/1\n[\s\S]*CrashLoopBackOff: container carts ended (once, with|\d+ times, last with) \w+, exit code \d+/,
  "endpoints Service carts-kro/carts: 0 ready of 1",
];

/** That exactly these checks are not ok. Each is the beginning of its line, or a pattern. */
function assertOff(off: readonly string[], wanted: readonly (string | RegExp)[]): void {
  const missing = wanted.filter(
    (one) => !off.some((line) => (typeof one === "string" ? line.startsWith(one) : one.test(line))),
  );
  assert.deepEqual(missing, [], off.join("\n"));
  assert.equal(off.length, wanted.length, off.join("\n"));
}

/** Whether pods that are admitted now get credentials: what the sandbox's stand-in for EKS's webhook goes by. */
async function counts(): Promise<boolean> {
  const { data } = (await get("configmap", "eks-pod-identity-associations", "-n", "kube-system"))!;
  return "carts-kro.carts" in data!;
}

/** Those who would put right what a test breaks. */
const CONTROLLERS = ["kro", "ack-dynamodb-controller"];

story("carts verify", () => {
  before(async () => {
    await stack.init();
    configFile = await stack.configFile();
    const secret = JSON.stringify({ API_KEY: SECRET });
    await stack.succeed("config set --secret environment", configFile, { args: [secret] });
  });

  it("exits with 1 for a stack that has nothing yet", async () => {
    const { code, stdout, stderr } = await verify();
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, /^error: stack e2e has no resources: there is nothing to verify yet$/m);
  });

  it("finds a stack that is up all right, makes every check, and exits with 0", async () => {
    await stack.up(configFile);
    const { checks, off, healed, stdout } = await report();
    assert.deepEqual([off, healed], [[], []]);
    const schema = JSON.parse(await readFile(join(CLONE, "docs/verify.schema.json"), "utf8"));
    const valid = new Ajv2020().compile(schema);
    assert.ok(valid(JSON.parse(stdout)), JSON.stringify(valid.errors));
    const ids = new Set(checks.map(({ id }) => id));
    assert.deepEqual(
      schema.$defs.check.properties.id.enum.filter((id: string) => !ids.has(id)),
      // The workshop's table has no guards, and its identity is Pulumi's.
      ["expected", "other-cluster", "role-synced", "association-synced", "table-guards"],
    );
  });

  it("prints a plain table where there is no terminal", async () => {
    const { code, stdout, stderr } = await verify();
    assert.equal(code, 0, stderr);
    assert.ok(!stdout.includes("\u001b"));
    assert.match(stdout, /^Service carts-kro\/carts\nok +type and ports +ClusterIP 80\/TCP +ClusterIP 80\/TCP$/m);
    assert.match(stdout, /^carts-stack\/e2e: all \d+ checks ok\n$/m);
  });

  it("prints it in colours, as wide as the terminal, where there is one", async () => {
    const { stdout } = await stack.onTerminal("verify", configFile, 90);
    assert.ok(stdout.includes("\u001b[32mok"));
    const lines = stripVTControlCharacters(stdout).split("\r\n");
    const table = lines.slice(
      lines.findIndex((text) => /expected +found$/.test(text)),
      -1,
    );
    assert.ok(table.length > 20 && table.every(({ length }) => length <= 90));
  });

  it("only reads", async () => {
    const from = sandbox.auditEnd();
    await verify(["--heal"]);
    const own = sandbox.audit<{ verb: string; user: { username: string }; requestURI: string }>(from);
    assert.deepEqual(
      own
        .filter(({ verb, user }) => user.username === "admin" && !["get", "list", "watch"].includes(verb))
        .map(({ verb, requestURI }) => [verb, requestURI]),
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
    sandbox.signal("SIGSTOP", ...CONTROLLERS);
    await patch("configmap", "carts", { data: { RETAIL_CART_PERSISTENCE_PROVIDER: "in-memory" } });
    await inNamespace("annotate", "serviceaccount", "carts", "carts-stack/table-arn=other", "--overwrite");
    await patch("service", "carts", { spec: { selector: null } });
    await patch("service", "carts", [{ op: "replace", path: "/spec/ports/0/targetPort", value: 81 }]);
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
    for (const text of [stdout, (await verify()).stdout]) {
      assert.ok(!text.includes(SECRET) && !text.includes("another-one"));
    }
    sandbox.signal("SIGCONT", ...CONTROLLERS);
  });

  it("finds all well again when kro has put it back", async () => {
    await until("all is well", async () => (await verify()).code === 0);
    assert.deepEqual((await report()).off, []);
  });

  const crashes = async () => {
    const reason = "jsonpath={.items[*].status.containerStatuses[*].state.waiting.reason}";
    return (await inNamespace("get", "pods", "-o", reason)) === "CrashLoopBackOff";
  };

  it("names a missing association, and the pods that have no credentials for it; a restart would not help", async () => {
    const eks = new EKSClient();
    const { associations } = await eks.send(new ListPodIdentityAssociationsCommand({ clusterName: CLUSTER }));
    const { associationId } = associations![0]!;
    await eks.send(new DeletePodIdentityAssociationCommand({ clusterName: CLUSTER, associationId }));
    await until("it no longer counts", async () => !(await counts()));
    await inNamespace("delete", "pods", "--all", "--wait=true");
    await until("the new pod crashes", crashes);
    const { off, healed } = await report("--heal");
    assertOff(off, [
      "association Pod Identity association of carts-kro/carts: not there",
      ...OF_CRASHING_PODS,
      /^pod-credentials Deployment carts-kro\/carts: missing in 1 of 1 pods: .*\nbecause there is no association$/,
    ]);
    assert.deepEqual(healed, []);
  });

  it("detects a pod that was admitted before the association, and heals it when told", async () => {
    await stack.up(configFile, { args: ["--refresh"] });
    await until("the association counts", counts);
    const { off } = await report();
    assertOff(off, [
      ...OF_CRASHING_PODS,
      /^pod-credentials .*missing in 1 of 1 pods: .*\nthough there is .*: admitted before it could be used$/,
    ]);

    const { healed } = await report("--heal");
    assert.deepEqual(healed, ["carts-kro/carts"]);
    // kro looks at the Deployment when it comes to it.
    await until("all is well", async () => (await verify()).code === 0);
  });

  it("heals so that kro leaves it", async () => {
    const restartedAt = () =>
      inNamespace("get", "deployment", "carts", "-o", "jsonpath={.spec.template.metadata.annotations}");
    assert.match(await restartedAt(), /kubectl\.kubernetes\.io\/restartedAt/);
    const pods = () => inNamespace("get", "pods", "-o", "jsonpath={.items[*].metadata.uid}");
    const before = await pods();
    // kro applies the whole Deployment again.
    await inNamespace("scale", "deployment/carts", "--replicas=2");
    await until("kro has put it back", async () => (await report()).off.length === 0);
    assert.match(await restartedAt(), /kubectl\.kubernetes\.io\/restartedAt/);
    assert.equal(await pods(), before);
  });

  it("names what was changed in AWS, and what no longer runs", async () => {
    sandbox.signal("SIGSTOP", ...CONTROLLERS);
    const iam = new IAMClient();
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
    const dynamodb = new DynamoDBClient();
    const IndexName = "idx_global_customerId";
    await dynamodb.send(
      new UpdateTableCommand({ TableName: TABLE, GlobalSecondaryIndexUpdates: [{ Delete: { IndexName } }] }),
    );
    await inNamespace("scale", "deployment/carts", "--replicas=0");
    await inNamespace("rollout", "status", "deployment/carts");
    const conditions = [{ type: "ACK.ResourceSynced", status: "False", message: "AccessDenied" }];
    await patchStatus("table", "carts-table", { conditions }, ...NAMESPACE);
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
    await patchObject("cartsstack", "carts-kro", { spec: { imageVersion: "9.9.9" } });
    const readyWhen = [{ op: "add", path: "/spec/resources/0/readyWhen", value: [] }];
    await patchObject("resourcegraphdefinition", "cartsstack", readyWhen);
    await new DynamoDBClient().send(new DeleteTableCommand({ TableName: TABLE }));
    await kubectl("delete", "namespace", "carts-kro", "--wait=false");
    await until("what is in the namespace goes", async () => !(await isThere("configmap", "carts", "-n", "carts-kro")));
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
