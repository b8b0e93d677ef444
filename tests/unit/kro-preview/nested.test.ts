import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { Definition, DefinitionResource, Instance } from "../../../packages/kro/index.ts";
import { render } from "../../../packages/kro/index.ts";
import type { Action } from "../../../packages/kro-preview/changes.ts";
import { RULES } from "../../../packages/kro-preview/dangers/index.ts";
import { diff } from "../../../packages/kro-preview/diff.ts";
import { formatJson } from "../../../packages/kro-preview/format/json.ts";
import { formatMarkdown } from "../../../packages/kro-preview/format/markdown.ts";
import { formatTree } from "../../../packages/kro-preview/format/tree.ts";
import { makeReport, type ReportOptions } from "../../../packages/kro-preview/makeReport.ts";
import type { PlannedChange } from "../../../packages/kro-preview/pulumi/plan.ts";
import type { Report } from "../../../packages/kro-preview/report.ts";
import type { Cluster } from "../../../packages/kro-preview/sources/cluster.ts";
import { foreignDefinition, sourceOf } from "../../../packages/kro-preview/sources/definitions.ts";
import { configMap } from "../kro/shop.ts";

const RGD = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";

const rgd = (
  kind: string,
  resources: readonly DefinitionResource[],
  spec: object = { image: "string" },
): Definition => ({
  ...{ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" },
  metadata: { name: kind.toLowerCase() },
  spec: {
    schema: { apiVersion: "v1alpha1", kind, group: "shop.example", spec: spec as Record<string, unknown> },
    resources,
  },
});

const node = (kind: string, spec: object, name = "${schema.metadata.name}"): DefinitionResource => ({
  id: kind.toLowerCase(),
  template: { apiVersion: "shop.example/v1alpha1", kind, metadata: { name }, spec },
});

const web = (image: string, seconds: number): DefinitionResource => ({
  id: "web",
  template: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "${schema.metadata.name}" },
    spec: {
      selector: { matchLabels: { app: "${schema.metadata.name}" } },
      template: {
        metadata: { labels: { app: "${schema.metadata.name}" } },
        spec: { terminationGracePeriodSeconds: seconds, containers: [{ name: "web", image }] },
      },
    },
  },
});

const outer = rgd("Outer", [node("Inner", { image: "${schema.spec.image}" })]);
const inner = (seconds = 10) => rgd("Inner", [configMap("config", {}), web("${schema.spec.image}", seconds)]);

const instance = (name: string, image = "tea:1", kind = "Outer"): Instance => ({
  apiVersion: "shop.example/v1alpha1",
  kind,
  metadata: { name, namespace: "shops" },
  spec: { image },
});

const planned = (type: string, name: string, before?: unknown, after?: unknown): PlannedChange => {
  const isSame = JSON.stringify(before) === JSON.stringify(after);
  const action: Action = !before ? "create" : !after ? "delete" : isSame ? "same" : "update";
  return {
    urn: `urn:pulumi:dev::p::${type}::${name}`,
    type,
    name,
    action,
    before,
    after,
    changed: [],
    retained: false,
    imported: false,
  } as PlannedChange;
};
const definition = (before?: Definition, after?: Definition) =>
  planned(RGD, (after ?? before)!.metadata.name, before, after);
const declared = (before?: Instance, after?: Instance) =>
  planned(
    `kubernetes:shop.example/v1alpha1:${(after ?? before)!.kind}`,
    (after ?? before)!.metadata.name,
    before,
    after,
  );

const reportOf = (changes: readonly PlannedChange[], options?: ReportOptions) =>
  makeReport({ project: "p", stack: "dev", changes }, options);

/** `update Outer/Inner > web`, of what changes. */
const changesIn = ({ children }: Awaited<ReturnType<typeof reportOf>>) =>
  children
    .filter(({ action }) => action !== "same")
    .map(
      ({ action, parents = [], node: id, instance: of }) =>
        `${of}: ${[action, ...parents.map((one) => `${one.node} >`), id].join(" ")}`,
    );

describe("the difference within an instance of an instance", () => {
  const definitions = [outer, inner()];
  const rendered = (name: string, image?: string, of = definitions) =>
    render(of[0]!, instance(name, image), { definitions: of });
  const actions = (...sides: Parameters<typeof diff>) =>
    diff(...sides).map(
      ({ action, parents = [], node: id }) =>
        `${action} ${[...parents, { node: id }].map((one) => one.node).join(".")}`,
    );

  it("comes behind the child that it is within, in waves of its own", () => {
    const now = rendered("tea");
    assert.deepEqual(actions(now, rendered("tea", "tea:2")), ["update inner", "same inner.config", "update inner.web"]);
    assert.deepEqual(actions(undefined, now), ["create inner", "create inner.config", "create inner.web"]);
    assert.deepEqual(actions(now, undefined), ["delete inner", "delete inner.config", "delete inner.web"]);
    assert.deepEqual(actions(now, now, { replaced: true }), [
      "replace inner",
      "replace inner.config",
      "replace inner.web",
    ]);
    const [, config] = diff(now, now);
    assert.deepEqual(config!.parents, [
      { apiVersion: "shop.example/v1alpha1", kind: "Inner", namespace: "shops", name: "tea", node: "inner" },
    ]);
  });

  it("is that of other objects where the instance around is another one", () => {
    const named = [rgd("Outer", [node("Inner", { image: "a" }, "${schema.spec.image}")]), inner()];
    const changes = diff(rendered("tea", "one", named), rendered("tea", "two", named));
    assert.deepEqual(
      changes.map(({ action, name }) => [action, name]),
      [
        ["replace", "two"],
        ["replace", "config"],
        ["replace", "two"],
      ],
    );
  });

  it("is one where a value comes from a sibling of the instance that is made anew", () => {
    const reading = (name: string) => [
      rgd("Outer", [configMap("first", {}, { name }), node("Inner", { image: "${first.metadata.uid}" })]),
      inner(),
    ];
    const [before, after] = [rendered("tea", "a", reading("one")), rendered("tea", "a", reading("two"))];
    assert.deepEqual(actions(before, after), [
      "replace first",
      "update inner",
      "same inner.config",
      "update inner.web",
    ]);
    assert.deepEqual(actions(before, before), ["same first", "same inner", "same inner.config", "same inner.web"]);
  });

  it("is not told where one side is not known", () => {
    const narrow = [outer, rgd("Inner", [configMap("config", {})], { image: "string | maxLength=3" })];
    const [refused, taken] = [rendered("tea", "tea:1", narrow), rendered("tea", "tea", narrow)];
    assert.deepEqual(actions(refused, taken), ["update inner"]);
    assert.deepEqual(actions(taken, refused), ["update inner"]);
  });

  it("has its dangers", () => {
    const changes = diff(rendered("tea"), rendered("tea", "tea:2"), { rules: RULES });
    assert.deepEqual(
      changes.map(({ dangers }) => dangers.map(({ name }) => name)),
      [[], [], ["rollout"]],
    );
  });

  it("is refused where the RGD says that a field of its instances is there to stay", () => {
    const fixed = [outer, rgd("Inner", [], { image: "string | immutable=true" })];
    const [change] = diff(rendered("tea", "a", fixed), rendered("tea", "b", fixed), { rules: RULES });
    assert.deepEqual(change!.dangers, [
      { name: "immutable-field", message: "spec.image of Inner tea can't be changed in place: the update is refused" },
    ]);
  });
});

describe("a report of a change to an RGD in an RGD", () => {
  const thirty = Array.from({ length: 30 }, (_, i) => instance(`shop-${i}`, `tea:${i % 2}`));
  const change = [
    definition(outer, outer),
    definition(inner(10), inner(30)),
    ...thirty.map((one) => declared(one, one)),
  ];

  it("has every instance of the outer one, gathered where they change alike", async () => {
    const report = await reportOf(change);
    assert.equal(changesIn(report).length, 30);
    assert.equal(changesIn(report)[29], "shops/shop-29: update inner > web");
    const text = formatMarkdown(report);
    assert.match(
      text,
      /\| `shops\/shop-0` \| `~` update \| `Deployment` \| `shops\/shop-0`<br>within `Inner shops\/shop-0` \| 1 \| `spec\.template\.spec\.terminationGracePeriodSeconds` \|/,
    );
    assert.equal(text.match(/\| `Deployment` \|/g)!.length, 1);
    assert.match(text, /^29 more instances change in the same fields as `shops\/shop-0`: `shops\/shop-1`, /m);
    assert.match(
      text,
      /<code>Deployment<\/code> <code>shops\/shop-0<\/code> of <code>shops\/shop-0<\/code>, within <code>Inner shops\/shop-0<\/code>/,
    );
    assert.match(
      text,
      / {2}subgraph w1 \["wave 1"\]\n {4}subgraph w1n0 \["Inner<br\/>inner<br\/>unchanged"\]\n {6}subgraph w1n0w1 \["wave 1"\]\n/,
    );
    assert.match(text, /w1n0w1n1\["Deployment<br\/>web<br\/>update"\]:::update/);
  });

  it("is a tree in the tree of the instance around", async () => {
    const report = await reportOf(change.slice(0, 3));
    assert.match(
      formatTree(report, { color: false }),
      /^shops\/shop-0: 1 to update, 2 unchanged\n└─ wave 1\n {3}└─ {4}Inner shops\/shop-0\n {11}├─ wave 1\n {11}│ {2}└─ ~ {2}Deployment shops\/shop-0\n {11}│ {10}spec\.template\.spec\.terminationGracePeriodSeconds: 10 => 30\n {11}│ {10}! rollout: .*\n {11}└─ 1 unchanged$/m,
    );
  });

  it("is what docs/preview.schema.json says", async () => {
    const schema = JSON.parse(readFileSync(new URL("../../../docs/preview.schema.json", import.meta.url), "utf8"));
    const json = JSON.parse(formatJson(await reportOf(change))) as Report;
    assert.ok(new Ajv2020({ strict: false }).validate(schema, json));
    assert.deepEqual(json.children[1]!.parents, [
      { apiVersion: "shop.example/v1alpha1", kind: "Inner", namespace: "shops", name: "shop-0", node: "inner" },
    ]);
  });

  it("says where the RGD around does not fit it any more", async () => {
    const renamed = rgd("Inner", [], { picture: "string" });
    const report = await reportOf([
      definition(outer, outer),
      definition(inner(), renamed),
      declared(thirty[0], thirty[0]),
    ]);
    const messages = report.dangers.filter(({ name }) => name === "definition-refused").map(({ message }) => message);
    assert.deepEqual(messages, [
      "kro refuses the changed RGD inner: spec.image is removed",
      'kro refuses the RGD outer with the changed RGD inner: node "inner", at spec.image: no such field here',
    ]);
  });

  it("says where an instance is not what it takes any more", async () => {
    const narrow = rgd("Inner", [], { image: "string | maxLength=3" });
    const report = await reportOf([
      definition(outer, outer),
      definition(inner(), narrow),
      declared(thirty[0], thirty[0]),
    ]);
    const [danger] = report.children[0]!.dangers;
    assert.deepEqual(danger, { name: "never-ready", message: 'spec.image: "tea:0" must be at most 3 characters long' });
    assert.equal(report.children.length, 1, "what was within is not told as deleted");
  });
});

describe("RGDs within those of a plan", () => {
  const rollout = [declared(instance("tea"), instance("tea", "tea:2"))];
  const around = definition(outer, outer);

  it("are looked for in the sources, to any depth", async () => {
    const top = rgd("Top", [node("Outer", { image: "${schema.spec.image}" })]);
    const found = sourceOf("shops.yaml", [top, outer, inner()].map(foreignDefinition));
    const report = await reportOf([declared(instance("tea", "tea:1", "Top"), instance("tea", "tea:2", "Top"))], {
      sources: [found],
    });
    assert.deepEqual(changesIn(report), [
      "shops/tea: update outer",
      "shops/tea: update outer > inner",
      "shops/tea: update outer > inner > web",
    ]);
    assert.equal(report.notes.filter((text) => text.includes("shops.yaml's own was taken")).length, 3);
  });

  it("are named where they are not found, and something of them changes", async () => {
    const [known, unknown] = await Promise.all([reportOf([around]), reportOf([around, ...rollout])]);
    assert.deepEqual(known.notes, []);
    assert.deepEqual(unknown.notes, [
      "Whether kro makes anything of kubernetes:shop.example/v1alpha1:Inner was not looked at: none of this stack's RGDs makes it; others take --cluster or --rgd.",
      "Of Inner (shop.example/v1alpha1) no CRD or RGD is known: fields are not checked, and each counts as having a namespace. CRDs take --cluster.",
    ]);
  });

  it("is a danger where the RGD of an instance within another goes, and that stays", async () => {
    const gone = definition(inner());
    const deleted = async (after: Definition | undefined, tea = instance("tea")) =>
      (await reportOf([definition(outer, after), gone, declared(instance("tea"), after && tea)])).dangers
        .filter(({ name }) => name === "definition-deleted")
        .map(({ message }) => message);
    assert.deepEqual(await deleted(outer), [
      "the RGD inner goes away, and kro with it from what stays: shops/tea can't be deleted any more",
    ]);
    assert.deepEqual(await deleted(undefined), []);
  });

  it("are named where they contain themselves", async () => {
    const self = rgd("Outer", [node("Outer", { image: "${schema.spec.image}" }, "again")]);
    const report = await reportOf([definition(self, self), ...rollout]);
    assert.match(
      report.dangers[0]!.message,
      /^Outer shops\/again is within another of its kind, without end: outer -> outer$/,
    );
  });

  it("are named where kro refuses them", async () => {
    const broken = rgd("Inner", [configMap("config", { x: "${nope}" })]);
    const report = await reportOf([around, definition(broken, broken), ...rollout]);
    assert.match(
      report.notes.join("\n"),
      /What kro makes of Inner \(shop\.example\/v1alpha1\) was not looked at: kro refuses the RGD inner/,
    );
  });
});

describe("instances in the cluster, of an RGD around one that changes", () => {
  const asked: unknown[] = [];
  const cluster: Cluster = {
    title: "the cluster",
    isLive: true,
    find: async () => undefined,
    definitions: async () => [foreignDefinition(outer), foreignDefinition(inner())],
    crdsOf: async (kinds) => {
      asked.push(...kinds);
      return [];
    },
    instancesOf: async ({ spec }) =>
      spec.schema.kind === "Outer"
        ? [instance("one")]
        : [instance("one", "tea:1", "Inner"), instance("alone", "tea:1", "Inner")],
  };

  it("are told, and what is within them only there", async () => {
    const report = await reportOf([definition(inner(10), inner(30))], { cluster, sources: [cluster] });
    assert.deepEqual(changesIn(report), ["shops/one: update inner > web", "shops/alone: update web"]);
    assert.ok(report.children.every(({ otherStack }) => otherStack));
  });

  it("are asked only of the CRDs that are needed", async () => {
    const other: DefinitionResource = {
      id: "bucket",
      template: { apiVersion: "s3.services.k8s.aws/v1alpha1", kind: "Bucket", metadata: { name: "b" }, spec: {} },
    };
    asked.length = 0;
    const both = rgd("Outer", [node("Inner", { image: "a" }), other, configMap("config", {})]);
    await reportOf([definition(both, both), definition(inner(), inner())], { cluster });
    assert.deepEqual(asked, [{ apiVersion: "s3.services.k8s.aws/v1alpha1", kind: "Bucket" }]);
  });
});
