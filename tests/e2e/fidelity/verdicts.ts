import type { Definition } from "../../../packages/kro/index.ts";

/** An RGD, and whether kro 0.9.4 and the API server take it. Held against both, and against what is foretold. */
export interface Case {
  readonly definition: Definition;
  readonly accepted: boolean;
  /** It has keys that RGDs don't have. */
  readonly unknownKeys?: boolean;
}

type Fields = Readonly<Record<string, unknown>>;

let count = 0;

/** Of a kind of its own. */
function rgd({
  schema,
  resources = [config()],
  name,
}: {
  schema?: Fields;
  /** Null: there is no such key. */
  resources?: readonly unknown[] | null;
  name?: string;
} = {}): Definition {
  const kind = `Verdict${String.fromCharCode(65 + Math.floor(count / 26), 65 + (count % 26))}`;
  count++;
  return {
    apiVersion: "kro.run/v1alpha1",
    kind: "ResourceGraphDefinition",
    metadata: { name: name ?? kind.toLowerCase() },
    spec: {
      schema: { apiVersion: "v1alpha1", kind, spec: { text: "string" }, ...schema },
      ...(resources && { resources }),
    },
  } as unknown as Definition;
}

/** A node that makes a ConfigMap. */
const config = ({ id = "config", metadata, data, ...more }: Fields = {}) => ({
  id,
  template: {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "${schema.metadata.name}", ...(metadata as object) },
    data: data ?? { text: "${schema.spec.text}" },
  },
  ...more,
});

/** A node that reads a ConfigMap. */
const external = (metadata: Fields) => ({
  id: "found",
  externalRef: { apiVersion: "v1", kind: "ConfigMap", metadata },
});

const crd = (metadata: Fields, names: Fields = {}) => ({
  id: "crd",
  template: {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata,
    spec: { group: "verdict.example", names: { kind: "Thing", plural: "things", ...names }, nothing: "here" },
  },
});

const refused = (definition: Definition): Case => ({ definition, accepted: false });
const accepted = (definition: Definition): Case => ({ definition, accepted: true });
const cluster = { scope: "Cluster" };
const many = (length: number, item: (i: number) => unknown) => Array.from({ length }, (_, i) => item(i));
const overLists = (length: number) => ({
  ...config({ metadata: { name: many(length, (i) => `\${x${i}}`).join("-") } }),
  forEach: many(length, (i) => ({ [`x${i}`]: "${schema.spec.list}" })),
});

/** Most are refused by one check each: by the API server for the schema of RGDs, by kro, or by the API server for the CRD. */
export const cases: Readonly<Record<string, Case>> = {
  "a plain RGD": accepted(rgd()),
  "no nodes": accepted(rgd({ resources: [] })),
  "nodes that are left out": accepted(rgd({ resources: null })),
  "no spec in the schema": accepted(rgd({ schema: { spec: undefined }, resources: [config({ data: { a: "b" } })] })),

  // The schema of RGDs.
  "a kind in lower case": refused(rgd({ schema: { kind: "verdict" } })),
  "a kind that is an abbreviation with an S": refused(rgd({ schema: { kind: "DNS" } })),
  "a kind that ends with such a one": accepted(rgd({ schema: { kind: "VerdictDNS" } })),
  "a kind whose lists have too long a name": refused(rgd({ schema: { kind: `Verdict${"x".repeat(53)}` } })),
  "a kind of 59 letters": accepted(rgd({ schema: { kind: `Verdict${"x".repeat(52)}` } })),
  "a kind with a dash": refused(rgd({ schema: { kind: "Ver-dict" } })),
  "a version that is none": refused(rgd({ schema: { apiVersion: "1" } })),
  "no version": refused(rgd({ schema: { apiVersion: undefined } })),
  "a group in the version": refused(rgd({ schema: { apiVersion: "kro.run/v1" } })),
  "a scope that there isn't": refused(rgd({ schema: { scope: "Namespace" } })),
  "a group that is a number": refused(rgd({ schema: { group: 1 } })),
  "a short name in capitals": refused(rgd({ schema: { shortNames: ["VD"] } })),
  "a short name twice": refused(rgd({ schema: { shortNames: ["vdt", "vdt"] } })),
  "a category with a dot": refused(rgd({ schema: { categories: ["a.b"] } })),
  "33 categories": refused(rgd({ schema: { categories: many(33, (i) => `c${i}`) } })),
  "a category": accepted(rgd({ schema: { categories: ["verdicts"] } })),
  "a printer column without a path": refused(
    rgd({ schema: { additionalPrinterColumns: [{ name: "A", type: "string" }] } }),
  ),
  "a label of the CRD that is a number": refused(rgd({ schema: { metadata: { labels: { a: 1 } } } })),
  "a spec that is a list": refused(rgd({ schema: { spec: ["a"] } })),
  "a node without id": refused(rgd({ resources: [{ ...config(), id: undefined }] })),
  "a node with nothing": refused(rgd({ resources: [{ id: "config" }] })),
  "a node with a template and an externalRef": refused(
    rgd({ resources: [{ ...config(), externalRef: external({ name: "a" }).externalRef }] }),
  ),
  "a template that is text": refused(rgd({ resources: [{ id: "config", template: "a" }] })),
  "a template that is null": refused(rgd({ resources: [{ id: "config", template: null }] })),
  "a condition that is no text": refused(rgd({ resources: [config({ includeWhen: [true] })] })),
  "conditions that are no list": refused(rgd({ resources: [config({ readyWhen: "${true}" })] })),
  "an iteration of two names": refused(
    rgd({ resources: [config({ forEach: [{ a: "${[1]}", b: "${[2]}" }], metadata: { name: "${a}-${b}" } })] }),
  ),
  "an iteration of no name": refused(rgd({ resources: [config({ forEach: [{}] })] })),
  "an externalRef without kind": refused(
    rgd({ resources: [{ id: "found", externalRef: { apiVersion: "v1", metadata: { name: "a" } } }] }),
  ),
  "an externalRef with an empty name": refused(rgd({ resources: [external({ name: "" })] })),
  "an RGD's name in capitals": refused(rgd({ name: "Verdict" })),
  "an RGD's name of 64 characters": refused(rgd({ name: `v${"x".repeat(63)}` })),
  "an RGD's name of 63 characters": accepted(rgd({ name: `v${"x".repeat(62)}` })),

  // Names.
  ...Object.fromEntries(
    "list map string int uint double bool bytes type google cel optional graphengine size lists"
      .split(" ")
      .map((id) => [
        `the id ${id}`,
        accepted(
          rgd({ resources: [config({ id }), config({ id: "next", metadata: { name: `\${${id}.metadata.name}-2` } })] }),
        ),
      ]),
  ),
  "an id of a type, and that type's function": accepted(
    rgd({
      resources: [config({ id: "string" }), config({ id: "next", data: { a: "${string(1) + string.data.text}" } })],
    }),
  ),
  "an iterator of the name of a type": accepted(
    rgd({ resources: [config({ metadata: { name: "${string}" }, forEach: [{ string: "${['a', 'b']}" }] })] }),
  ),
  "the id spec": refused(rgd({ resources: [config({ id: "spec" })] })),
  "the id void": refused(rgd({ resources: [config({ id: "void" })] })),
  "an id with a capital in front": refused(rgd({ resources: [config({ id: "Config" })] })),
  "an id twice": refused(rgd({ resources: [config(), config({ metadata: { name: "b" } })] })),
  "an iterator with the name of a node": refused(
    rgd({ resources: [config({ metadata: { name: "${config}" }, forEach: [{ config: "${['a']}" }] })] }),
  ),
  "ten iterators": accepted(
    rgd({ schema: { spec: { text: "string", list: "[]string" } }, resources: [overLists(10)] }),
  ),
  "eleven iterators": refused(
    rgd({ schema: { spec: { text: "string", list: "[]string" } }, resources: [overLists(11)] }),
  ),
  "an iterator in another's list": refused(
    rgd({
      resources: [config({ metadata: { name: "${a}-${b}" }, forEach: [{ a: "${['x']}" }, { b: "${[a]}" }] })],
    }),
  ),
  "an iteration over what may be anything": refused(
    rgd({
      schema: { spec: { text: "string", any: "object" } },
      resources: [config({ metadata: { name: "${string(a)}" }, forEach: [{ a: "${schema.spec.any.list}" }] })],
    }),
  ),
  "an iteration over a map": refused(
    rgd({
      schema: { spec: { text: "string", map: "map[string]string" } },
      resources: [config({ metadata: { name: "${a}" }, forEach: [{ a: "${schema.spec.map}" }] })],
    }),
  ),

  // Templates.
  "an empty template": refused(rgd({ resources: [{ id: "config", template: {} }] })),
  "a template without a name": accepted(rgd({ resources: [config({ metadata: { name: undefined } })] })),
  "a template with metadata that is text": refused(
    rgd({
      resources: [{ id: "config", template: { apiVersion: "v1", kind: "ConfigMap", metadata: "${schema.spec.text}" } }],
    }),
  ),
  "an apiVersion with two slashes": refused(
    rgd({
      resources: [{ id: "config", template: { apiVersion: "a/b/c", kind: "ConfigMap", metadata: { name: "a" } } }],
    }),
  ),
  "an expression as kind": refused(
    rgd({
      resources: [{ id: "config", template: { apiVersion: "v1", kind: "${'ConfigMap'}", metadata: { name: "a" } } }],
    }),
  ),
  "an expression as apiVersion": refused(
    rgd({
      resources: [{ id: "config", template: { apiVersion: "${'v1'}", kind: "ConfigMap", metadata: { name: "a" } } }],
    }),
  ),
  "a version of Kubernetes that is gone": refused(
    rgd({
      resources: [
        { id: "old", template: { apiVersion: "extensions/v1beta1", kind: "Ingress", metadata: { name: "a" } } },
      ],
    }),
  ),
  "a namespaced child without a namespace, of an instance that has none": refused(rgd({ schema: cluster })),
  "a namespaced child with an empty namespace, of an instance that has none": refused(
    rgd({ schema: cluster, resources: [config({ metadata: { namespace: " " } })] }),
  ),
  "a namespaced child with a namespace, of an instance that has none": accepted(
    rgd({ schema: cluster, resources: [config({ metadata: { namespace: "${schema.spec.text}" } })] }),
  ),
  "an externalRef without a namespace, of an instance that has none": refused(
    rgd({ schema: cluster, resources: [external({ name: "a" })] }),
  ),
  "an externalRef by labels without a namespace, of an instance that has none": accepted(
    rgd({ schema: cluster, resources: [external({ selector: { matchLabels: { a: "b" } } })] }),
  ),
  "a namespace of the instance, which has none": refused(
    rgd({ schema: cluster, resources: [config({ metadata: { namespace: "${schema.metadata.namespace}" } })] }),
  ),
  "a namespace that is null, of a kind without one": refused(
    rgd({
      resources: [
        { id: "ns", template: { apiVersion: "v1", kind: "Namespace", metadata: { name: "a", namespace: null } } },
      ],
    }),
  ),
  "kro's own label": refused(rgd({ resources: [config({ metadata: { labels: { "kro.run/a": "b" } } })] })),
  "kro's deletion policy of later": refused(
    rgd({ resources: [config({ metadata: { annotations: { "kro.run/deletion-policy": "Orphaned" } } })] }),
  ),
  "a CRD with fields that CRDs don't have": accepted(rgd({ resources: [crd({ name: "things.verdict.example" })] })),
  "a CRD with an expression in its metadata": accepted(
    rgd({ resources: [crd({ name: "things.verdict.example", labels: { a: "${schema.spec.text}" } })] }),
  ),
  "a CRD with an expression elsewhere": refused(
    rgd({ resources: [crd({ name: "things.verdict.example" }, { singular: "${schema.spec.text}" })] }),
  ),
  "a field that is null": accepted(rgd({ resources: [config({ data: null })] })),
  "text in braces that is never closed": accepted(rgd({ resources: [config({ data: { a: "price ${schema.spec" } })] })),

  // externalRef.
  "name and selector": refused(rgd({ resources: [external({ name: "a", selector: { matchLabels: { a: "b" } } })] })),
  "a selector that is null, and a name": accepted(rgd({ resources: [external({ name: "a", selector: null })] })),
  "neither name nor selector": refused(rgd({ resources: [external({ namespace: "default" })] })),
  "an externalRef in an iteration": refused(
    rgd({ resources: [{ ...external({ name: "${a}" }), forEach: [{ a: "${['x']}" }] }] }),
  ),

  // Expressions.
  "a reference to nothing": refused(rgd({ resources: [config({ data: { a: "${nobody.data.a}" } })] })),
  "each in a template": refused(rgd({ resources: [config({ data: { a: "${each.metadata.name}" } })] })),
  "runtime in a template": refused(
    rgd({ resources: [config({ data: { a: "${runtime.condition(schema, 'Ready').status}" } })] }),
  ),
  "omit(), without its feature gate": refused(
    rgd({ resources: [config({ data: { a: "${schema.spec.text == '' ? omit() : 'b'}" } })] }),
  ),
  "a type as a value": refused(
    rgd({ resources: [config({ data: { a: "${type(schema.spec.text) == string ? 'a' : 'b'}" } })] }),
  ),
  "a node that needs itself": refused(rgd({ resources: [config({ data: { a: "${config.metadata.uid}" } })] })),
  "nodes that wait for each other": refused(
    rgd({
      resources: [config({ data: { a: "${next.data.a}" } }), config({ id: "next", data: { a: "${config.data.a}" } })],
    }),
  ),
  "the instance's status": refused(rgd({ resources: [config({ data: { a: "${schema.status.state}" } })] })),

  // Status.
  "a status field of text": refused(rgd({ schema: { status: { phase: "string" } } })),
  "a status field that is a number": refused(rgd({ schema: { status: { count: 1 } } })),
  "a status field that is null": refused(rgd({ schema: { status: { phase: null } } })),
  "a status field that is text in a list": refused(
    rgd({ schema: { status: { a: ["${config.metadata.name}", "b"] } } }),
  ),
  "a status field that is empty": accepted(rgd({ schema: { status: { a: {}, b: [] } } })),
  "a status field of literals": refused(rgd({ schema: { status: { a: "${'b'}" } } })),
  "a status field of the instance": accepted(rgd({ schema: { status: { a: "${schema.spec.text}" } } })),
  "a status that is text in braces that is never closed": refused(rgd({ schema: { status: { a: "b ${config" } } })),
  "omit() in the status": refused(
    rgd({ schema: { status: { a: "${config.data.text == '' ? omit() : config.data.text}" } } }),
  ),
  "own conditions that are no list": refused(rgd({ schema: { status: { conditions: "${config.metadata.name}" } } })),
  "own conditions that are no text": refused(rgd({ schema: { status: { conditions: [{ type: "A" }] } } })),

  // SimpleSchema, and the CRD that comes of it.
  "a field of an unknown type": refused(rgd({ schema: { spec: { text: "text" } } })),
  "a field that is a list": refused(rgd({ schema: { spec: { text: "string", a: ["string"] } } })),
  "a field that is a number": refused(rgd({ schema: { spec: { text: "string", a: 1 } } })),
  "a bar without markers": refused(rgd({ schema: { spec: { text: "string |" } } })),
  "an unknown marker": refused(rgd({ schema: { spec: { text: "string | foo=bar" } } })),
  "a default of another type": refused(rgd({ schema: { spec: { text: "string", a: "integer | default=b" } } })),
  "a default that breaks a rule": refused(
    rgd({ schema: { spec: { text: "string", a: "integer | default=1 minimum=2" } } }),
  ),
  "a group without a dot": refused(rgd({ schema: { group: "verdicts" } })),
  "a group in capitals": refused(rgd({ schema: { group: "Verdict.Example" } })),
  "a group of Kubernetes' own": refused(rgd({ schema: { group: "verdict.k8s.io" } })),
  "a group of one's own": accepted(rgd({ schema: { group: "verdict.example" } })),
  "a label of the CRD that is none": refused(rgd({ schema: { metadata: { labels: { a: "b c" } } } })),
  "an annotation of the CRD that is none": refused(rgd({ schema: { metadata: { annotations: { "a b": "c" } } } })),
  "a printer column of an unknown type": refused(
    rgd({ schema: { additionalPrinterColumns: [{ name: "A", type: "text", jsonPath: ".spec.text" }] } }),
  ),
  "a printer column without a dot": refused(
    rgd({ schema: { additionalPrinterColumns: [{ name: "A", type: "string", jsonPath: "spec.text" }] } }),
  ),
  "a printer column": accepted(
    rgd({ schema: { additionalPrinterColumns: [{ name: "A", type: "string", jsonPath: ".spec.text" }] } }),
  ),
  "keys that RGDs don't have": {
    ...accepted(
      rgd({ schema: { validation: ["a"] }, resources: [config({ dependsOn: ["a"], deletionPolicy: "Orphaned" })] }),
    ),
    unknownKeys: true,
  },
};

/** A change of an RGD, and what becomes of it. */
export interface Change {
  readonly before: Definition;
  readonly after: Definition;
  /** `ignored`: kro says that it is done, and the CRD is as it was. */
  readonly verdict: "taken" | "refused" | "ignored";
}

const change = (verdict: Change["verdict"], was: Fields, is: Fields, annotations?: Fields): Change => {
  const before = rgd({ schema: was });
  const { metadata, spec } = before;
  const schema = Object.fromEntries(Object.entries({ ...spec.schema, ...is }).filter(([, value]) => value !== null));
  const after = { ...before, metadata: { ...metadata, annotations }, spec: { ...spec, schema } };
  return { before, after: after as unknown as Definition, verdict };
};

const spec = (fields: Fields) => ({ spec: { text: "string", ...fields } });
const field = (verdict: Change["verdict"], was: string, is: string, annotations?: Fields): Change =>
  change(verdict, spec({ a: was }), spec({ a: is }), annotations);

export const changes: Readonly<Record<string, Change>> = {
  "another kind": change("refused", {}, { kind: "VerdictOther" }),
  "another version": change("refused", {}, { apiVersion: "v1" }),
  "another group": change("refused", {}, { group: "verdict.example" }),
  "an empty group": change("refused", {}, { group: "" }),
  "another scope": change("refused", {}, { scope: "Cluster" }),
  "the group and the scope that are there by default": change("taken", {}, { group: "kro.run", scope: "Namespaced" }),
  "a field that goes": change("refused", spec({ a: "string" }), spec({})),
  "a field that goes, with the annotation": change("taken", spec({ a: "string" }), spec({}), {
    "kro.run/allow-breaking-changes": "true",
  }),
  "a new field": change("taken", spec({}), spec({ a: "string" })),
  "a new field that is required": change("refused", spec({}), spec({ a: "string | required=true" })),
  "a new field that is required, with a default": change(
    "taken",
    spec({}),
    spec({ a: "string | required=true default=b" }),
  ),
  "another type": field("refused", "string", "integer"),
  "a field that becomes required": field("refused", "string", "string | required=true"),
  "a required field that loses its default": field(
    "refused",
    "string | required=true default=b",
    "string | required=true",
  ),
  "a pattern": field("refused", "string", "string | pattern=b"),
  "a pattern that goes": field("taken", "string | pattern=b", "string"),
  "a higher minimum": field("refused", "integer | minimum=1", "integer | minimum=2"),
  "a lower minimum": field("taken", "integer | minimum=2", "integer | minimum=1"),
  "a smaller enum": field("refused", "string | enum=b,c", "string | enum=b"),
  "a larger enum": field("taken", "string | enum=b", "string | enum=b,c"),
  "another type within a list": field("refused", "[]string", "[]integer"),
  "another default": field("taken", "string | default=b", "string | default=c"),
  "an enum where there was none": field("ignored", "string", "string | enum=b"),
  "a rule": field("ignored", "string", "string | validation=\"self != 'b'\""),
  "a field that becomes immutable": field("ignored", "string", "string | immutable=true"),
  "another type of list": field("ignored", "[]string", "[]string | listType=set"),
  "other values of a map": field("ignored", "map[string]string", "map[string]integer"),
  "another label of the CRD": change(
    "ignored",
    { metadata: { labels: { a: "b" } } },
    { metadata: { labels: { a: "c" } } },
  ),
  "a status field that goes": change("refused", { status: { a: "${schema.spec.text}" } }, { status: null }),
  "a status field of another type": change(
    "refused",
    { status: { a: "${schema.spec.text}" } },
    { status: { a: "${size(schema.spec.text)}" } },
  ),
  "a status field that becomes a map": change(
    "refused",
    { status: { a: "${schema.spec.text}" } },
    { status: { a: { b: "${schema.spec.text}" } } },
  ),
  "another short name": change("taken", { shortNames: ["va"] }, { shortNames: ["vb"] }),
};
