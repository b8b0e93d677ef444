import assert from "node:assert/strict";
import { type Definition, type Instance, render } from "../../../packages/kro/index.ts";
import { parseYaml } from "../../../packages/kro-preview/sources/kubernetesYaml.ts";

/** The objects that are made of an RGD and its instance, in YAML, as kro 0.9.4's own builder and runtime make them. */
function made(yaml: string): unknown[] {
  const [definition, instance] = parseYaml(yaml).map(({ value }) => value) as [Definition, Instance];
  const { children } = render(definition, instance);
  assert.deepEqual(
    children.flatMap(({ problems }) => problems),
    [],
  );
  return children.map(({ object }) => JSON.parse(JSON.stringify(object)));
}

const configMap = (name: string, rest: object = {}) => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name, namespace: "default" },
  ...rest,
});

/** Words that an object of JavaScript has, or takes for something else, and that mean nothing to kro. */
const WORDS = ["constructor", "toString", "hasOwnProperty", "prototype", "valueOf", "isPrototypeOf"];

describe("names and keys that JavaScript keeps for itself", () => {
  it("are keys like others, in templates and in instances", () => {
    const data = JSON.parse('{ "__proto__": "p", "constructor": "c", "a": "1" }');
    assert.deepEqual(
      made(`
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: odd }
spec:
  schema:
    apiVersion: v1
    kind: Odd
    spec: { data: "map[string]string", toString: string | default="t" }
  resources:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${schema.metadata.name}" }
        data:
          __proto__: here
          constructor: \${schema.spec.data.constructor}
          toString: \${schema.spec.data['__proto__']}
          valueOf: \${schema.spec.toString}
          size: \${string(size(schema.spec.data))}
    - id: copy
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${schema.metadata.name}-2", annotations: { constructor: x } }
        data: \${schema.spec.data}
    - id: reader
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${copy.metadata.annotations.constructor}" }
        data: { a: "\${config.data.constructor}", b: "\${copy.data['__proto__']}" }
---
apiVersion: kro.run/v1
kind: Odd
metadata: { name: odd, namespace: default }
spec: { data: { __proto__: p, constructor: c, a: "1" } }
`),
      [
        configMap("odd", {
          data: JSON.parse('{ "__proto__": "here", "constructor": "c", "toString": "p", "valueOf": "t", "size": "3" }'),
        }),
        configMap("odd-2", {
          metadata: { name: "odd-2", namespace: "default", annotations: { constructor: "x" } },
          data,
        }),
        configMap("x", { data: { a: "c", b: "p" } }),
      ],
    );
  });

  for (const word of WORDS) {
    it(`are names of nodes, of iterators and of fields: ${word}`, () => {
      assert.deepEqual(
        made(`
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: things }
spec:
  schema:
    apiVersion: v1
    kind: Thing
    spec: { ${word}: string | default="f", names: "[]string" }
  resources:
    - id: ${word}
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${schema.spec.${word}}" }
        data: { ${word}: d }
    - id: each${word}
      forEach: [{ one: "\${schema.spec.names}" }]
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${${word}.metadata.name}-\${${word}.data.${word}}-\${one}" }
---
apiVersion: kro.run/v1
kind: Thing
metadata: { name: x, namespace: default }
spec: { names: [a] }
`),
        [configMap("f", { data: { [word]: "d" } }), configMap("f-d-a")],
      );
      assert.deepEqual(
        made(`
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: things }
spec:
  schema: { apiVersion: v1, kind: Thing, spec: { names: "[]string" } }
  resources:
    - id: things
      forEach: [{ ${word}: "\${schema.spec.names}" }]
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: "\${${word}}-\${[${word}].map(${word}, ${word} + 'b')[0]}" }
---
apiVersion: kro.run/v1
kind: Thing
metadata: { name: x, namespace: default }
spec: { names: [a] }
`),
        [configMap("a-ab")],
      );
    });
  }
});

describe("null, in a conversion", () => {
  const [definition, instance] = parseYaml(`
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata: { name: things }
spec:
  schema: { apiVersion: v1, kind: Thing }
  resources:
    - id: config
      template:
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: config }
        data: { value: EXPRESSION }
---
apiVersion: kro.run/v1
kind: Thing
metadata: { name: x, namespace: default }
spec: {}
`).map(({ value }) => JSON.stringify(value)) as [string, string];
  const rendered = (expression: string) =>
    render(JSON.parse(definition.replace("EXPRESSION", `\${${expression}}`)), JSON.parse(instance));

  for (const [expression, problem] of [
    ["string(null)", "no such overload: string(null_type)"],
    ["string(int(null))", "no such overload: int(null_type)"],
    ["string(timestamp(null))", "no such overload: timestamp(null_type)"],
  ] as const) {
    it(`is taken by kro's checker where a time is, and fails when it is evaluated: ${expression}`, () => {
      const [child] = rendered(expression).children;
      assert.deepEqual(child!.problems, [`data.value: \${${expression}} has no value here: ${problem}`]);
    });
  }

  for (const expression of ["string(uint(null))", "string(bytes(null))", "string(size(null))"]) {
    it(`is refused by kro's checker where no time is taken: ${expression}`, () => {
      assert.throws(() => rendered(expression), /found no matching overload/);
    });
  }
});
