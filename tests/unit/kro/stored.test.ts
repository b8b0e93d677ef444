import assert from "node:assert/strict";
import {
  type Definition,
  type DefinitionResource,
  KnownAfterApply,
  type KubernetesObject,
  render,
  Secret,
  type Value,
} from "../../../packages/kro/index.ts";

/** What is rendered of a node's template, and of one that reads it. Each expectation is what kro made on a cluster. */
function stored(template: Readonly<Record<string, unknown>>, spec: Readonly<Record<string, Value>> = {}) {
  const resources = [{ id: "made", template: { metadata: { name: "made" }, ...template } }];
  const [child] = renderAll(resources, spec);
  const { apiVersion: _, kind: __, metadata: ___, ...rest } = child!.object;
  return rest;
}

function renderAll(resources: readonly DefinitionResource[], spec: Readonly<Record<string, Value>>) {
  const schema = {
    apiVersion: "v1",
    kind: "Stored",
    spec: Object.fromEntries(Object.keys(spec).map((name) => [name, "string"])),
  };
  const definition: Definition = { metadata: { name: "stored" }, spec: { schema, resources } };
  const metadata = { name: "a", namespace: "default" };
  return render(definition, { apiVersion: "kro.run/v1", kind: "Stored", metadata, spec }).children;
}

describe("what the API server stores of a child", () => {
  const container = { name: "app", image: "app" };
  const deployment = (spec: object, fields: object = {}) => ({
    ...{ apiVersion: "apps/v1", kind: "Deployment" },
    spec: { selector: {}, template: { spec: { containers: [{ ...container, ...fields }] } }, ...spec },
  });

  it("leaves out what is empty, where Kubernetes' type says so", () => {
    const made = stored(
      deployment({ paused: false, minReadySeconds: 0 }, { env: [{ name: "A", value: "" }], args: [] }),
    );
    assert.deepEqual(
      made,
      deployment({}, { env: [{ name: "A" }] }).spec && { spec: deployment({}, { env: [{ name: "A" }] }).spec },
    );
    assert.deepEqual(stored({ apiVersion: "v1", kind: "ConfigMap", data: {} }), {});
  });

  it("keeps an empty value that is one", () => {
    const made = stored(deployment({ replicas: 0, paused: true }));
    assert.deepEqual(made, { spec: deployment({ replicas: 0, paused: true }).spec });
    const config = { data: { empty: "" }, immutable: false };
    assert.deepEqual(stored({ apiVersion: "v1", kind: "ConfigMap", ...config }), config);
  });

  it("has the texts of a Secret in data", () => {
    const secret = {
      apiVersion: "v1",
      kind: "Secret",
      data: { a: "YQ==", b: "YQ==" },
      stringData: { b: "pä", c: "${schema.spec.text}" },
    };
    const data = (c: unknown) => ({ data: { a: "YQ==", b: "cMOk", c } });
    assert.deepEqual(stored(secret, { text: "x" }), data("eA=="));
    for (const value of [new Secret("1"), new KnownAfterApply("later")]) {
      const made = stored(secret, { text: value }) as { data: { c: unknown } };
      assert.equal(
        JSON.stringify(made.data.c),
        value instanceof Secret ? '"[secret]"' : '{"knownAfterApply":"${schema.spec.text}"}',
      );
    }
  });

  it("is what other nodes see: of what is left out, only the cluster knows", () => {
    const reader = (text: string) => ({
      id: "reader",
      template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "reader" }, data: { text } },
    });
    const read = (template: object, text: string) => {
      const nodes = [{ id: "made", template: { metadata: { name: "made" }, ...template } }, reader(text)];
      const { object } = renderAll(nodes, {}).find(({ node }) => node === "reader")!;
      return (object as KubernetesObject & { data: { text: unknown } }).data.text;
    };
    const paused = read(deployment({ paused: false }), '${made.spec.paused ? "yes" : "no"}');
    assert.ok(paused instanceof KnownAfterApply);
    assert.equal(read(deployment({ paused: true }), '${made.spec.paused ? "yes" : "no"}'), "yes");
    const secret = { apiVersion: "v1", kind: "Secret", stringData: { a: "x" } };
    assert.equal(read(secret, "${string(made.data.a)}"), "x");
  });
});
