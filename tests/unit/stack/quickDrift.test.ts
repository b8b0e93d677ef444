import assert from "node:assert/strict";
import { quickDrift } from "../../../automation/stack/quickDrift.ts";
import { type ResourceState, readState } from "../../../automation/stack/state.ts";
import { driftLines } from "../../../packages/kro-preview/index.ts";
import { FakeAws, iamAnswer, iamError } from "../aws/fakeAws.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";

const API = "kro.run/v1alpha1";
const SECRET = "an-api-key-nobody-may-see";
const urn = (type: string, name: string) => `urn:pulumi:dev::p::${type}::${name}`;
const PROVIDER = urn("pulumi:providers:kubernetes", "cluster");
const secret = (text: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(text),
});
const POLICY = JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: ["a:b"] }] });
const ROLE = (policy: string) =>
  `<Role><RoleName>r</RoleName><Arn>arn:r</Arn><AssumeRolePolicyDocument>${encodeURIComponent(policy)}</AssumeRolePolicyDocument></Role>`;

describe("a quick look at what a stack has", () => {
  const { KUBECONFIG, PATH } = process.env;
  let server: FakeApiServer;
  let aws: FakeAws;
  let provider: ResourceState;

  beforeEach(async () => {
    delete process.env.KUBECONFIG;
    process.env.PATH = "/nowhere";
    aws = new FakeAws();
    await aws.start();
    server = new FakeApiServer();
    const kubeconfig = (await server.start()).exportConfig();
    server.serve("v1", "ConfigMap", "configmaps");
    server.serve(API, "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve(API, "CartsStack", "cartsstacks");
    provider = { urn: PROVIDER, type: "pulumi:providers:kubernetes", custom: true, id: "1", inputs: { kubeconfig } };
  });
  afterEach(() => {
    process.env.PATH = PATH;
    if (KUBECONFIG !== undefined) process.env.KUBECONFIG = KUBECONFIG;
    server.stop();
    aws.stop();
  });

  const environment = [{ name: "API_KEY", value: SECRET }];
  const metadata = { name: "carts", namespace: "default" };
  /** As the last update left it: what the API server has filled in is among the outputs alone. */
  const instance = (over: Partial<ResourceState> = {}): ResourceState => {
    const type = `kubernetes:${API}:CartsStack`;
    const spec = { replicas: 1, environment: [{ name: "API_KEY", value: secret(SECRET) }] };
    return {
      ...{ urn: urn(type, "carts"), type, custom: true, id: "default/carts", provider: `${PROVIDER}::1` },
      inputs: { metadata, spec },
      outputs: { __fieldManager: "pulumi-kubernetes-1", metadata, spec: { ...spec, filledIn: true } },
      ...over,
    };
  };
  const put = (spec: object, manager = "kubectl-patch") =>
    server.put({
      apiVersion: API,
      kind: "CartsStack",
      metadata: { ...metadata, managedFields: [{ manager, fieldsV1: { "f:spec": { "f:replicas": {} } } }] } as never,
      spec,
    });
  const role: ResourceState = {
    ...{ urn: urn("aws:iam/role:Role", "role"), type: "aws:iam/role:Role", custom: true, id: "r" },
    provider: `${urn("pulumi:providers:aws", "own")}::1`,
    inputs: { name: "r", assumeRolePolicy: POLICY },
  };
  const AWS: ResourceState = {
    ...{ urn: urn("pulumi:providers:aws", "own"), type: "pulumi:providers:aws", custom: true, id: "1" },
    inputs: { region: "eu-north-1", accessKey: "AKID", secretKey: "s" },
  };

  async function look(...resources: ResourceState[]) {
    const stack = readState({ resources: [provider, AWS, ...resources] }, "p", "dev");
    const { strays, notes } = await quickDrift(stack, { cwd: "/nowhere" });
    return { strays, notes, lines: driftLines(strays.map(({ drift }) => drift)) };
  }

  it("finds nothing where all is as it was, whatever others have added", async () => {
    put({ replicas: 1, environment, filledIn: true, byAnother: 1 });
    aws.answers.GetRole = iamAnswer("GetRole", ROLE(POLICY));
    assert.deepEqual(await look(instance(), role), { strays: [], notes: [], lines: [] });
  });

  it("finds a field that somebody changed, who, and what an update needs first if Pulumi does not take it from them", async () => {
    put({ replicas: 3, environment });
    assert.deepEqual((await look(instance())).lines, [
      "~ kubernetes:kro.run/v1alpha1:CartsStack carts: changed",
      "    - spec.replicas: 1",
      "    + spec.replicas: 3, by kubectl-patch",
    ]);
    put({ replicas: 3, environment }, "argo");
    const [field] = (await look(instance())).strays[0]!.drift.fields;
    assert.match(field!.release!, /^kubectl patch cartsstack\.kro\.run\/carts -n default --type json -p '.*"argo"/);
  });

  it("tells that a secret differs, never what it is, wherever it has come to", async () => {
    put({ replicas: 1, environment: [{ name: "AAA", value: "plain" }, ...environment] });
    const { strays, lines } = await look(instance());
    assert.ok(lines.length > 1);
    assert.ok(!`${lines}${JSON.stringify(strays)}`.includes(SECRET), lines.join("\n"));
    put({ replicas: 1, environment: [{ name: "API_KEY", value: "another-one" }] });
    const other = await look(instance());
    assert.deepEqual(other.lines.slice(1), [
      "    - spec.environment[name=API_KEY].value: [secret]",
      "    + spec.environment[name=API_KEY].value: [secret]",
    ]);
  });

  it("finds what is gone, or another of the same name, and what differs in AWS", async () => {
    aws.answers.GetRole = iamAnswer("GetRole", ROLE(POLICY.replace("a:b", "a:c")));
    assert.deepEqual((await look(instance(), role)).lines, [
      "~ aws:iam/role:Role role: changed",
      "    ~ assumeRolePolicy",
      "- kubernetes:kro.run/v1alpha1:CartsStack carts: deleted",
    ]);
    aws.answers.GetRole = iamError(404, "NoSuchEntity");
    assert.deepEqual((await look(role)).lines, ["- aws:iam/role:Role role: deleted"]);
    put({ replicas: 1, environment });
    const { outputs } = instance();
    const was = instance({ outputs: { ...outputs, metadata: { ...metadata, uid: "of-before" } } });
    assert.match((await look(was)).lines[1]!, /- metadata\.uid: "of-before"/);
  });

  it("takes nothing for gone that it could not ask for, and says so", async () => {
    server.refused.set("/apis/kro.run/v1alpha1/namespaces/default/cartsstacks/carts", 403);
    aws.answers.GetRole = iamError(403, "AccessDenied");
    const forbidden = await look(instance(), role);
    assert.deepEqual(forbidden.strays, []);
    assert.equal(forbidden.notes.length, 2);
    assert.ok(
      forbidden.notes.some((note) => /^Whether carts is as the last update .*: the API server .*403/.test(note)),
    );
    // A machine that answers 404 to everything is none that knows.
    server.refused.set("/apis/kro.run/v1alpha1", 404);
    server.refused.set("/api/v1", 404);
    assert.deepEqual((await look(instance())).strays, []);
    server.stop();
    const away = await look(instance());
    assert.deepEqual([away.strays, away.notes.length], [[], 1]);
  });
});
