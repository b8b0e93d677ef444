import assert from "node:assert/strict";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { type ComponentResourceOptions, type Output, runtime, secret } from "@pulumi/pulumi";
import type { CartsStackArgs } from "../../../components/args.ts";
import { CartsApi } from "../../../components/cartsApi.ts";
import { CartsStack } from "../../../components/cartsStack.ts";
import { definition, revision } from "../../../components/definition/cartsDefinition.ts";
import { revisionOf } from "../../../components/definition/revision.ts";
import { FakeApiServer } from "../live/fakeApiServer.ts";
import { type Declared, declare, failures, Other, type Run } from "./mocks.ts";

type Json = Record<string, unknown>;
const { schema, ...others } = definition as { schema: { spec: Json; types: Json } };
const INSTANCE = "kubernetes:kro.run/v1alpha1:CartsStack";
const OWNER = { "carts-stack/owner": "acme/shop/owner", "carts-stack/version": "9.9.9" };
const MADE = /\(made by the stack acme\/shop\/owner with carts-stack 9\.9\.9\)/;
const READY = [{ type: "Ready", status: "True", observedGeneration: 3 }];

/** `spec` of the RGD of another version. */
const changed = (change: (spec: Json) => Json): object => ({
  ...others,
  schema: { ...schema, spec: change({ ...schema.spec }), group: "kro.run", scope: "Namespaced" },
});
const without = (...names: string[]) =>
  changed((spec) => Object.fromEntries(Object.entries(spec).filter(([name]) => !names.includes(name))));

describe("a CartsStack of another stack's API", () => {
  let server: FakeApiServer;
  let kubeconfig: string;

  beforeEach(async () => {
    server = new FakeApiServer();
    kubeconfig = (await server.start()).exportConfig();
    server.serve("kro.run/v1alpha1", "ResourceGraphDefinition", "resourcegraphdefinitions", false);
  });
  afterEach(() => server.stop());

  const has = (spec: object, conditions: readonly object[] = READY, annotations: Record<string, string> = OWNER) =>
    server.put({
      apiVersion: "kro.run/v1alpha1",
      kind: "ResourceGraphDefinition",
      metadata: { name: "cartsstack", generation: 3, annotations } as { name: string },
      spec,
      status: { conditions },
    });

  const make = (args: Partial<CartsStackArgs> = {}, opts: ComponentResourceOptions = {}) => {
    const kubernetes = new Provider("cluster", { kubeconfig });
    const given = { clusterName: "c", instanceName: "blue", createDefinition: false, ...args };
    return new CartsStack("blue", given, { providers: { kubernetes }, ...opts });
  };

  /** What is declared of the instance, and what is said. */
  async function made(args: Partial<CartsStackArgs> = {}, run: Run = {}) {
    const said: string[] = [];
    const declared = await declare({ ...run, onInfo: (text) => said.push(text) });
    const carts = make(args);
    await settled(carts.nodes.instance.urn);
    await runtime.disconnect();
    return { spec: specOf(declared), said, carts };
  }

  async function refused(args: Partial<CartsStackArgs> = {}, run: Run = {}, opts = () => ({})) {
    const declared = await declare(run);
    const [error, ...more] = await failures(() => make(args, opts()));
    assert.deepEqual(more, []);
    assert.deepEqual(
      declared.map(({ type }) => type).filter((type) => /^aws:|kro\.run/.test(type)),
      [],
    );
    return error!;
  }

  it("has all of this version's fields, and its revision, where the API is the same", async () => {
    has(changed((spec) => spec));
    const { spec, said } = await made({ environment: { A: "1" } });
    assert.deepEqual([spec.revision, spec.environment, said], [revision, [{ name: "A", value: "1" }], []]);
  });

  it("leaves out what an older one lacks, and says what that means, and of which version the other is", async () => {
    for (const preview of [false, true]) {
      const older = without("environment", "tags");
      has(older);
      const { spec, said } = await made({}, { preview });
      assert.deepEqual([spec.environment, spec.tags, spec.replicas], [undefined, undefined, 1]);
      assert.equal(spec.revision, revisionOf(older));
      assert.equal(said.length, 1);
      assert.match(said[0]!, MADE);
      assert.match(said[0]!, new RegExp(`its revision is ${revisionOf(older)}, not ${revision}$`));
    }
  });

  it("says what an older one decides that it can't be asked for, and keeps its outputs", async () => {
    has(without("tableOnDestroy", "revision", "serviceAccount"));
    const { spec, said, carts } = await made();
    assert.deepEqual([spec.tableOnDestroy, spec.revision, spec.serviceAccount], [undefined, undefined, undefined]);
    assert.match(said[0]!, /It has no serviceAccount, tableOnDestroy, revision: left out$/);
    assert.equal(await settled(carts.serviceAccountName), "carts");
  });

  it("leaves out fields of fields, and no more", async () => {
    const { requests } = schema.spec.resources as { requests: object };
    has(changed((spec) => ({ ...spec, resources: { requests } })));
    const { spec } = await made({ resources: { requests: { cpu: "1" } } });
    assert.deepEqual(spec.resources, { requests: { cpu: "1", memory: "1Gi" } });
    assert.match(
      await refused({ resources: { limits: { memory: "2Gi" } } }),
      /^nothing was changed: resources.limits is {"memory":"2Gi"}, but the CartsStack API of this cluster .* has no such field/,
    );
  });

  it("leaves out what came with the restricted namespace, and drops no digest, reference or label that is asked for", async () => {
    const fields = ["imageDigest", "environmentFrom", "namespaceLabels", "namespaceAnnotations"];
    has(without(...fields));
    const { spec, said } = await made();
    assert.deepEqual([fields.map((field) => spec[field]), said.length], [fields.map(() => undefined), 1]);
    const ASKED: [Partial<CartsStackArgs>, RegExp][] = [
      [{ imageVersion: `1.3.0@sha256:${"0".repeat(64)}` }, /imageDigest is "sha256:0+", but .* no such field/],
      [{ environmentFrom: { A: { secret: "s", key: "a" } } }, /environmentFrom is {"A":{"secret":"s","key":"a"}}, but/],
      [{ namespaceLabels: { team: "shop" } }, /namespaceLabels is {"team":"shop"}, but/],
    ];
    for (const [args, expected] of ASKED) assert.match(await refused(args), expected);
  });

  it("is refused by name for what an older one lacks and this one is told to have, without secrets", async () => {
    has(without("environment", "replicas"));
    for (const preview of [false, true]) {
      const error = await refused({ environment: { TOKEN: secret("hush") }, replicas: 3 }, { preview });
      assert.match(error, /^nothing was changed: replicas is 3, but .*; environment is {"TOKEN":"?\[secret\]"?}, but/);
      assert.match(error, MADE);
      assert.match(error, /has no such field: ask its owner to update it, or leave environment out$/);
    }
    has({ ...others, schema: { ...schema, types: { ...schema.types, Tag: { key: "string" } } } });
    assert.match(await refused({ tags: { a: "1" } }), /tags is {"a":"1"}, but .* has no field tags\[\]\.value/);
    assert.deepEqual((await made()).spec.tags, []);
  });

  it("is refused by name for a guarded table of an API that makes none, and makes one as it always was", async () => {
    has(without("tableProtection", "tableKmsKey", "tableTtlAttribute"));
    const { spec } = await made();
    assert.ok(!("tableProtection" in spec) || spec.tableProtection === undefined);
    const tableKmsKey = "arn:aws:kms:us-west-2:111122223333:key/a-1";
    const error = await refused({ tableProtection: "standard", tableKmsKey, tableTtlAttribute: "expires" });
    for (const key of ["tableProtection", "tableKmsKey", "tableTtlAttribute"]) {
      assert.match(error, new RegExp(`${key} is "[^"]+", but .* has no such field: .* or leave ${key} out`));
    }
  });

  it("takes what a newer one has in addition, unless that is required", async () => {
    const newer = changed((spec) => ({ ...spec, pullPolicy: "string", retries: "integer | required=true default=3" }));
    has(newer);
    assert.equal((await made()).spec.revision, revisionOf(newer));
    has(changed((spec) => ({ ...spec, owner: "string | required=true" })));
    assert.match(await refused(), /requires owner, which carts-stack \d+\.\d+\.\d+ does not know: take a newer one/);
    const Tag = { ...(schema.types.Tag as object), owner: "string | required=true" };
    has({ ...others, schema: { ...schema, types: { ...schema.types, Tag } } });
    assert.match(await refused({ tags: { a: "1" } }), /requires tags\[\]\.owner/);
    assert.deepEqual((await made()).spec.tags, []);
  });

  it("is refused where the API isn't there, or kro doesn't serve it", async () => {
    assert.match(
      await refused(),
      /^nothing was changed: createDefinition is false, but this cluster has no ResourceGraphDefinition cartsstack: bring up the stack first that makes it$/,
    );
    assert.match(
      await refused({ createDefinition: undefined, api: "cartsstack" }),
      /: api is another stack's, but this/,
    );
    has(definition, [{ type: "Ready", status: "False", message: "no field image", observedGeneration: 3 }], {});
    assert.match(await refused(), /\(made by others\) is not ready, .*: no field image\. Ask its owner to mend it$/);
    for (const conditions of [[], [{ type: "Ready", status: "True", observedGeneration: 2 }]]) {
      has(definition, conditions);
      assert.match(await refused(), /is not ready, .*: kro has not taken it up yet\. Try again/);
    }
  });

  it("may still get its API by what it comes after, as long as that is a preview", async () => {
    const opts = () => ({ dependsOn: new Other() });
    assert.match(await refused({}, {}, opts), /this cluster has no ResourceGraphDefinition/);
    const said: string[] = [];
    const declared = await declare({ preview: true, onInfo: (text) => said.push(text) });
    await settled(make({}, opts()).nodes.instance.urn);
    assert.equal(specOf(declared).revision, revision);
    assert.match(said[0]!, /was not compared .*: it may come with what this CartsStack comes after$/);
  });

  it("sends all that it has where the cluster can't be asked, and says so", async () => {
    has(without("environment"));
    server.refused.set("/apis/kro.run/v1alpha1/resourcegraphdefinitions/cartsstack", 403);
    const { spec, said } = await made({ environment: { A: "1" } });
    assert.deepEqual([spec.environment, spec.revision], [[{ name: "A", value: "1" }], revision]);
    assert.match(said[0]!, /^the CartsStack API of the cluster was not compared with this version's: .*HTTP 403/);
  });

  it("is not compared where the program makes the API itself", async () => {
    has(without("environment"), READY, { "carts-stack/owner": "organization/carts-stack/test" });
    const declared = await declare();
    const opts = { providers: { kubernetes: new Provider("cluster", { kubeconfig }) } };
    const api = new CartsApi("api", {}, opts);
    for (const args of [{ api: api.definitionName }, { createDefinition: false }]) {
      const instanceName = Object.keys(args)[0]!.toLowerCase();
      const carts = new CartsStack(instanceName, { clusterName: "c", instanceName, ...args }, opts);
      await settled(carts.nodes.instance.urn);
    }
    await runtime.disconnect();
    const instances = declared.filter(({ type }) => type === INSTANCE);
    assert.deepEqual(
      instances.map((instance) => specOf([instance])).map(({ environment, revision: own }) => [environment, own]),
      [1, 2].map(() => [[], revision]),
    );
  });

  it("is asked for once for all instances of a program", async () => {
    has(definition);
    await declare();
    const opts = { providers: { kubernetes: new Provider("cluster", { kubeconfig }) } };
    const make = (name: string) =>
      new CartsStack(name, { clusterName: "c", instanceName: name, createDefinition: false }, opts);
    for (const { nodes } of ["blue", "green"].map(make)) await settled(nodes.instance.urn);
    const path = "/apis/kro.run/v1alpha1/resourcegraphdefinitions/cartsstack";
    assert.equal(server.requests.filter((request) => request === path).length, 1);
  });
});

const specOf = (declared: readonly Declared[]): Json =>
  declared
    .find(({ type }) => type === INSTANCE)!
    .request.getObject()!
    .toJavaScript().spec as Json;

const settled = <T>(value: Output<T>): Promise<T> => new Promise((resolve) => value.apply(resolve));
