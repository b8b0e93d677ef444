import assert from "node:assert/strict";
import { DEFINITION_NAME, definitionOf, type Identities } from "../../../components/definition/cartsDefinition.ts";
import { API_VERSION, KIND } from "../../../components/definition/cartsSchema.ts";
import { rolePolicy } from "../../../components/identity/rolePolicy.ts";
import { podTrustPolicy } from "../../../components/identity/trustPolicy.ts";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { toCel } from "../../../packages/kro/cel/unstructured.ts";
import {
  breakingChanges,
  buildGraph,
  type Definition,
  type Instance,
  render,
  type Value,
} from "../../../packages/kro/index.ts";

type Json = { [key: string]: Json } & Json[] & string;
const of = (...identities: Identities) =>
  ({ metadata: { name: DEFINITION_NAME }, spec: definitionOf(identities) }) as unknown as Definition;
const BOTH = of("pulumi", "ack");
const ARN = "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/c-carts-shop";

/** What kro makes of an instance, once ACK has made what it refers to. */
function childrenOf(spec: object, definition = BOTH, name = "shop") {
  const instance = {
    apiVersion: API_VERSION,
    kind: KIND,
    metadata: { name, namespace: "default" },
    spec: { tableName: "c-carts-shop", namespace: "shop", ...spec },
  } as unknown as Instance;
  const status = { ackResourceMetadata: { arn: ARN } };
  const table = {
    apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
    kind: "Table",
    metadata: { name: "carts-table" },
    status,
  };
  const role = {
    apiVersion: "iam.services.k8s.aws/v1alpha1",
    kind: "Role",
    metadata: { name: "carts-role", namespace: "shop" },
    status: { ackResourceMetadata: { arn: "arn:aws-cn:iam::111122223333:role/made" } },
  };
  const observed = new Map<string, object>([
    ["table", table],
    ["tableSeen", table],
    ["roles", [role]],
  ]) as unknown as ReadonlyMap<string, Value>;
  const { children } = render(definition, instance, { observed });
  const node = (id: string) =>
    children.filter((child) => child.node === id).map(({ object }) => object as unknown as Json);
  return { children, node };
}

describe("the RGD with identities of ACK's", () => {
  it("is without them what it would be if there were none", () => {
    const { schema, resources } = structuredClone(definitionOf(["pulumi", "ack"])) as {
      schema: Json;
      resources: Json[];
    };
    delete schema.spec!.identity;
    for (const part of ["role", "association"]) delete schema.status!.missing![part];
    for (const part of ["roleARN", "associationID"]) delete schema.status![part];
    const own = resources.filter(({ id }) => !["tableSeen", "roles", "associations"].includes(id as string));
    const plain = definitionOf(["pulumi"]) as { resources: Json[] };
    const inPlain = (id: string) => plain.resources.find((node) => (node.id as string) === id)!.template!;
    const inBoth = (id: string) => own.find((node) => (node.id as string) === id)!.template!;
    delete inBoth("serviceAccount").metadata!.annotations!["carts-stack/association"];
    inBoth("deployment").spec!.template!.metadata!.annotations =
      inPlain("deployment").spec!.template!.metadata!.annotations!;
    assert.deepEqual({ schema, resources: own }, plain);
  });

  it("is a change that kro takes of one without, and of each other; the way back it refuses", () => {
    for (const next of [BOTH, of("ack")]) {
      assert.deepEqual(breakingChanges(of("pulumi"), next), []);
      assert.notDeepEqual(breakingChanges(next, of("pulumi")), []);
    }
    assert.deepEqual([breakingChanges(BOTH, of("ack")), breakingChanges(of("ack"), BOTH)], [[], []]);
  });

  it("has the role come with the table, the association before whatever runs as the service account", () => {
    const waves = new Map(buildGraph(BOTH).nodes.map(({ id, wave }) => [id, wave]));
    const wave = (id: string) => waves.get(id)!;
    assert.ok(wave("roles") < wave("associations"));
    assert.ok(wave("associations") < wave("serviceAccount"));
    assert.ok(wave("serviceAccount") < wave("deployment"));
    const { nodes } = buildGraph(BOTH);
    const dependencies = nodes.find(({ id }) => id === "roles")!.dependencies as readonly string[];
    assert.ok(!dependencies.includes("table"), "the role does not wait until the table is there");
  });

  it("makes of an instance that exists what the RGD without them makes", () => {
    const names = ({ children }: ReturnType<typeof childrenOf>) =>
      children.map(({ object }) => `${object.kind} ${object.metadata.name}`).toSorted();
    assert.deepEqual(names(childrenOf({})), names(childrenOf({}, of("pulumi"))));
    const template = (definition: Definition) => childrenOf({}, definition).node("deployment")[0]!.spec!.template;
    assert.deepEqual(template(BOTH), template(of("pulumi")));
  });

  it("makes the role and the association that Pulumi would make", () => {
    const tags = [{ key: "team", value: "shop" }];
    const { node } = childrenOf({ identity: { mode: "ack", clusterName: "c" }, tags });
    const [role] = node("roles");
    assert.equal(role!.spec!.name, "c-carts-shop");
    const only = { namespace: "shop", serviceAccount: "carts" };
    assert.equal(
      role!.spec!.assumeRolePolicyDocument,
      podTrustPolicy({ account: "111122223333", clusterName: "c", only }),
    );
    assert.deepEqual(role!.spec!.inlinePolicies, { "carts-dynamo": rolePolicy({ tables: ARN, key: undefined }) });
    const [association] = node("associations");
    assert.deepEqual(association!.spec, {
      clusterName: "c",
      namespace: "shop",
      serviceAccount: "carts",
      roleARN: "arn:aws-cn:iam::111122223333:role/made",
      tags: { team: "shop" },
    });
    assert.deepEqual(association!.metadata!.annotations ?? {}, {});
  });

  it("lets a role with the scope of the cluster have all its tables, with their key, and any of its pods", () => {
    const arn = "arn:aws-cn:kms:cn-north-1:111122223333:key/k";
    const { node } = childrenOf(
      { identity: { mode: "ack", clusterName: "c", roleScope: "cluster" }, tableKmsKey: arn },
      BOTH,
      "carts-kro",
    );
    const [{ spec }] = node("roles") as [Json];
    assert.equal(spec!.name, "c-carts-dynamo");
    assert.equal(
      spec!.assumeRolePolicyDocument,
      podTrustPolicy({ account: "111122223333", clusterName: "c", only: undefined }),
    );
    const tables = "arn:aws-cn:dynamodb:cn-north-1:111122223333:table/c-carts-*";
    assert.equal(spec!.inlinePolicies!["carts-dynamo"], rolePolicy({ tables, key: { arn, region: "cn-north-1" } }));
  });

  it("takes up an association by its id, and a role that exists as it is", () => {
    const roleArn = "arn:aws:iam::111122223333:role/theirs";
    const { node } = childrenOf({ identity: { mode: "ack", clusterName: "c", roleArn, associationId: "a-1" } });
    assert.deepEqual(node("roles"), []);
    assert.deepEqual(node("associations")[0]!.metadata!.annotations, {
      "services.k8s.aws/adoption-policy": "adopt-or-create",
      "services.k8s.aws/adoption-fields": '{"clusterName":"c","associationID":"a-1"}',
    });
  });

  it("makes nothing of an instance that doesn't say its cluster, and says so", () => {
    const { node } = childrenOf({}, of("ack"));
    assert.deepEqual([node("roles"), node("associations")], [[], []]);
    const { missing } = (definitionOf(["ack"]) as { schema: { status: { missing: Record<string, string> } } }).schema
      .status;
    const said = evaluate(missing.association!, { schema: { spec: { identity: { mode: "ack" } } }, associations: [] });
    assert.match(String(said), /^spec\.identity\.clusterName is not set/);
  });
});

describe("pods that came before ACK's association", () => {
  const annotations = (definitionOf(["ack"]) as { resources: readonly Json[] }).resources.find(
    ({ id }) => (id as string) === "deployment",
  )!.template!.spec!.template!.metadata!.annotations!;
  const ASKED = { spec: { identity: { mode: "ack", clusterName: "c" } } };
  const variables = ["AWS_CONTAINER_CREDENTIALS_FULL_URI", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"];
  const pod = (attempt: number, { well = false, restarts = 0 } = {}) => ({
    metadata: {
      ownerReferences: [{ kind: "ReplicaSet" }],
      ...(attempt > 0 && { annotations: { "carts-stack/attempt": String(attempt) } }),
    },
    spec: { containers: [{ name: "carts", env: well ? variables.map((name) => ({ name })) : [] }] },
    status: { phase: "Running", containerStatuses: [{ name: "carts", ready: well, restartCount: restarts }] },
  });
  const attempt = (pods: readonly object[], schema: object = ASKED) =>
    (evaluate(annotations, { pods, schema }) as Record<string, string>)["carts-stack/attempt"];

  for (const [what, pods, expected] of [
    ["none", [], undefined],
    ["one that has credentials", [pod(0, { well: true })], undefined],
    ["one that has none, and has not crashed yet", [pod(0)], undefined],
    ["one that has crashed for want of them", [pod(0, { restarts: 1 })], "1"],
    ["that one and the next, which is starting", [pod(0, { restarts: 1 }), pod(1)], "1"],
    ["that one and the next, which has crashed as well", [pod(0, { restarts: 2 }), pod(1, { restarts: 1 })], "2"],
    ["one that has credentials, of the second attempt", [pod(2, { well: true })], "2"],
    ["one that lacks them for the fifth time", [pod(5, { restarts: 9 })], "5"],
  ] as const) {
    it(`are made anew as often as it takes, of ${what}: ${expected}`, () => assert.equal(attempt(pods), expected));
  }

  it("are left to others where ACK doesn't make the association", () => {
    assert.equal(attempt([pod(0, { restarts: 1 })], { spec: { identity: { mode: "pulumi" } } }), undefined);
  });
});

/** Evaluates `${...}` as kro does. */
function evaluate(text: string, given: Readonly<Record<string, unknown>>): unknown {
  const environment = createEnvironment().clone({ unlistedVariablesAreDyn: true });
  return environment.parse(text.slice(2, -1))(
    Object.fromEntries(Object.entries(given).map(([name, value]) => [name, toCel(value as Value)])),
  );
}
