import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { loadDefinition } from "../../../automation/stack/shippedDefinition.ts";
import { type Definition, type Instance, render } from "../../../packages/kro/index.ts";
import { FakeAws, iamAnswer } from "../aws/fakeAws.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { type FakePulumi, fakePulumi, printJson } from "../stack/fakePulumi.ts";
import { withCredentials } from "../update/live/objects.ts";

const COUNT = 300;
/** Megabytes that a command may take at the most: the aim is 300, and the garbage collector comes when it likes. */
const MOST = 340;
const CARTS = join(import.meta.dirname, "../../../automation/carts.mjs");
const PEAK = `data:text/javascript,process.on("exit",()=>console.error("peak",process.resourceUsage().maxRSS))`;
const PROVIDER = "urn:pulumi:dev::carts-stack::pulumi:providers:kubernetes::own";
const AWS = "urn:pulumi:dev::carts-stack::pulumi:providers:aws::own";
const ACK = "dynamodb.services.k8s.aws/v1alpha1";
const numbers = Array.from({ length: COUNT }, (_, i) => i);

/** Objects as an API server has them: with who has written what. */
const managedFields = ["kro", "kube-controller-manager"].map((manager) => ({
  ...{ manager, operation: "Apply", time: "2026-01-01T00:00:00Z" },
  fieldsV1: Object.fromEntries(numbers.slice(0, 20).map((i) => [`f:field${i}`, { "f:one": {}, "f:two": {} }])),
}));

const instanceOf = (i: number) => ({
  ...{ apiVersion: "kro.run/v1alpha1", kind: "CartsStack", metadata: { name: `carts-${i}`, namespace: "default" } },
  spec: { tableName: `c-carts-${i}`, namespace: `carts-${i}` },
});

/** What a controller says of an object that is well. */
const STATUS: Readonly<Record<string, object>> = {
  Namespace: { phase: "Active" },
  Table: { tableStatus: "ACTIVE", conditions: [{ type: "ACK.ResourceSynced", status: "True" }] },
  Deployment: { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
};

function resource(type: string, name: string, id: string, inputs: object, provider = AWS) {
  const urn = `urn:pulumi:dev::carts-stack::${type}::${name}`;
  return { urn, type, id, inputs, custom: true, provider: `${provider}::1` };
}

describe("commands on a stack of three hundred instances", () => {
  const server = new FakeApiServer();
  const aws = new FakeAws();
  let pulumi: FakePulumi;
  let env: NodeJS.ProcessEnv;

  before(async () => {
    const shipped = await loadDefinition();
    const definition = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", ...shipped } as Definition;
    const kubeconfig = (await server.start()).exportConfig();
    await aws.start();
    for (const [apiVersion, kind, name, namespaced = true] of [
      ["kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false],
      ["kro.run/v1alpha1", "CartsStack", "cartsstacks"],
      ["v1", "Namespace", "namespaces", false],
      ...[
        ["v1", "Pod", "pods"],
        ["v1", "Event", "events"],
        ["v1", "ConfigMap", "configmaps"],
      ],
      ...[
        ["v1", "ServiceAccount", "serviceaccounts"],
        ["v1", "Service", "services"],
      ],
      ...[
        ["apps/v1", "Deployment", "deployments"],
        [ACK, "Table", "tables"],
      ],
      ["discovery.k8s.io/v1", "EndpointSlice", "endpointslices"],
    ] as [string, string, string, boolean?][]) {
      server.serve(apiVersion, kind, name, namespaced);
    }
    const ready = { conditions: [{ type: "Ready", status: "True" }] };
    const put = (object: object, more: object = {}) => {
      const plain = JSON.parse(JSON.stringify(object));
      const created = { creationTimestamp: "2026-01-01T00:00:00Z", managedFields };
      server.put({ ...plain, metadata: { ...plain.metadata, ...created }, ...more });
    };
    put(definition, { status: ready });
    const resources: object[] = [
      { urn: PROVIDER, type: "pulumi:providers:kubernetes", id: "1", custom: true, inputs: { kubeconfig } },
      {
        urn: AWS,
        type: "pulumi:providers:aws",
        id: "1",
        custom: true,
        inputs: { region: "eu-north-1", accessKey: "A", secretKey: "s" },
      },
      resource("kubernetes:kro.run/v1alpha1:ResourceGraphDefinition", "api", "api", definition, PROVIDER),
    ];
    for (const i of numbers) {
      const instance = instanceOf(i);
      put(instance, { status: ready });
      for (const { object } of render(definition, instance as unknown as Instance).children) {
        const labels = { ...(object.metadata.labels as object | undefined), "kro.run/instance-name": `carts-${i}` };
        put({ ...object, metadata: { ...object.metadata, labels } }, { status: STATUS[object.kind] });
        if (object.kind !== "Deployment") continue;
        const { template } = object.spec as unknown as {
          readonly template: { readonly metadata: object; readonly spec: object };
        };
        const metadata = { ...template.metadata, name: "p", namespace: `carts-${i}` };
        const pod = withCredentials({ apiVersion: "v1", kind: "Pod", metadata, spec: template.spec } as never);
        put(pod, { status: { phase: "Running", ...ready } });
      }
      const arn = `arn:aws:iam::000000000000:role/r-${i}`;
      const association = { clusterName: "c", namespace: `carts-${i}`, serviceAccount: "carts", roleArn: arn };
      resources.push(
        resource("aws:iam/role:Role", `role-${i}`, `r-${i}`, { assumeRolePolicy: "{}" }),
        resource("aws:iam/rolePolicy:RolePolicy", `policy-${i}`, `r-${i}:p`, { policy: "{}" }),
        resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", `a-${i}`, `a-${i}`, association),
        resource("kubernetes:kro.run/v1alpha1:CartsStack", `carts-${i}`, `default/carts-${i}`, instance, PROVIDER),
      );
      aws.answers[`GET /clusters/c/pod-identity-associations/a-${i}`] = {
        body: JSON.stringify({ association: { ...association, associationId: `a-${i}` } }),
      };
    }
    aws.answers["GET /clusters/c/pod-identity-associations"] = {
      body: JSON.stringify({
        associations: numbers.map((i) => ({
          associationId: `a-${i}`,
          namespace: `carts-${i}`,
          serviceAccount: "carts",
        })),
      }),
    };
    aws.answers.GetCallerIdentity = iamAnswer("GetCallerIdentity", "<Account>000000000000</Account>");
    aws.answers.GetRole = iamAnswer(
      "GetRole",
      "<Role><AssumeRolePolicyDocument>%7B%7D</AssumeRolePolicyDocument></Role>",
    );
    aws.answers.GetRolePolicy = iamAnswer("GetRolePolicy", "<PolicyDocument>%7B%7D</PolicyDocument>");
    aws.answers.DescribeTable = { body: JSON.stringify({ Table: { TableStatus: "ACTIVE" } }) };
    pulumi = await fakePulumi({
      "stack export": printJson({ version: 3, deployment: { resources } }),
      "stack history": "echo '[]'",
    });
    env = { ...process.env, ...pulumi.env };
  });
  after(async () => {
    server.stop();
    aws.stop();
    await pulumi.remove();
  });

  /** Runs a command, whatever its exit code; gives what it prints, and its peak memory in MB. */
  async function run(command: string) {
    const args = [`--import=${PEAK}`, CARTS, command, "--stack", "dev", "--cwd", pulumi.cwd];
    const options = { env, maxBuffer: 1 << 28 };
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
    return {
      stdout: stdout as string,
      stderr: stderr as string,
      peak: Number(/^peak (\d+)$/m.exec(stderr)?.[1]) / 1024,
    };
  }

  it("show them in a summary, and take little memory", async () => {
    const { stdout, stderr, peak } = await run("status");
    assert.equal(stdout.split("\n")[1], `${COUNT} instances: ${COUNT} ready`, stdout + stderr);
    assert.ok(peak < MOST, `${peak.toFixed(0)} MB`);
  });

  it("verify them, and take little memory", async () => {
    const { stdout, stderr, peak } = await run("verify");
    assert.ok(
      stdout.split("\n").filter((line) => line.startsWith("CartsStack default/carts-")).length >= COUNT,
      stdout.slice(0, 2000) + stderr,
    );
    assert.ok(peak < MOST, `${peak.toFixed(0)} MB`);
  });
});
