import assert from "node:assert/strict";
import { type Output, output, type Resource, runtime, secret } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsApi } from "../../../components/cartsApi.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { definition, definitionOf, revision } from "../../../components/definition/cartsDefinition.ts";
import { revisionOf } from "../../../components/definition/revision.ts";
import { type Declared, declare, Other, type Run } from "./mocks.ts";

const ROLE = "aws:iam/role:Role";
const POLICY = "aws:iam/rolePolicy:RolePolicy";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const DEFINITION = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";

/** What every role asks of whoever wants to take it on. */
const OF_THE_CLUSTER = {
  "aws:SourceAccount": "111122223333",
  "aws:RequestTag/eks-cluster-name": "eks-workshop-auto",
};

/** The tags that say whose all of it is. */
const TAGS = {
  "carts-stack/cluster": "eks-workshop-auto",
  "carts-stack/instance": "default/carts-kro",
  "carts-stack/managed-by": "organization/carts-stack/test",
  "carts-stack/namespace": "carts-kro",
};
const asList = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([key, value]) => ({ key, value }));

type Json = Record<string, unknown>;
const value = <T>(output: Output<T>): Promise<T> => new Promise((resolve) => output.apply(resolve));

async function stack(args: Partial<ConstructorParameters<typeof CartsStack>[1]> = {}, run: Run = {}) {
  const declared = await declare(run);
  const carts = new CartsStack("carts", { clusterName: "eks-workshop-auto", ...args });
  await value(carts.nodes.instance.urn);
  const one = (type: string): Declared => {
    const all = declared.filter((resource) => resource.type === type);
    assert.equal(all.length, 1, `one ${type}`);
    return all[0]!;
  };
  return { carts, declared, one };
}

/** The types that a resource waits for, directly or through others. */
function waitsFor(declared: readonly Declared[], type: string): string[] {
  const typeOf = (urn: string) => urn.split("::")[2]!.split("$").at(-1)!;
  const found = new Set<string>();
  const follow = (of: string) => {
    for (const urn of declared.find((resource) => resource.type === of)?.request.getDependenciesList() ?? []) {
      if (!found.has(typeOf(urn))) follow(typeOf(urn));
      found.add(typeOf(urn));
    }
  };
  follow(type);
  return [...found].sort();
}

describe("CartsStack", () => {
  it("declares the role that the pods may assume, and what it may do", async () => {
    const { one } = await stack();
    assert.equal(one(ROLE).inputs.name, "eks-workshop-auto-carts-dynamo");
    assert.deepEqual(JSON.parse(one(ROLE).inputs.assumeRolePolicy as string).Statement, [
      {
        Effect: "Allow",
        Principal: { Service: "pods.eks.amazonaws.com" },
        Action: ["sts:AssumeRole", "sts:TagSession"],
        Condition: { StringEquals: OF_THE_CLUSTER },
      },
    ]);
    const tables = "arn:aws:dynamodb:us-west-2:111122223333:table/eks-workshop-auto-carts-*";
    assert.equal(one(POLICY).inputs.role, "eks-workshop-auto-carts-dynamo");
    assert.deepEqual(
      JSON.parse(one(POLICY).inputs.policy as string).Statement.map(({ Action, Resource }: Json) => ({
        Action,
        Resource,
      })),
      [
        {
          Action: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
          Resource: tables,
        },
        { Action: "dynamodb:Query", Resource: `${tables}/index/*` },
      ],
    );
  });

  it("names all of another instance after it, and lets its role use its own table alone", async () => {
    for (const instanceName of ["shop", Promise.resolve("shop")]) {
      const { one } = await stack({ instanceName });
      const { metadata, spec } = one(INSTANCE).inputs as { metadata: Json; spec: Json };
      assert.deepEqual(
        [metadata.name, spec.namespace, spec.tableName],
        ["shop", "shop", "eks-workshop-auto-carts-shop"],
      );
      assert.equal(one(ROLE).inputs.name, "eks-workshop-auto-carts-shop");
      const table = "arn:aws:dynamodb:us-west-2:111122223333:table/eks-workshop-auto-carts-shop";
      const resources = JSON.parse(one(POLICY).inputs.policy as string).Statement.map(({ Resource }: Json) => Resource);
      assert.deepEqual(resources, [table, `${table}/index/*`]);
    }
  });

  it("gives a role the scope that is asked for", async () => {
    const resourceOf = async (args: object) =>
      JSON.parse((await stack(args)).one(POLICY).inputs.policy as string).Statement[0].Resource.split("/")[1];
    assert.equal(await resourceOf({ roleScope: "table" }), "eks-workshop-auto-carts-kro");
    assert.equal(await resourceOf({ roleScope: "table", tableName: "any" }), "any");
    assert.equal(await resourceOf({ roleScope: "cluster", instanceName: "shop" }), "eks-workshop-auto-carts-*");
  });

  it("has a role for the instance's own table trust its service account alone, wherever its names come from", async () => {
    const trustOf = async (args: object) => {
      const { Statement } = JSON.parse((await stack(args)).one(ROLE).inputs.assumeRolePolicy as string);
      assert.equal(Statement.length, 1);
      return Statement[0].Condition;
    };
    const own = (namespace: string, serviceAccount = "carts") => ({
      StringEquals: {
        ...OF_THE_CLUSTER,
        "aws:RequestTag/kubernetes-namespace": namespace,
        "aws:RequestTag/kubernetes-service-account": serviceAccount,
      },
    });
    assert.deepEqual(await trustOf({ instanceName: "shop" }), own("shop"));
    assert.deepEqual(
      await trustOf({ roleScope: "table", serviceAccount: output("shopper") }),
      own("carts-kro", "shopper"),
    );
    assert.deepEqual(
      await trustOf({
        instanceName: "shop",
        namespace: Promise.resolve("store"),
        clusterName: output("eks-workshop-auto"),
      }),
      own("store"),
    );
    // Other instances share it.
    assert.deepEqual(await trustOf({ instanceName: "shop", roleScope: "cluster" }), { StringEquals: OF_THE_CLUSTER });
  });

  it("binds the service account to the role", async () => {
    const { one } = await stack({ tags: { team: "shop" } });
    assert.deepEqual(one(ASSOCIATION).inputs, {
      clusterName: "eks-workshop-auto",
      namespace: "carts-kro",
      serviceAccount: "carts",
      roleArn: "arn:aws:iam::111122223333:role/eks-workshop-auto-carts-dynamo",
      tags: { ...TAGS, team: "shop" },
    });
    assert.deepEqual(one(ROLE).inputs.tags, { ...TAGS, team: "shop" });
  });

  it("lets the role use the key that the table is encrypted with, through DynamoDB alone", async () => {
    const key = "arn:aws:kms:us-west-2:111122223333:key/a-1";
    const statementsOf = async (args: object) =>
      JSON.parse((await stack(args)).one(POLICY).inputs.policy as string).Statement as Json[];
    assert.deepEqual((await statementsOf({ tableKmsKey: key })).at(-1), {
      Sid: "CartsKey",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:DescribeKey"],
      Resource: key,
      Condition: { StringEquals: { "kms:ViaService": "dynamodb.us-west-2.amazonaws.com" } },
    });
    assert.equal((await statementsOf({ tableKmsKey: "" })).length, 2);
  });

  it("declares the instance with the workshop's values", async () => {
    const { one } = await stack();
    const { apiVersion, kind, metadata, spec } = one(INSTANCE).inputs as Json & { metadata: Json };
    assert.deepEqual([apiVersion, kind], ["kro.run/v1alpha1", "CartsStack"]);
    assert.deepEqual(metadata, {
      name: "carts-kro",
      namespace: "default",
      annotations: {
        "carts-stack/owner": "organization/carts-stack/test",
        "pulumi.com/waitFor": (metadata.annotations as Json)["pulumi.com/waitFor"],
      },
    });
    assert.deepEqual(spec, {
      tableName: "eks-workshop-auto-carts-kro",
      namespace: "carts-kro",
      serviceAccount: "carts",
      image: "public.ecr.aws/aws-containers/retail-store-sample-cart",
      imageVersion: "1.3.0",
      imageDigest: "",
      replicas: 1,
      resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
      environment: [],
      environmentFrom: [],
      namespaceLabels: {},
      namespaceAnnotations: {},
      tags: asList(TAGS),
      tableOnDestroy: "retain",
      tableProtection: "none",
      revision,
    });
  });

  it("passes every argument on to where it goes", async () => {
    const { one } = await stack({
      instanceName: "carts-two",
      instanceNamespace: "teams",
      namespace: "shop",
      tableName: "eks-workshop-auto-carts-two",
      serviceAccount: "shopper",
      image: "registry.example/cart",
      imageVersion: `2.0@sha256:${"0".repeat(64)}`,
      replicas: 3,
      resources: { requests: { cpu: "1" }, limits: { memory: "2Gi" } },
      environment: { B: "2", A: "1" },
      environmentFrom: { D: { secret: "shop", key: "d" }, C: { secret: "shop", key: "c" } },
      namespaceLabels: { team: "shop" },
      namespaceAnnotations: { "shop.example/contact": "#shop" },
      tags: { z: "9", a: "1" },
      tableOnDestroy: "delete",
      tableProtection: "standard",
      tableKmsKey: "arn:aws:kms:us-west-2:111122223333:key/a-1",
      tableTtlAttribute: "expires",
      timeouts: { update: "90s" },
    });
    const { metadata, spec } = one(INSTANCE).inputs as { metadata: Json; spec: Json };
    assert.deepEqual([metadata.name, metadata.namespace], ["carts-two", "teams"]);
    assert.deepEqual(spec, {
      tableName: "eks-workshop-auto-carts-two",
      namespace: "shop",
      serviceAccount: "shopper",
      image: "registry.example/cart",
      imageVersion: "2.0",
      imageDigest: `sha256:${"0".repeat(64)}`,
      replicas: 3,
      resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { memory: "2Gi" } },
      environment: [
        { name: "A", value: "1" },
        { name: "B", value: "2" },
      ],
      environmentFrom: [
        { name: "C", secret: "shop", key: "c" },
        { name: "D", secret: "shop", key: "d" },
      ],
      namespaceLabels: { team: "shop" },
      namespaceAnnotations: { "shop.example/contact": "#shop" },
      tags: [
        { key: "a", value: "1" },
        ...asList({ ...TAGS, "carts-stack/instance": "teams/carts-two", "carts-stack/namespace": "shop" }),
        { key: "z", value: "9" },
      ],
      tableOnDestroy: "delete",
      tableProtection: "standard",
      tableKmsKey: "arn:aws:kms:us-west-2:111122223333:key/a-1",
      tableTtlAttribute: "expires",
      revision,
    });
    assert.deepEqual([one(ASSOCIATION).inputs.namespace, one(ASSOCIATION).inputs.serviceAccount], ["shop", "shopper"]);
    const timeouts = one(INSTANCE).request.getCustomtimeouts()!;
    assert.deepEqual([timeouts.getCreate(), timeouts.getUpdate(), timeouts.getDelete()], ["10m", "90s", "10m"]);
  });

  it("has what its arguments held when it was declared, whatever becomes of an object that a program uses again", async () => {
    const declared = await declare();
    const shared = { team: "shop" };
    const args = { clusterName: "eks-workshop-auto", namespaceLabels: shared, namespaceAnnotations: shared };
    const { instance } = new CartsStack("carts", { ...args, environment: shared }).nodes;
    shared.team = "tea";
    await value(instance.urn);
    const { spec } = declared.find(({ type }) => type === INSTANCE)!.inputs as { spec: Json };
    assert.deepEqual(
      [spec.namespaceLabels, spec.namespaceAnnotations, spec.environment],
      [{ team: "shop" }, { team: "shop" }, [{ name: "team", value: "shop" }]],
    );
  });

  it("uses a role that exists in place of making one", async () => {
    const { declared, one } = await stack({ roleName: "shared", tableName: "any-table" });
    assert.deepEqual(
      declared.filter(({ type }) => type.startsWith("aws:iam/")),
      [],
    );
    assert.equal(one(ASSOCIATION).inputs.roleArn, "arn:aws:iam::111122223333:role/shared");
  });

  it("brings role, policy, association and RGD before the instance, AWS and the RGD side by side", async () => {
    const { declared } = await stack();
    assert.deepEqual(waitsFor(declared, INSTANCE), [ASSOCIATION, POLICY, ROLE, DEFINITION].sort());
    assert.deepEqual(waitsFor(declared, ASSOCIATION), [POLICY, ROLE].sort());
    assert.deepEqual(waitsFor(declared, DEFINITION), []);
  });

  it("replaces the instance, old before new, when its table or namespace changes", async () => {
    const { one } = await stack();
    const { request } = one(INSTANCE);
    assert.deepEqual(request.getReplaceonchangesList().slice(0, 2), ["spec.tableName", "spec.namespace"]);
    assert.equal(request.getDeletebeforereplace(), true);
  });

  it("waits for the instance's present generation", async () => {
    const { one } = await stack();
    const { metadata } = one(INSTANCE).inputs as { metadata: { annotations: Record<string, string> } };
    assert.equal(JSON.parse(metadata.annotations["pulumi.com/waitFor"]!).at(-1), "condition=Ready");
  });

  it("has the outputs that a consumer needs", async () => {
    const { carts } = await stack();
    const outputs = {
      tableArn: await value(carts.tableArn),
      serviceEndpoint: await value(carts.serviceEndpoint),
      namespace: await value(carts.namespace),
      serviceAccountName: await value(carts.serviceAccountName),
      roleArn: await value(carts.roleArn),
      associationId: await value(carts.associationId),
      tableName: await value(carts.tableName),
      instanceName: await value(carts.instanceName),
    };
    assert.deepEqual(outputs, {
      tableArn: "arn:of:table",
      serviceEndpoint: "http://carts.carts-kro.svc.cluster.local",
      namespace: "carts-kro",
      serviceAccountName: "carts",
      roleArn: "arn:aws:iam::111122223333:role/eks-workshop-auto-carts-dynamo",
      associationId: "a-0123456789abcdefg",
      tableName: "eks-workshop-auto-carts-kro",
      instanceName: "carts-kro",
    });
  });

  it("shares the RGD and the role that another made, and comes after it", async () => {
    const declared = await declare();
    const first = new CartsStack("carts", { clusterName: "c" });
    const args = { createDefinition: false, roleName: "shared", instanceName: "two", namespace: "two" };
    const second = new CartsStack("two", { clusterName: "c", ...args }, { dependsOn: first });
    await value(second.nodes.instance.urn);
    assert.equal(second.nodes.definition, undefined);
    const named = (name: string) => declared.filter((resource) => resource.name.split("-")[0] === name);
    assert.deepEqual(
      named("two").map(({ type }) => type),
      ["carts-stack:index:CartsStack", ASSOCIATION, INSTANCE],
    );
    const revisionOf = ({ inputs }: Declared) => (inputs.spec as Json).revision;
    assert.equal(revisionOf(named("two").at(-1)!), revision);
    for (const { request } of named("two").slice(1)) {
      const before = request.getDependenciesList().map((urn) => urn.split("::").at(-1));
      for (const name of ["carts", "carts-definition", "carts-role", "carts-policy"]) assert.ok(before.includes(name));
    }
  });

  it("is of the API that a CartsApi of the program makes, and comes after it", async () => {
    const declared = await declare();
    const api = new CartsApi("api");
    const carts = new CartsStack("blue", { clusterName: "c", api: api.definitionName });
    await value(carts.nodes.instance.urn);
    assert.deepEqual(
      declared.filter(({ type }) => type === DEFINITION).map(({ urn }) => urn),
      [`urn:pulumi:test::carts-stack::carts-stack:index:CartsApi$${DEFINITION}::api-definition`],
    );
    assert.equal(carts.nodes.definition, undefined);
    assert.ok(waitsFor(declared, INSTANCE).includes(DEFINITION));
    assert.ok(!waitsFor(declared, ASSOCIATION).includes(DEFINITION));
  });

  it("leaves role and association to ACK where it is told to, and has the outputs of the instance", async () => {
    const status = { roleARN: "arn:aws:iam::111122223333:role/made", associationID: "a-1" };
    const args = { identity: "ack", roleScope: "table" } as const;
    const { carts, declared, one } = await stack(args, { outputs: { [INSTANCE]: { status } } });
    assert.deepEqual(
      declared.filter(({ type }) => type.startsWith("aws:")),
      [],
    );
    assert.deepEqual(one(DEFINITION).inputs.spec, definitionOf(["pulumi", "ack"]));
    const { identity, revision: own } = one(INSTANCE).inputs.spec as Json;
    assert.deepEqual(identity, {
      ...{ mode: "ack", clusterName: "eks-workshop-auto", roleScope: "table", roleArn: "", associationId: "" },
    });
    assert.equal(own, revisionOf(definitionOf(["pulumi", "ack"])));
    assert.deepEqual(
      [await value(carts.roleArn), await value(carts.associationId)],
      [status.roleARN, status.associationID],
    );
    const { annotations } = one(INSTANCE).inputs.metadata as { annotations: Record<string, string> };
    const awaited = JSON.parse(annotations["pulumi.com/waitFor"]!) as string[];
    assert.ok(awaited.includes("jsonpath={.status.missing.association}=nothing"));
  });

  describe("whose identity goes from Pulumi to ACK", () => {
    const urn = (type: string, name: string) =>
      `urn:pulumi:test::carts-stack::carts-stack:index:CartsStack$${type}::${name}`;
    const key = { clusterName: "eks-workshop-auto", namespace: "carts-kro", serviceAccount: "carts" };
    const made = {
      [urn(ROLE, "carts-role")]: { name: "eks-workshop-auto-carts-dynamo" },
      [urn(POLICY, "carts-policy")]: {},
      [urn(ASSOCIATION, "carts-association")]: { ...key, associationId: "a-1" },
    };
    const instance = (identity: object, serviceAccount = "carts") => ({
      [urn(INSTANCE, "carts")]: {
        metadata: { name: "carts-kro", namespace: "default" },
        spec: {
          ...{ tableName: "eks-workshop-auto-carts-kro", namespace: "carts-kro", tableOnDestroy: "retain" },
          ...{ serviceAccount, tableTtlAttribute: "", identity },
        },
      },
    });
    const idOf = (one: Declared) => (one.inputs.spec as { identity: { associationId: string } }).identity.associationId;

    it("hands the association over by its id, and has it stay in AWS when it leaves the state", async () => {
      const previous = { ...made, ...instance({ mode: "pulumi" }) };
      const { one } = await stack(
        { identity: "ack" },
        { previous, outputs: { [ASSOCIATION]: { associationId: "a-1" } } },
      );
      assert.equal(one(ASSOCIATION).request.getRetainondelete(), true);
      assert.equal(idOf(one(INSTANCE)), "a-1");
      assert.ok(one(ROLE) && one(POLICY), "which stay Pulumi's");
    });

    it("forgets it in the update after that, and the id where the service account is another", async () => {
      const identity = { mode: "ack", clusterName: "eks-workshop-auto", associationId: "a-1" };
      const { declared, one } = await stack({ identity: "ack" }, { previous: { ...made, ...instance(identity) } });
      assert.deepEqual(
        declared.filter(({ type }) => type === ASSOCIATION),
        [],
      );
      assert.equal(idOf(one(INSTANCE)), "a-1");
      const moved = { previous: { ...made, ...instance(identity, "former") } };
      assert.equal(idOf((await stack({ identity: "ack" }, moved)).one(INSTANCE)), "");
    });
  });

  it("says that the identity is Pulumi's to an API that serves both", async () => {
    const declared = await declare();
    const api = new CartsApi("api", { identities: ["ack"] });
    const carts = new CartsStack("blue", { clusterName: "c", api: api.definitionName });
    await value(carts.nodes.instance.urn);
    const { identity } = declared.find(({ type }) => type === INSTANCE)!.inputs.spec as Json;
    assert.deepEqual(identity, { mode: "pulumi" });
  });

  it("refuses an API that isn't one, and to make what another makes", async () => {
    await declare();
    const make = (args: object) => () => new CartsStack("carts", { clusterName: "c", ...args });
    assert.throws(make({ api: "other" }), /api is "other", but must be a CartsApi's definitionName/);
    assert.throws(make({ api: "cartsstack", createDefinition: true }), /createDefinition is true, but api says/);
  });

  describe("in a preview", () => {
    const had = (spec: object, status = "True") => ({
      "urn:of::a::definition": {
        kind: "ResourceGraphDefinition",
        metadata: { name: "cartsstack" },
        spec,
        status: { conditions: [{ type: "Ready", status }] },
      },
    });
    const changed = (part: object) => ({ ...definition, schema: { ...(definition.schema as Json), ...part } });
    const previewed = async (previous: Run["previous"], args = {}) => {
      const { declared } = await stack(args, { preview: true, previous });
      const instance = declared.find(({ type }) => type === INSTANCE)!;
      return (instance.request.getObject()!.toJavaScript().spec as Json).revision;
    };

    it("knows the instance's revision while the schema stays", async () => {
      assert.equal(await previewed({}), revision);
      assert.equal(await previewed(had(definition)), revision);
      assert.equal(await previewed(had({ ...definition, resources: [] })), revision);
      assert.equal(await previewed(had(changed({ status: {} }))), revision);
    });

    it("leaves the revision open where the schema is yet to come, whoever of the stack makes it", async () => {
      for (const args of [{}, { createDefinition: false, roleName: "shared" }, { api: "cartsstack" }]) {
        for (const part of [{ spec: {} }, { types: {} }]) {
          assert.equal(await previewed(had(changed(part)), args), runtime.unknownValue);
        }
        assert.equal(await previewed(had(definition, "False"), args), runtime.unknownValue);
      }
    });
  });

  it("has the engine read the stack's state once, whatever asks for it", async () => {
    const calls: string[] = [];
    await declare({ preview: true, onCall: (token) => calls.push(token) });
    for (const instanceName of ["carts", "two"]) {
      await value(
        new CartsStack(instanceName, {
          clusterName: "c",
          instanceName,
          createDefinition: instanceName === "carts",
          routeUi: true,
        }).nodes.instance.urn,
      );
    }
    await runtime.disconnect();
    assert.equal(calls.filter((token) => token.endsWith(":readStackResourceOutputs")).length, 1);
  });

  it("asks AWS once where it is, however many there are", async () => {
    const calls: string[] = [];
    await declare({ preview: true, onCall: (token) => calls.push(token) });
    const own = { clusterName: "c", createDefinition: false };
    const all = ["one", "two"].map((name) => new CartsStack(name, { ...own, instanceName: name }));
    await Promise.all(all.map(({ nodes }) => value(nodes.instance.urn)));
    await runtime.disconnect();
    for (const name of ["getPartition", "getRegion", "getCallerIdentity"]) {
      assert.equal(calls.filter((token) => token.endsWith(`:${name}`)).length, 1, name);
    }
  });

  it("asks again for a state in a folder that the engine is writing just then", async () => {
    const [token, torn] = ["pulumi:pulumi:readStackResourceOutputs", "failed to load checkpoint: EOF"];
    const calls: string[] = [];
    const { one } = await stack({}, { failures: { [token]: [torn, torn] }, onCall: (asked) => calls.push(asked) });
    assert.ok(one(INSTANCE));
    assert.equal(calls.filter((asked) => asked === token).length, 3);
  });

  it("keeps a secret environment variable secret", async () => {
    const { one } = await stack({ environment: { TOKEN: secret("hush") } });
    assert.match(JSON.stringify(one(INSTANCE).request.getObject()!.toJavaScript()), /1b47061264138c4ac30d75fd1eb44270/);
  });

  it("warns once of secret variables, by name, since the cluster has them in plain text, in a preview as well", async () => {
    const CASES: [environment: NonNullable<CartsStackArgs["environment"]>, named: string | undefined][] = [
      [{ PLAIN: "1" }, undefined],
      [{ PLAIN: "1", TOKEN: secret("hush"), KEY: secret("hush") }, "environment.TOKEN, environment.KEY: secret here"],
      [{ PLAIN: "1", TOKEN: secret(new Other().name) }, "environment.TOKEN: secret here"],
      [secret({ TOKEN: "hush" }), "environment.TOKEN: secret here"],
      [output({ TOKEN: secret("hush") }), "environment.TOKEN: secret here"],
      [Promise.resolve({ TOKEN: secret("hush") }), "environment.TOKEN: secret here"],
    ];
    for (const [environment, named] of CASES) {
      for (const preview of [true, false]) {
        const warnings: string[] = [];
        await stack({ environment }, { preview, onWarning: (text) => warnings.push(text) });
        await runtime.disconnect();
        const told = warnings.filter((text) => text.includes("environmentFrom"));
        assert.deepEqual(
          told.map((text) => text.slice(0, named?.length)),
          named === undefined ? [] : [named],
        );
        assert.doesNotMatch(told.join(), /hush/);
      }
    }
  });

  it("comes after what an Output or a promise of a list names", async () => {
    const other = () => new Other();
    for (const of of [
      (r: Resource) => output([r]),
      (r: Resource) => Promise.resolve([r]),
      (r: Resource) => [output(r)],
    ]) {
      const declared = await declare();
      const carts = new CartsStack("carts", { clusterName: "c" }, { dependsOn: of(other()) });
      await value(carts.nodes.instance.urn);
      for (const type of [ROLE, DEFINITION]) {
        const before = declared.find((resource) => resource.type === type)!.request.getDependenciesList();
        assert.deepEqual(
          before.map((urn) => urn.split("::").at(-1)),
          ["other"],
          type,
        );
      }
    }
  });

  it("keeps the URNs that stacks have", async () => {
    const { declared } = await stack({ routeUi: true });
    await runtime.disconnect();
    const parent = "urn:pulumi:test::carts-stack::carts-stack:index:CartsStack";
    assert.deepEqual(declared.map(({ urn }) => urn).sort(), [
      `${parent}$aws:eks/podIdentityAssociation:PodIdentityAssociation::carts-association`,
      `${parent}$aws:iam/role:Role::carts-role`,
      `${parent}$aws:iam/rolePolicy:RolePolicy::carts-policy`,
      `${parent}$kubernetes:apps/v1:DeploymentPatch::carts-ui`,
      `${parent}$kubernetes:kro.run/v1alpha1:CartsStack::carts`,
      `${parent}$kubernetes:kro.run/v1alpha1:ResourceGraphDefinition::carts-definition`,
      `${parent}::carts`,
    ]);
  });

  it("refuses a bad argument before anything is declared", async () => {
    const declared = await declare();
    assert.throws(
      () => new CartsStack("carts", { clusterName: "" }),
      /clusterName is "", but must be an EKS cluster's name/,
    );
    assert.deepEqual(declared, []);
  });
});
