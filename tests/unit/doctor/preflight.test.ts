import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { preflight } from "../../../automation/doctor/index.ts";
import { type OpenStack, type ResourceState, readState } from "../../../automation/stack/index.ts";
import { groundCause } from "../../../automation/update/causes/ground.ts";
import { FakeAws, iamError } from "../aws/fakeAws.ts";
import type { FakeApiServer } from "../live/fakeApiServer.ts";
import { answerAll, apiServer, CLUSTER, eksAnswer, kubeconfigOf } from "./ground.ts";

const aws = new FakeAws();
let server: FakeApiServer;
let notes: string[];
/** Of the kubeconfig's cluster. */
let authority: object | undefined;

/** What stops an `up` of a stack with this config, and these resources. */
async function stops(
  config: Readonly<Record<string, unknown>> = { clusterName: CLUSTER },
  resources: readonly ResourceState[] = [],
): Promise<readonly string[]> {
  const cwd = await mkdtemp(join(tmpdir(), "doctor-"));
  const all = {
    "aws:region": "us-west-2",
    ...Object.fromEntries(Object.entries(config).map(([key, value]) => [`carts-stack:${key}`, value])),
  };
  await writeFile(join(cwd, "Pulumi.dev.yaml"), JSON.stringify({ config: all }));
  const open = { stack: { name: "dev" }, project: "carts-stack", cwd, configFile: undefined } as OpenStack;
  notes = [];
  const { signal } = new AbortController();
  const options = { kubeconfig: kubeconfigOf(server.url, authority), signal, note: (text: string) => notes.push(text) };
  return (await preflight(open, readState({ resources }, "carts-stack", "dev"), options)).map(({ id }) => id);
}

const kro = (replicas: number, available: number) => {
  const labels = { "app.kubernetes.io/name": "kro" };
  const metadata = { name: "kro", namespace: "kro-system", labels };
  server.put({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata,
    spec: { replicas },
    status: { availableReplicas: available },
  });
};

describe("the look that up takes before it begins", () => {
  beforeEach(async () => {
    authority = undefined;
    server = apiServer();
    await Promise.all([server.start(), aws.start()]);
    answerAll(aws);
    aws.answers[`GET /clusters/${CLUSTER}`] = eksAnswer({ endpoint: server.url });
    kro(1, 1);
  });
  afterEach(() => {
    server.stop();
    aws.stop();
  });
  const deny = () => {
    server.admit = (object) => ({ ...object, status: { allowed: false } });
  };

  it("lets a good cluster pass, and ends with the doctor's own remedy where one is wrong", async () => {
    assert.deepEqual(await stops(), []);
    deny();
    assert.deepEqual(await stops(), ["kro-permissions"]);
    assert.deepEqual(notes, []);
    const finding = {
      id: "a",
      topic: "kro",
      verdict: "wrong",
      found: "it\nis broken",
      wanted: "",
      remedy: "mend it",
    } as const;
    const { name, message } = groundCause([finding, { ...finding, id: "b" }])!;
    assert.equal(name, "ground");
    assert.match(
      message,
      /^nothing was changed: it, is broken: mend it \(a\); it, is broken: mend it \(b\)\. `carts doctor` looks at/,
    );
    assert.equal(groundCause([]), undefined);
  });

  it("stops for another account, and another cluster", async () => {
    const arn = "arn:aws:iam::999999999999:role/r";
    const role = {
      urn: "urn:pulumi:dev::p::aws:iam/role:Role::r",
      type: "aws:iam/role:Role",
      id: "r",
      custom: true,
      outputs: { arn },
    };
    assert.deepEqual(await stops({ clusterName: CLUSTER }, [role]), ["aws-account"]);
    const certificateAuthority = { data: Buffer.from("another").toString("base64") };
    aws.answers[`GET /clusters/${CLUSTER}`] = eksAnswer({ certificateAuthority });
    authority = {
      "certificate-authority-data": Buffer.from("own").toString("base64"),
      "insecure-skip-tls-verify": true,
    };
    assert.deepEqual(await stops(), ["same-cluster"]);
  });

  it("does not stop for what may pass by itself, or can't be looked at", async () => {
    kro(1, 0);
    assert.deepEqual(await stops(), []);
    kro(0, 0);
    assert.deepEqual(await stops(), ["kro-running"]);
    kro(1, 1);
    deny();
    server.refused.set("/apis/authorization.k8s.io/v1/subjectaccessreviews", 403);
    assert.deepEqual(await stops(), []);
    server.refused.set("/api/v1", "never");
    assert.deepEqual(await stops(), []);
  });

  it("asks nothing of what the update itself brings, and tells of a program that isn't known", async () => {
    deny();
    for (const more of [{ createCluster: true }, { controllers: "helm" }, { controllers: "capability" }]) {
      assert.deepEqual(await stops({ clusterName: CLUSTER, ...more }), []);
    }
    assert.deepEqual(await stops({ clusterName: CLUSTER, controllers: "none" }), ["kro-permissions"]);
    assert.deepEqual(await stops({ clusterName: CLUSTER, createDefinition: false }), []);
    assert.deepEqual(await stops({}), []);
    assert.match(notes.join(), /^kro-permissions: ServiceAccount kro-system\/default may not get, list/);
    aws.answers.GetCallerIdentity = iamError(403, "ExpiredToken");
    assert.deepEqual(await stops({ clusterName: CLUSTER, createCluster: true }), []);
  });
});
