import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import { API_VERSION, type CartsStackSpec, DEFINITION_NAME, definition } from "../../../components/index.ts";
import {
  type Definition,
  type Instance,
  instanceGvk,
  type KubernetesObject,
  type Value,
} from "../../../packages/kro/index.ts";

/** An instance, and the RGD that it is of. */
export interface Variant {
  readonly definition: Definition;
  readonly instance: Instance;
}

type Document = Definition & KubernetesObject;

const documents = ["values.yaml", "structure.yaml"].flatMap((file) =>
  parseAllDocuments(readFileSync(join(import.meta.dirname, file), "utf8")).map((document): Document => document.toJS()),
);
/** What the RGDs need in the cluster. */
export const fixtures: readonly KubernetesObject[] = documents.filter(({ kind }) => kind !== "ResourceGraphDefinition");

const definitionOf = (name: string): Definition => {
  const found = documents.find(({ kind, metadata }) => kind === "ResourceGraphDefinition" && metadata.name === name);
  if (!found) throw new Error(`no ResourceGraphDefinition ${name} in the files`);
  return found;
};

export const carts = {
  ...{
    apiVersion: API_VERSION,
    kind: "ResourceGraphDefinition",
    metadata: { name: DEFINITION_NAME },
    spec: definition,
  },
} as unknown as Definition;
export const values = definitionOf("values");
export const structures = definitionOf("structures");
export const tenants = definitionOf("tenants");

/** What only the cluster can know of the children of an RGD. */
export const knownToTheCluster: ReadonlyMap<Definition, readonly string[]> = new Map([
  [
    carts,
    [
      "serviceAccount: metadata.annotations.carts-stack/table-arn",
      "service: metadata.annotations.carts-stack/pods-without-credentials",
    ],
  ],
  [
    structures,
    [
      // An externalRef.
      ...["outside: data.region", "outside: data.mode", "outside: data.maybe", "outside: data.teams"],
      ...["shadows: data.region", "deployment: spec.template.spec.containers.0.env.3.value"],
      // What a controller, or the API server, adds to a sibling.
      "deployment: spec.template.spec.containers.0.env.0.value",
      "deployment: spec.template.spec.containers.0.env.1.value",
      ...["after: data.available", "after: data.generation", "after: data.uid", "after: data.policy"],
    ],
  ],
]);

const variant = (definition: Definition, name: string, spec: Record<string, Value>): Variant => {
  const { apiVersion, kind } = instanceGvk(definition);
  const metadata = { name, ...(definition.spec.schema.scope === "Cluster" ? {} : { namespace: "default" }) };
  return { definition, instance: { apiVersion, kind, metadata, spec } };
};

const cartsVariant = (name: string, spec: Partial<CartsStackSpec> = {}) =>
  variant(carts, name, { tableName: `table-${name}`, namespace: name, ...spec } as unknown as Record<string, Value>);

const everything: Readonly<Record<string, Value>> = {
  matrix: [[1, 2], [], [3]],
  people: [
    { name: "Ada", age: 36, email: "ada@example.com", home: { city: "London", zip: "N1" } },
    { name: "Bob", age: 7, home: { city: "Rome" } },
  ],
  labels: { team: "a", "example.com/tier": "web" },
  weights: { a: 1, b: -2 },
  groups: { first: ["a", "b"], none: [] },
  chief: { name: "Grace", home: { city: "New York" } },
  free: { title: "Free", list: [1, 2.5, true, "text", { deep: {} }], 1: "one", "with space": 0 },
};

/** One node takes the first of the `people`. */
export const unmakeable = variant(values, "values-unmakeable", { ...everything, people: [] });

/** Two elements of a list give an object the same name. */
export const twins = variant(structures, "twins", {
  ...{ namespace: "twins", workers: [{ name: "ann" }, { name: "ann", size: 2 }] },
});

/** Each is brought up with kro, and rendered. */
export const variants: Readonly<Record<string, Variant>> = {
  "the carts RGD, defaults": cartsVariant("carts-defaults"),
  "the carts RGD, all options": cartsVariant("carts-options", {
    serviceAccount: "carts-account",
    image: "registry.example.com:5000/carts",
    imageVersion: "1.4.0-rc.1",
    replicas: 3,
    resources: { requests: { cpu: "1000m", memory: "1024Mi" }, limits: { memory: "1.5Gi" } },
    environment: [
      { name: "GREETING", value: 'said "hello", {name} 💚' },
      { name: "EMPTY", value: "" },
      { name: "DOLLAR", value: "$(HOME) ${not.an.expression}" },
    ],
    namespaceLabels: { team: "carts", "shop.example/cost-center": "42" },
    namespaceAnnotations: { "shop.example/contact": "#carts, any time" },
    tags: [
      { key: "team", value: "carts" },
      { key: "cost-center", value: "42" },
    ],
    tableOnDestroy: "delete",
    revision: "1",
  }),
  "the carts RGD, the first of three instances": cartsVariant("carts-a"),
  "the carts RGD, the second of three instances": cartsVariant("carts-b", { replicas: 2 }),
  "the carts RGD, the third of three instances": cartsVariant("carts-c", { imageVersion: "1.2.0" }),
  "every type of value, defaults": variant(values, "values-defaults", {
    ...{ matrix: [], labels: {}, weights: {}, groups: {}, free: {} },
    people: [{ name: "Ada", home: { city: "London" } }],
    chief: { name: "Grace", home: { city: "New York" } },
  }),
  "every type of value, all given": variant(values, "values-given", {
    ...everything,
    ...{ text: `it's "quoted" \\ {braces} \${no.expression} 💚 ünïcødé`, mode: "slow" },
    ...{ count: 12, big: -9007199254740991, ratio: 0.1, whole: 3, enabled: false, cpu: "0.5" },
    ...{ nickname: "nick", number: 7, words: ["two", "three", "zwölf"], numbers: [0, -1, 2147483648] },
    chief: { name: "Grace", age: 85, email: "grace@example.com", home: { city: "New York", zip: "1" } },
    nested: { inner: { value: "given", list: [] } },
  }),
  "every type of value, empty ones": variant(values, "values-empty", {
    ...everything,
    ...{ text: "", count: 0, ratio: 0, whole: 0, enabled: false, nickname: "", number: 0, words: [], numbers: [] },
    chief: { name: "", age: 0, email: "", home: { city: "" } },
    ...{ matrix: [[]], labels: { empty: "" }, weights: { zero: 0 }, groups: {}, free: { title: "", nothing: null } },
    nested: { inner: {} },
  }),
  "a structure with everything included": variant(structures, "full", {
    ...{ namespace: "full", monitoring: { enabled: true } },
    workers: [{ name: "ann" }, { name: "bob", size: 3 }],
  }),
  "a structure with as little as can be": variant(structures, "bare", {
    ...{ namespace: "bare", mode: "small", regions: ["eu"], workers: [], cpu: "2", memory: "512Mi" },
  }),
  "an instance without a namespace": variant(tenants, "acme", {}),
};

/** An RGD in which each of these JSON texts is another, and which has other nodes. */
function changed(
  definition: Definition,
  texts: Readonly<Record<string, string>>,
  { without = [], add = [] }: { without?: readonly string[]; add?: Definition["spec"]["resources"] } = {},
): Definition {
  const text = Object.entries(texts).reduce((all, [before, after]) => {
    if (!all.includes(before)) throw new Error(`the RGD has no ${before}`);
    return all.replaceAll(before, after);
  }, JSON.stringify(definition));
  const { spec, ...rest } = JSON.parse(text) as Definition;
  const resources = spec.resources.filter(({ id }) => !without.includes(id));
  return { ...rest, spec: { ...spec, resources: [...resources, ...add] } };
}

/** A field, a variable and a node more; another probe and another port. */
export const changedCarts = changed(
  carts,
  {
    '"revision":"string': '"logLevel":"string | default=info","revision":"string',
    '"data":{': '"data":{"LOG_LEVEL":"${schema.spec.logLevel}",',
    '"failureThreshold":120': '"failureThreshold":60',
    '"port":80,': '"port":8080,',
  },
  {
    add: [
      {
        id: "budget",
        template: {
          apiVersion: "policy/v1",
          kind: "PodDisruptionBudget",
          metadata: { name: "${deployment.metadata.name}", namespace: "${deployment.metadata.namespace}" },
          spec: { maxUnavailable: 1, selector: { matchLabels: "${deployment.spec.selector.matchLabels}" } },
        },
      },
    ],
  },
);

/** Another name for a node that others refer to, a node less and one more, other expressions and lists. */
export const changedStructures = changed(
  structures,
  {
    "${schema.metadata.name}-config": "${schema.metadata.name}-settings",
    '"port":80,': '"port":81,',
    "9000 + schema": "9001 + schema",
    '"limits":{"cpu":"2000m","memory":"1024Mi"}': '"limits":{"cpu":"3"}',
    "worker.size * 2": "worker.size * 3",
    '"region ${settings.data.region}"': '"${settings.data.region}, region"',
    '"verbs":["get","list"]': '"verbs":["get","list","watch"]',
  },
  {
    without: ["extra"],
    add: [
      {
        id: "limits",
        template: {
          apiVersion: "v1",
          kind: "ResourceQuota",
          metadata: { name: "limits", namespace: "${ns.metadata.name}" },
          spec: { hard: { pods: "${schema.spec.replicas * 10}" } },
        },
      },
    ],
  },
);

/** The same instance with other fields. */
export const withSpec = ({ definition, instance }: Variant, spec: Readonly<Record<string, Value>>): Variant => ({
  definition,
  instance: { ...instance, spec: { ...instance.spec, ...spec } },
});
