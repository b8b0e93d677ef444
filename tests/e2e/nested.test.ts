import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { execa } from "execa";
import {
  buildGraph,
  type Child,
  crdSchemas,
  type Definition,
  type DefinitionResource,
  type Instance,
  type KubernetesObject,
  refusedUpdate,
  render,
  titleOf,
} from "../../packages/kro/index.ts";
import * as cluster from "./fidelity/cluster.ts";
import { applied, notAsRendered } from "./fidelity/compare.ts";
import { CLONE, letKro, remove, sandbox, story } from "./kit/index.ts";

/** Seconds until kro has done what is awaited, on a slow machine. */
const PATIENCE = 90;

const text = { type: "string" };

/** A kind with what a CRD may say. */
const crd = (kind: string, scope: string) => {
  const plural = `${kind.toLowerCase()}s`;
  const rule = { type: "object", required: ["id"], properties: { id: text, weight: { type: "integer" } } };
  const spec = {
    type: "object",
    required: ["name"],
    properties: {
      name: { ...text, "x-kubernetes-validations": [{ rule: "self == oldSelf" }] },
      size: { type: "integer", default: 3, maximum: 9 },
      labels: { type: "object", additionalProperties: text },
      config: { type: "object", "x-kubernetes-preserve-unknown-fields": true, properties: { mode: text } },
      rules: { type: "array", items: rule, "x-kubernetes-list-type": "map", "x-kubernetes-list-map-keys": ["id"] },
    },
    "x-kubernetes-validations": [{ rule: "self.size >= oldSelf.size", message: "a bucket can't shrink" }],
  };
  const status = { type: "object", properties: { arn: text, count: { type: "integer" } } };
  const openAPIV3Schema = { type: "object", properties: { spec, status } };
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.aws.example` },
    spec: {
      ...{
        group: "aws.example",
        scope,
        names: { kind, plural, singular: kind.toLowerCase(), listKind: `${kind}List` },
      },
      versions: [
        { name: "v1", served: true, storage: true, schema: { openAPIV3Schema }, subresources: { status: {} } },
      ],
    },
  };
};
const crds = [crd("Bucket", "Namespaced"), crd("Zone", "Cluster")];

const rgd = (kind: string, resources: readonly DefinitionResource[], schema: object = {}): Definition =>
  ({
    ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition", metadata: { name: kind.toLowerCase() } },
    spec: { schema: { apiVersion: "v1alpha1", kind, group: "nested.example", ...schema }, resources },
  }) as Definition;

const node = (id: string, object: object, name = "${schema.metadata.name}"): DefinitionResource => ({
  id,
  template: { metadata: { name }, ...object },
});
const inner = (spec: object) => ({ apiVersion: "nested.example/v1alpha1", kind: "Inner", spec });
const bucket = (spec: object) => ({ apiVersion: "aws.example/v1", kind: "Bucket", spec });
const configMap = (data: object) => ({ apiVersion: "v1", kind: "ConfigMap", data });

const innerRgd = (note: string, size = 2) =>
  rgd(
    "Inner",
    [
      node("first", configMap({ size: "${string(schema.spec.size)}", note }), "${schema.metadata.name}-first"),
      node("second", configMap({ of: "${first.metadata.name}" }), "${schema.metadata.name}-second"),
    ],
    {
      spec: { size: `integer | default=${size}`, label: "string" },
      status: { text: "${first.data.size}", ready: "${second.metadata.generation != 1}" },
    },
  );

const outerRgd = rgd(
  "Outer",
  [
    node("config", configMap({ a: "b" }), "${schema.metadata.name}-config"),
    node("inner", inner({ label: "${config.metadata.name}" })),
    node("bucket", bucket({ name: "${schema.spec.name}", size: "${schema.spec.size}", rules: [{ id: "a" }] })),
    node(
      "reader",
      configMap({ size: "${string(inner.spec.size)}", text: "${inner.status.text}" }),
      "${schema.metadata.name}-reader",
    ),
  ],
  { spec: { name: "string", size: "integer | default=3" } },
);

const instance = (spec: Record<string, string | number>, name = "one"): Instance => ({
  ...{ apiVersion: "nested.example/v1alpha1", kind: "Outer", metadata: { name, namespace: "default" } },
  spec,
});

const known = (definition: Definition) => ({ definitions: [definition, outerRgd], crds: crdSchemas(crds) });

/** RGDs that read or make instances of others, and objects of CRDs; and whether kro takes them. */
const verdicts: readonly (readonly [what: string, isTaken: boolean, ...DefinitionResource[]])[] = [
  ["reads a status", true, node("inner", inner({})), node("reader", configMap({ a: "${inner.status.text}" }), "r")],
  ["reads a state", true, node("inner", inner({})), node("reader", configMap({ a: "${inner.status.state}" }), "r")],
  [
    "reads a field of no name",
    false,
    node("inner", inner({})),
    node("reader", configMap({ a: "${inner.spec.sise}" }), "r"),
  ],
  [
    "reads a status of no name",
    false,
    node("inner", inner({})),
    node("reader", configMap({ a: "${inner.status.nope}" }), "r"),
  ],
  [
    "reads a bool for a text",
    false,
    node("inner", inner({})),
    node("reader", configMap({ a: "${inner.status.ready}" }), "r"),
  ],
  [
    "reads an int for a text",
    false,
    node("inner", inner({})),
    node("reader", configMap({ a: "${inner.spec.size}" }), "r"),
  ],
  ["gives a field of no name", false, node("inner", inner({ sise: 1 }))],
  ["gives a text for an int", false, node("inner", inner({ size: "${schema.metadata.name}" }))],
  [
    "gives what a CRD leaves open",
    true,
    node("bucket", bucket({ name: "a", config: { any: [1] }, labels: { b: "c" } })),
  ],
  ["gives another type where a CRD is open", true, node("bucket", bucket({ name: "a", config: { mode: 1 } }))],
  [
    "reads what a CRD leaves open",
    true,
    node("bucket", bucket({ name: "a" })),
    node("reader", configMap({ a: "${bucket.spec.config.any}" }), "r"),
  ],
  ["gives a field that a CRD doesn't have", false, node("bucket", bucket({ name: "a", nope: 1 }))],
  ["gives another type than a CRD's", false, node("bucket", bucket({ name: "a", size: "3" }))],
  [
    "reads another type than a CRD's",
    false,
    node("bucket", bucket({ name: "a" })),
    node("reader", configMap({ a: "${bucket.status.count}" }), "r"),
  ],
  ["leaves out what a CRD requires", true, node("bucket", bucket({ size: 1 }))],
  [
    "gives a namespace to what has none",
    false,
    node("zone", { ...bucket({ name: "a" }), kind: "Zone", metadata: { name: "a", namespace: "b" } }),
  ],
  ["has what has no namespace", true, node("zone", { ...bucket({ name: "a" }), kind: "Zone" })],
];
const verdictRgd = (i: number) => rgd(`Verdict${i}`, verdicts[i]!.slice(2) as DefinitionResource[]);

/** A policy of the cluster, against a ConfigMap that says so. */
const policy = (kind: string, spec: object) => ({
  ...{ apiVersion: "admissionregistration.k8s.io/v1", kind, metadata: { name: "nested.example" } },
  spec,
});
const refusing = [
  policy("ValidatingAdmissionPolicy", {
    matchConstraints: {
      resourceRules: [
        { apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] },
      ],
    },
    validations: [
      {
        expression: "!has(object.data) || !('note' in object.data) || object.data.note != 'forbidden'",
        message: "not here",
      },
    ],
  }),
  policy("ValidatingAdmissionPolicyBinding", { policyName: "nested.example", validationActions: ["Deny"] }),
];

const DOOR = join(CLONE, "packages/kro-preview/bin.mjs");

/** What of a report is looked at. */
interface Report {
  readonly children: readonly {
    readonly node: string;
    readonly action: string;
    readonly fields: readonly unknown[];
    readonly dangers: readonly unknown[];
  }[];
  readonly notes: readonly string[];
}

/** @param options - of `diff --cluster`; the last of them takes the file. */
async function reportOn(input: object, ...options: readonly string[]): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "nested-"));
  await writeFile(join(folder, "input.json"), JSON.stringify(input));
  const { stdout } = await execa(process.execPath, [DOOR, "diff", "--cluster", "--json", ...options, "input.json"], {
    ...{ cwd: folder, env: { KUBECONFIG: sandbox.env.KUBECONFIG }, reject: false },
  });
  await rm(folder, { recursive: true });
  return JSON.parse(stdout) as Report;
}

const found = (object: unknown) => cluster.get(object as KubernetesObject);
const assertNone = (lines: readonly string[]) => assert.ok(lines.length === 0, `\n${lines.join("\n")}`);

const readiness = ({ metadata, status }: cluster.LiveObject) => {
  const ready = (status?.conditions ?? []).find(({ type }) => type === "Ready");
  return ready && ready.observedGeneration === metadata.generation ? ready : undefined;
};

async function assertReady(...objects: readonly unknown[]): Promise<void> {
  const check = async () => {
    const live = await Promise.all(objects.map(found));
    return live.flatMap((one) =>
      readiness(one)?.status === "True" ? [] : [`${one.kind} ${one.metadata.name}: ${readiness(one)?.message}`],
    );
  };
  assertNone(await cluster.eventually(check, PATIENCE));
}

const kinds = [inner({}), bucket({}), configMap({})];

/** Compares children, and those within them, with what kro made. */
async function notAsMade(of: unknown, children: readonly Child[]): Promise<string[]> {
  const around = await found(of).catch((error: Error) => error.message);
  if (typeof around === "string") return [around];
  const live = await cluster.childrenOf(around, kinds);
  const nested = children.filter((child) => child.nested);
  const within = await Promise.all(nested.map((child) => notAsMade(child.object, child.nested!.children)));
  return [
    ...notAsRendered(
      children.map((child) => asApplied(child, live)),
      live,
    ),
    ...within.flat(),
  ];
}

/** A child whose spec is stored as it was rendered: with the defaults of its kind, which kro does not apply. */
function asApplied(child: Child, live: readonly cluster.LiveObject[]): Child {
  const made = live.find((object) => titleOf(object) === titleOf(child.object));
  if (!child.schema || !made || !isDeepStrictEqual(made.spec, child.object.spec)) return child;
  return { ...child, object: { ...child.object, spec: (applied(made) as { readonly [key: string]: unknown }).spec } };
}

const rendered = (definition: Definition, spec: Record<string, string | number>) =>
  render(outerRgd, instance(spec), known(definition)).children;

const tests = () => {
  before(async () => {
    await letKro({ apiGroups: ["*"], resources: ["*"], verbs: ["*"] });
    await cluster.apply(...crds);
    await cluster.apply(innerRgd("a"));
    await assertReady(innerRgd("a"));
    await cluster.apply(outerRgd, ...verdicts.map((_, i) => verdictRgd(i)));
    await assertReady(outerRgd);
    await cluster.apply(instance({ name: "tea" }));
  });

  it("field by field, to any depth", async () => {
    const check = () => notAsMade(instance({}), rendered(innerRgd("a"), { name: "tea" }));
    assertNone(await cluster.eventually(check, PATIENCE));
    await assertReady(instance({}));
    const live = await found({ ...bucket({}), metadata: { name: "one", namespace: "default" } });
    assert.deepEqual(
      live.spec,
      rendered(innerRgd("a"), { name: "tea" }).find((one) => one.node === "bucket")!.object.spec,
    );
  });

  it("as the API server would store it, where that is asked", async () => {
    const ask = (definition: Definition) => {
      const items = [outerRgd, definition, instance({ name: "tea" })];
      return reportOn({ apiVersion: "v1", kind: "List", items }, "--server-side", "-f");
    };
    const now = await ask(innerRgd("a"));
    assert.deepEqual(
      now.children.filter(({ action }) => action !== "same"),
      [],
    );
    // What depends on a status can't be asked about; all the rest is, to any depth.
    const [reader, ...others] = now.notes.filter((note) => /API server/.test(note));
    assert.match(reader!, /was not asked about ConfigMap default\/one-reader: /);
    assert.deepEqual(others, []);
    await cluster.apply(...refusing);
    const check = async () => {
      const { children } = await ask(innerRgd("forbidden"));
      const { fields, dangers } = children.find(({ node }) => node === "first")!;
      const told = JSON.stringify([fields, dangers]);
      return /"data.note","before":"a","after":"forbidden"/.test(told) && /never-ready.*not here/.test(told)
        ? []
        : [told];
    };
    assertNone(await cluster.eventually(check, PATIENCE));
    await remove(refusing);
  });

  it("and none of another stack's, within an own one that can't be read", async () => {
    const [inner, outer] = [innerRgd("a"), { ...instance({}), spec: "[secret]" }];
    const step = (before: Pick<Instance, "apiVersion" | "kind">, after = before) => {
      const { apiVersion, kind } = before;
      const [type, op] = [`kubernetes:${apiVersion}:${kind}`, before === after ? "same" : "update"];
      const sides = { oldState: { type, inputs: before }, newState: { type, inputs: after } };
      return { op, urn: `urn:pulumi:dev::p::${type}::${titleOf(before as KubernetesObject)}`, ...sides };
    };
    const of = (definition: Definition) => definition as Definition & { apiVersion: string; kind: string };
    const steps = [step(of(inner), of(innerRgd("b"))), step(of(outerRgd)), step(outer)];
    const { children, notes } = await reportOn({ steps }, "--pulumi");
    assert.deepEqual(children, []);
    assert.match(notes.join("\n"), /^Of the RGD inner, 1 instance within Outer default\/one was not looked at: /m);
  });

  it("after a change of the one within", async () => {
    await cluster.apply(innerRgd("b"));
    const check = () => notAsMade(instance({}), rendered(innerRgd("b"), { name: "tea" }));
    assertNone(await cluster.eventually(check, PATIENCE));
  });

  it("after another default of the one within, which one that exists does not take", async () => {
    const [was, is] = [known(innerRgd("b")), known(innerRgd("c", 5))];
    const former = render(outerRgd, instance({ name: "tea" }), was);
    await cluster.apply(innerRgd("c", 5));
    await assertReady(innerRgd("c", 5));
    await cluster.apply(instance({ name: "new" }, "two"));
    const check = async () => [
      ...(await notAsMade(instance({}), render(outerRgd, instance({ name: "tea" }), { ...is, former }).children)),
      ...(await notAsMade(instance({}, "two"), render(outerRgd, instance({ name: "new" }, "two"), is).children)),
    ];
    assertNone(await cluster.eventually(check, PATIENCE));
    const sizes = ["one", "two"].map((name) => found({ ...inner({}), metadata: { name, namespace: "default" } }));
    assert.deepEqual(
      (await Promise.all(sizes)).map(({ spec }) => (spec as { readonly size: number }).size),
      [2, 5],
    );
  });

  for (const [i, [what, isTaken]] of verdicts.entries()) {
    it(`${isTaken ? "taken" : "refused"}: one that ${what}`, async () => {
      const definition = verdictRgd(i);
      let problem = "";
      try {
        buildGraph(definition, known(innerRgd("a")));
      } catch (error) {
        problem = (error as Error).message;
      }
      assert.equal(problem === "", isTaken, problem);
      const check = async () => {
        const ready = readiness(await found(definition));
        return ready?.status === (isTaken ? "True" : "False") ? [] : [`kro says ${ready?.status}: ${ready?.message}`];
      };
      assertNone(await cluster.eventually(check, PATIENCE));
    });
  }

  it("refused: an update that the rules of a CRD refuse", async () => {
    const [was, is] = [
      { name: "tea", size: 3 },
      { name: "coffee", size: 2 },
    ].map((spec) => rendered(innerRgd("b"), spec).find((one) => one.node === "bucket")!);
    assert.deepEqual(refusedUpdate(was!.object, is!.object, is!.schema!), [
      { path: "spec", rule: "a bucket can't shrink" },
      { path: "spec.name" },
    ]);
    await cluster.apply(instance({ name: "coffee", size: 2 }));
    const check = async () => {
      const { message = "" } = readiness(await found(instance({}))) ?? {};
      return /a bucket can't shrink/.test(message) ? [] : [`kro says ${message}`];
    };
    assertNone(await cluster.eventually(check, PATIENCE));
  });
};

story("RGDs in RGDs, and kinds of CRDs, are what is told of them", tests, { goesOn: true });
