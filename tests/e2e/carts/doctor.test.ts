import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rootCertificates } from "node:tls";
import { CreatePodIdentityAssociationCommand, EKSClient } from "@aws-sdk/client-eks";
import { CreateRoleCommand, DeleteRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { Ajv2020 } from "ajv/dist/2020.js";
import { parse, stringify } from "yaml";
import type { Diagnosis } from "../../../automation/doctor/index.ts";
import {
  apply,
  CLONE,
  CLUSTER_NAME as CLUSTER,
  get,
  isThere,
  type Json,
  kubectl,
  remove,
  Stack,
  sandbox,
  story,
  until,
} from "../kit/index.ts";

const stack = new Stack();
const ROLE = `${CLUSTER}-carts-dynamo`;
const PERMISSIONS = join(CLONE, "docs/kro-permissions.yaml");
const TRUST = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "pods.eks.amazonaws.com" }, Action: ["sts:AssumeRole", "sts:TagSession"] },
  ],
});
let configFile: string;

interface Run {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  readonly withStack?: boolean;
}

/** Runs `carts doctor`, whatever its exit code. */
async function run({ args = [], env = {}, withStack = true }: Run = {}) {
  const whose = withStack
    ? await stack.cartsArgs("doctor", configFile)
    : [join(CLONE, "automation/carts.mjs"), "doctor"];
  return sandbox.run("node", [...whose, ...args], { cwd: sandbox.folder, env: { ...sandbox.env, ...env } });
}

/** What it found, by id. The exit code must agree. */
async function findings(options: Run = {}) {
  const { code, stdout, stderr } = await run({ ...options, args: ["--json", ...(options.args ?? [])] });
  assert.ok(stdout, stderr);
  const diagnosis = JSON.parse(stdout) as Diagnosis;
  const isWrong = diagnosis.findings.some(({ verdict }) => verdict === "wrong");
  assert.deepEqual([code, diagnosis.verdict === "wrong"], isWrong ? [5, true] : [0, false], stderr);
  assert.ok(diagnosis.findings.every(({ verdict, remedy }) => (verdict === "ok") === (remedy === undefined)));
  return { diagnosis, of: Object.fromEntries(diagnosis.findings.map((one) => [one.id, one])) };
}

const wrongIds = ({ diagnosis }: Awaited<ReturnType<typeof findings>>): string[] =>
  diagnosis.findings.filter(({ verdict }) => verdict === "wrong").map(({ id }) => id);

/** That `up` does not begin, for the same reason, and has made nothing. */
async function upIsStopped(found: RegExp, ...args: string[]): Promise<void> {
  const { code, stdout, stderr } = await stack.carts("up", configFile, "--json", ...args);
  assert.equal(code, 4, stderr);
  const { cause, result } = JSON.parse(stdout);
  assert.deepEqual([result, cause.name], ["blocked", "ground"]);
  assert.match(cause.message, found);
  assert.deepEqual(
    (await stack.exported()).filter(({ custom }) => custom),
    [],
  );
  assert.ok(!(await isThere("rgd", "cartsstack")));
}

/** What the API server keeps about an object. */
const ITS_OWN = new Set(["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"]);

/** An object as it can be applied again. */
function anew(object: Json): object {
  const { status: _, metadata, ...others } = object as unknown as Readonly<Record<string, object>>;
  const own = Object.entries(metadata!).filter(([key]) => !ITS_OWN.has(key));
  return { ...others, metadata: Object.fromEntries(own) };
}

story("carts doctor", () => {
  let healthy: Diagnosis;

  before(async () => {
    await stack.init();
    configFile = await stack.configFile();
  });

  it("finds nothing wrong before anything is made, and says what it could not look at", async () => {
    const found = await findings();
    assert.deepEqual(wrongIds(found), []);
    const { of, diagnosis } = found;
    healthy = diagnosis;
    assert.deepEqual([diagnosis.project, diagnosis.stack], ["carts-stack", "e2e"]);
    assert.match(of["api-server"]!.found, /^https:\/\/127\.0\.0\.1:\d+\nas admin$/);
    assert.match(of["kro-permissions"]!.found, /^user kro, by the ClusterRoleBinding of kro's aggregated role: all/);
    assert.match(of["pod-identity-webhook"]!.found, /^MutatingAdmissionPolicy eks-pod-identity, in place of EKS's own/);
    assert.deepEqual(of["pod-identity-agent"]!.verdict, "warn");
    assert.match(of["pod-identity-agent"]!.found, /none of the 2 nodes is an EC2 instance/);
    assert.match(of["pod-identity-trial"]!.found, /^not checked: there is no ServiceAccount carts-kro\/carts/);
    assert.match(of["kro-running"]!.found, /^no Deployment of it is in the cluster/);
    assert.match(of.definition!.found, /not there yet, `carts up` makes it/);
  });

  it("says all of it in JSON as its schema has it, and in a plain table", async () => {
    const schema = JSON.parse(await readFile(join(CLONE, "docs/doctor.schema.json"), "utf8"));
    const valid = new Ajv2020().compile(schema);
    assert.ok(valid(healthy), JSON.stringify(valid.errors));
    assert.deepEqual(
      healthy.findings.map(({ id }) => id).toSorted(),
      schema.$defs.finding.properties.id.enum.toSorted(),
    );
    const { code, stdout } = await run();
    assert.equal(code, 0);
    assert.ok(!stdout.includes("\u001b"));
    assert.match(stdout, /^ok +same-cluster +the kubeconfig leads to that cluster +context carts-sandbox:$/m);
    assert.match(stdout, /^carts-stack\/e2e: .*\b\d+ ok\n$/m);
  });

  it("looks without a stack, and only reads", async () => {
    const from = sandbox.auditEnd();
    const { of, diagnosis } = await findings({
      withStack: false,
      env: { PULUMI_STACK: undefined },
      args: ["--cluster-name", CLUSTER],
    });
    assert.equal(diagnosis.stack, undefined);
    assert.equal(of["same-cluster"]!.verdict, "ok");
    assert.match(of["state-lock"]!.found, /^not checked: no stack/);
    const own = sandbox.audit<{ verb: string; user: { username: string }; requestURI: string }>(from);
    const written = own.filter(({ user }) => user.username === "admin").map(({ requestURI }) => requestURI);
    const reviews =
      /^\/apis\/(authorization\.k8s\.io\/v1\/subjectaccessreviews|authentication\.k8s\.io\/v1\/selfsubjectreviews)$/;
    assert.deepEqual(
      written.filter((uri) => !reviews.test(uri)),
      [],
    );
    const nameless = await findings({ withStack: false, env: { PULUMI_STACK: undefined } });
    assert.match(nameless.of["eks-cluster"]!.found, /^not checked: no EKS cluster is named$/);
  });

  it("broken cluster 1: kro may not make the kinds; what it says mends it, and up goes on only then", async () => {
    await kubectl("delete", "clusterrole", "kro-carts-stack");
    await until(
      "kro has lost it",
      async () => !JSON.stringify(await get("clusterrole", "kro:controller")).includes("tables"),
    );
    const found = await findings();
    assert.deepEqual(wrongIds(found), ["kro-permissions"]);
    const { found: text, remedy } = found.of["kro-permissions"]!;
    assert.match(text, /^user kro.* may not\n/);
    assert.match(text, /^get, list, watch, create, patch, delete tables\.dynamodb\.services\.k8s\.aws$/m);
    assert.match(text, /^get, list, watch pods$/m);
    assert.match(text, /^get, patch, update cartsstacks\.kro\.run\/status$/m);
    assert.match(remedy!, /^`kubectl apply -f docs\/kro-permissions\.yaml`/);
    await upIsStopped(/may not get, .*tables\.dynamodb.*kubectl apply -f docs\/kro-permissions\.yaml/);
    await kubectl("apply", "-f", PERMISSIONS);
    await until("it has it again", async () =>
      JSON.stringify(await get("clusterrole", "kro:controller")).includes("tables"),
    );
    assert.deepEqual(wrongIds(await findings()), []);
  });

  it("broken cluster 2: ACK's kind is missing", async () => {
    const name = "tables.dynamodb.services.k8s.aws";
    const crd = (await get("crd", name))!;
    await kubectl("delete", "crd", name);
    const found = await findings();
    assert.deepEqual(wrongIds(found), ["ack-kinds"]);
    assert.match(found.of["ack-kinds"]!.found, /^not served: Table \(dynamodb\.services\.k8s\.aws\/v1alpha1\)$/);
    await upIsStopped(/not served: Table .*install ACK/);
    await apply(anew(crd));
    await kubectl("wait", "--for=condition=Established", `crd/${name}`);
  });

  it("broken cluster 3: the kubeconfig leads to another cluster than clusterName", async () => {
    const config = parse(await kubectl("config", "view", "--raw", "--minify")) as Json;
    const ca = Buffer.from(rootCertificates[0]!).toString("base64");
    for (const { cluster } of config.clusters!) {
      Object.assign(cluster!, { server: "https://127.0.0.1:9", "certificate-authority-data": ca });
    }
    const file = join(sandbox.folder, "another.kubeconfig");
    await writeFile(file, stringify(config));
    const found = await findings({ args: ["--kubeconfig", file] });
    assert.deepEqual(wrongIds(found), ["same-cluster", "api-server"]);
    assert.match(
      found.of["same-cluster"]!.found,
      /leads to https:\/\/127\.0\.0\.1:9, and eks-workshop-auto is https:.*: two clusters$/,
    );
    assert.match(found.of["kro-permissions"]!.found, /^not checked: the API server is not reached$/);
    await upIsStopped(/two clusters: `aws eks update-kubeconfig --name eks-workshop-auto`/, "--kubeconfig", file);
  });

  it("broken cluster 4: kro is there, scaled to none, and its service account may do nothing", async () => {
    const labels = { "app.kubernetes.io/name": "kro" };
    const container = { name: "kro", image: "registry.k8s.io/kro/controller:v0.8.2" };
    const deployment = {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "kro", namespace: "default", labels },
      spec: {
        replicas: 0,
        selector: { matchLabels: labels },
        template: { metadata: { labels }, spec: { serviceAccountName: "kro", containers: [container] } },
      },
    };
    await apply(deployment);
    const found = await findings();
    assert.deepEqual(wrongIds(found), ["kro-running", "kro-permissions"]);
    assert.match(found.of["kro-running"]!.found, /^Deployment default\/kro: 0 of 0 available: it is scaled to none$/);
    assert.match(found.of["kro-permissions"]!.found, /^ServiceAccount default\/kro may not\n/);
    assert.match(found.of["kro-permissions"]!.remedy!, /--serviceaccount default:kro`$/);
    assert.equal(found.of["kro-version"]!.verdict, "warn");
    assert.match(found.of["kro-version"]!.found, /^0\.8\.2, by its Deployment default\/kro$/);
    await upIsStopped(/scaled to none: `kubectl scale deployment\/kro -n default --replicas 1`/);
    await remove(deployment);
  });

  it("broken cluster 5: nothing gives pods their credentials", async () => {
    const binding = (await get("mutatingadmissionpolicybinding", "eks-pod-identity"))!;
    await kubectl("delete", "mutatingadmissionpolicybinding", "eks-pod-identity");
    const eks = new EKSClient();
    const roleArn = "arn:aws:iam::000000000000:role/doctor";
    await new IAMClient().send(new CreateRoleCommand({ RoleName: "doctor", AssumeRolePolicyDocument: TRUST }));
    await eks.send(
      new CreatePodIdentityAssociationCommand({
        clusterName: CLUSTER,
        namespace: "carts-kro",
        serviceAccount: "carts",
        roleArn,
      }),
    );
    await kubectl("create", "namespace", "carts-kro");
    await kubectl("create", "serviceaccount", "carts", "-n", "carts-kro");
    const found = await findings();
    assert.deepEqual(wrongIds(found), [
      "pod-identity-webhook",
      "pod-identity-trial",
      "name-namespace",
      "name-association",
    ]);
    assert.match(
      found.of["pod-identity-webhook"]!.found,
      /^MutatingAdmissionPolicy eks-pod-identity, which nothing binds$/,
    );
    assert.match(
      found.of["pod-identity-trial"]!.found,
      /a new pod of it would lack AWS_CONTAINER_CREDENTIALS_FULL_URI/,
    );
    assert.match(found.of["name-namespace"]!.found, /^Namespace carts-kro exists, which kro did not make/);
    assert.match(found.of["name-association"]!.found, /exists: a-\w+, of arn:aws:iam::000000000000:role\/doctor$/);
    await apply(anew(binding));
  });

  it("names that are taken: role, RGD and instance of others", async () => {
    await new IAMClient().send(new CreateRoleCommand({ RoleName: ROLE, AssumeRolePolicyDocument: TRUST }));
    const schema = { apiVersion: "v1alpha1", kind: "CartsStack", spec: { size: "integer | required=true" } };
    const annotations = { "carts-stack/owner": "organization/shop/blue" };
    const metadata = { name: "cartsstack", annotations };
    await apply({
      apiVersion: "kro.run/v1alpha1",
      kind: "ResourceGraphDefinition",
      metadata,
      spec: { schema, resources: [] },
    });
    const found = await findings();
    const wrong = wrongIds(found);
    for (const id of ["definition", "name-role"]) assert.ok(wrong.includes(id), `${id}: ${wrong}`);
    assert.match(
      found.of.definition!.found,
      /^made by the stack organization\/shop\/blue\nrevision \w{12}, and this version's is /,
    );
    const others = await findings({
      withStack: false,
      env: { PULUMI_STACK: undefined },
      args: ["--cluster-name", CLUSTER],
    });
    assert.equal(others.of["name-role"]!.verdict, "warn");
    await new IAMClient().send(new DeleteRoleCommand({ RoleName: ROLE }));
  });

  it("AWS: no such cluster, nobody who answers, no region", async () => {
    const elsewhere = await findings({ args: ["--cluster-name", "nowhere"] });
    assert.match(elsewhere.of["eks-cluster"]!.found, /^there is no EKS cluster nowhere in us-west-2$/);
    const away = await findings({ env: { AWS_ENDPOINT_URL: "http://127.0.0.1:9" } });
    assert.equal(away.of["aws-account"]!.verdict, "wrong");
    assert.match(away.of["eks-cluster"]!.found, /^could not be looked at: AWS: /);
    assert.equal(away.of["kro-permissions"]!.verdict, "ok");
    const nowhere = { AWS_REGION: "", AWS_DEFAULT_REGION: "", AWS_CONFIG_FILE: "/dev/null" };
    const placeless = await findings({ withStack: false, env: { ...nowhere, PULUMI_STACK: undefined } });
    assert.equal(placeless.of["aws-region"]!.verdict, "wrong");
  });

  it("this machine and the state: no backend, no plugins, and what can't be meant is one error", async () => {
    const away = await findings({ env: { PULUMI_BACKEND_URL: "file:///dev/null/nothing" } });
    assert.equal(away.of["state-backend"]!.verdict, "wrong");
    assert.match(away.of["state-lock"]!.found, /^not checked: no stack is read$/);
    assert.equal(away.of["kro-installed"]!.verdict, "ok");
    for (const [args, said] of [
      [["--cluster-name", "not a name"], /^error: .*The name of an EKS cluster has 1 to 100/m],
      [["--region", "West"], /^error: .*A region is written such as us-west-2/m],
      [["--config-file", "nowhere.yaml"], /^error: there is no config file/m],
    ] as const) {
      const { code, stdout, stderr } = await run({ args });
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, said);
    }
  });
});
