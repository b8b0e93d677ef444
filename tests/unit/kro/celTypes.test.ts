import assert from "node:assert/strict";
import { createEnvironment } from "../../../packages/kro/cel/environment.ts";
import { CelTypes, elementType, instanceSchema } from "../../../packages/kro/cel/types.ts";
import { schemaAt } from "../../../packages/kro/graph/schema/jsonSchema.ts";
import { resolveSchema } from "../../../packages/kro/graph/schema/resolver.ts";
import { toJsonSchema } from "../../../packages/kro/simpleschema/simpleSchema.ts";

const spec = toJsonSchema(
  {
    text: "string",
    count: "integer",
    ratio: "float",
    flag: "boolean",
    words: "[]string",
    ports: "[]Port",
    environment: "[]Variable",
    labels: "map[string]string",
    counts: "map[string]integer",
    nested: { inner: { value: "string" } },
    port: "Port",
    bad: "BadPort",
    open: "object",
    maps: "[]map[string]string",
    resources: { limits: "map[string]string" },
  },
  {
    Port: { containerPort: "integer", name: "string" },
    BadPort: { containerPort: "integer", nope: "string" },
    Variable: { name: "string | required=true", value: "string" },
  },
);
const deployment = resolveSchema("apps/v1", "Deployment")!;

const environment = createEnvironment();
const types = new CelTypes(environment);
types.declare("schema", instanceSchema(spec));
types.declare("deployment", deployment);
types.declare("other", deployment);
types.declare("jobs", { type: "array", items: resolveSchema("batch/v1", "Job")! });
types.declare("secret", resolveSchema("v1", "Secret"));
types.declare("crd", resolveSchema("apiextensions.k8s.io/v1", "CustomResourceDefinition"));
types.declare("table", undefined);

function typeOf(expression: string): string {
  const { type, error } = environment.check(expression);
  if (error) throw error;
  return type!;
}

describe("the CEL type", () => {
  const known: Record<string, string> = {
    "schema.spec.text": "string",
    "schema.spec.count": "int",
    "schema.spec.ratio": "double",
    "schema.spec.flag": "bool",
    "schema.spec.words": "list<string>",
    "schema.spec.labels": "map<string, string>",
    "schema.spec.labels.any": "string",
    "schema.spec.maps": "list<map<string, string>>",
    "schema.spec.nested.inner.value": "string",
    "schema.spec.ports.map(p, p.containerPort)": "list<int>",
    "schema.spec.ports.filter(p, p.containerPort > 80)[0].name": "string",
    "schema.spec.open.any.thing": "dyn",
    "schema.spec.?text": "optional<string>",
    "schema.kind + schema.metadata.name + schema.metadata.labels['a']": "string",
    "deployment.spec.template.spec.containers[0].ports.map(p, p.containerPort)": "list<int>",
    "deployment.status.availableReplicas": "int",
    "deployment.metadata.creationTimestamp": "google.protobuf.Timestamp",
    "deployment.spec.strategy.rollingUpdate.maxSurge": "dyn",
    "deployment.spec.template.spec.containers[0].resources.limits": "map<string, dyn>",
    "jobs.map(j, j.metadata.name)": "list<string>",
    "secret.data": "map<string, bytes>",
    "crd.spec.versions[0].schema.openAPIV3Schema.properties.a.properties.b.type": "string",
    "table.anything.at.all": "dyn",
  };
  for (const [expression, type] of Object.entries(known)) {
    it(`of ${expression} is ${type}`, () => assert.equal(typeOf(expression), type));
  }

  const missing = [
    "schema.spec.nope",
    "schema.nope",
    "schema.status",
    "schema.spec.nested.inner.nope",
    "schema.spec.ports[0].nope",
    "schema.spec.ports.map(p, p.nope)",
    "schema.spec.text.nope",
    "schema.metadata.nope",
    "deployment.spec.nope",
    "deployment.spec.template.spec.containers.map(c, c.nope)",
    "jobs.metadata",
    "deployment.spec.template.spec.volumes[0].emptyDir.sizeLimit", // kro has no type for a quantity
    "schema.spec.count + schema.spec.text",
    "schema.spec.text > 1",
  ];
  for (const expression of missing) {
    it(`shows that ${expression} is wrong`, () => assert.throws(() => typeOf(expression)));
  }

  it("is the same, and wrong is what is wrong, where only the fields are known that an expression names", () => {
    for (const expression of [...Object.keys(known), ...missing]) {
      const named = createEnvironment();
      const all = ["schema", "deployment", "jobs", "secret", "crd"] as const;
      const own = new CelTypes(named, (field) => new Set(expression.match(/\w+/g)).has(field));
      const jobs = { type: "array", items: resolveSchema("batch/v1", "Job")! } as const;
      const crd = resolveSchema("apiextensions.k8s.io/v1", "CustomResourceDefinition");
      const schemas = { schema: instanceSchema(spec), deployment, jobs, secret: resolveSchema("v1", "Secret"), crd };
      for (const name of all) own.declare(name, schemas[name]);
      own.declare("table", undefined);
      const [{ valid, type }, whole] = [named.check(expression), environment.check(expression)];
      assert.deepEqual([expression, valid, type], [expression, whole.valid, whole.type]);
    }
  });

  it("of an instance without a namespace has none", () => {
    const cluster = createEnvironment();
    new CelTypes(cluster).declare("schema", instanceSchema(spec, true));
    assert.equal(cluster.check("schema.metadata.name").valid, true);
    assert.equal(cluster.check("schema.metadata.namespace").valid, false);
    assert.equal(environment.check("schema.metadata.namespace").valid, true);
  });

  it("of a list's element is that of an iterator", () => {
    assert.equal(elementType("list<map<string, int>>"), "map<string, int>");
    assert.equal(elementType("list<dyn>"), "dyn");
    assert.equal(elementType("dyn"), "dyn");
    for (const type of ["string", "map<string, int>", "optional<list<int>>", typeOf("schema.spec.open")]) {
      assert.equal(elementType(type), undefined, type);
    }
    const inner = environment.clone();
    inner.registerVariable("port", elementType(typeOf("schema.spec.ports"))!);
    assert.equal(inner.check("port.name").type, "string");
    assert.equal(inner.check("port.nope").valid, false);
  });

  it("is still to be had when the environment is cloned", () => {
    environment.clone();
    assert.equal(types.celType(deployment, "each"), "apps.v1.Deployment");
  });
});

describe("an expression's type", () => {
  const container = "spec.template.spec.containers[0]";
  const fields: Record<string, { readonly takes: readonly string[]; readonly refuses: readonly string[] }> = {
    "spec.replicas": {
      takes: ["schema.spec.count", "1", "schema.spec.?count", "table.x", "schema.spec.open.x", "dyn('x')"],
      refuses: [
        "schema.spec.text",
        "schema.spec.ratio",
        "1.0",
        "'1'",
        "schema.spec.flag",
        "schema.spec.open",
        "null",
        "[1]",
      ],
    },
    "spec.paused": { takes: ["schema.spec.flag", "1 > 2"], refuses: ["1", "'true'"] },
    "metadata.name": {
      takes: ["schema.spec.text", "string(schema.spec.count)", "schema.spec.labels.a"],
      refuses: ["schema.spec.count", "schema.spec.words", "schema.spec.nested", "schema.spec.?count", "b'x'"],
    },
    "spec.strategy.rollingUpdate.maxSurge": { takes: ["1", "'25%'", "1.0", "schema.spec.nested"], refuses: [] },
    [`${container}.resources.limits.cpu`]: { takes: ["1", "'250m'", "0.5"], refuses: [] },
    "metadata.creationTimestamp": { takes: ["schema.metadata.creationTimestamp"], refuses: ["'2026-01-01T00:00:00Z'"] },
    "metadata.labels": {
      takes: [
        "schema.spec.labels",
        "{'a': 'b'}",
        "{}",
        "schema.metadata.labels",
        "schema.spec.nested.inner",
        "schema.spec.open",
      ],
      refuses: ["schema.spec.counts", "{'a': 1}", "schema.spec.nested", "schema.spec.port", "'a'", "['a']", "null"],
    },
    [`${container}.args`]: {
      takes: ["schema.spec.words", "[]", "['a']"],
      refuses: ["[1]", "'a'", "schema.spec.labels"],
    },
    [`${container}.env`]: {
      takes: [
        "schema.spec.environment",
        "schema.spec.environment.map(e, {'name': e.name, 'value': e.value})",
        "[{'name': 'a', 'valueFrom': {'fieldRef': {'fieldPath': 'x'}}}]",
      ],
      refuses: ["schema.spec.words", "schema.spec.ports", "schema.spec.text"],
    },
    [`${container}.ports`]: {
      takes: [
        "schema.spec.ports",
        "[{'name': 'a', 'containerPort': 1}]",
        "deployment.spec.template.spec.containers[0].ports",
      ],
      refuses: ["[{'name': 'a'}]", "schema.spec.environment", "[schema.spec.bad]"],
    },
    [`${container}.ports[0]`]: {
      takes: ["schema.spec.port", "null"],
      refuses: ["schema.spec.bad", "schema.spec.text"],
    },
    [`${container}.resources`]: {
      takes: ["schema.spec.resources", "{'limits': schema.spec.labels}", "schema.spec.open"],
      refuses: ["schema.spec.nested", "schema.spec.text", "schema.spec.words", "{}", "{1: 'a'}"],
    },
    "spec.template": { takes: ["other.spec.template"], refuses: ["other.spec", "other"] },
  };
  for (const [path, { takes, refuses }] of Object.entries(fields)) {
    const field = schemaAt(deployment, path)!;
    for (const expression of takes) {
      it(`lets ${expression} into ${path}`, () => assert.equal(types.mismatch(typeOf(expression), field), undefined));
    }
    for (const expression of refuses) {
      it(`keeps ${expression} out of ${path}`, () =>
        assert.equal(types.isAssignable(typeOf(expression), field), false));
    }
  }

  it("is bytes in a Secret's data", () => {
    const field = schemaAt(resolveSchema("v1", "Secret")!, "data.password")!;
    assert.equal(types.isAssignable("bytes", field), true);
    assert.equal(types.isAssignable("string", field), false);
  });

  it("is said with what was expected", () => {
    const at = (path: string) => schemaAt(deployment, path)!;
    assert.equal(types.mismatch("string", at("spec.replicas")), "string is not int");
    assert.match(
      types.mismatch(typeOf("schema.spec.bad"), at(`${container}.ports[0]`))!,
      /ContainerPort has no field nope/,
    );
  });
});
