import assert from "node:assert/strict";
import {
  type DefinitionResource,
  KnownAfterApply,
  type Rendering,
  render,
  Secret,
  type Value,
} from "../../../packages/kro/index.ts";
import type { ChildChange } from "../../../packages/kro-preview/changes.ts";
import { RULES } from "../../../packages/kro-preview/dangers/index.ts";
import { type DiffOptions, diff as diffOf } from "../../../packages/kro-preview/diff.ts";
import { fieldChanges } from "../../../packages/kro-preview/fieldChanges.ts";
import { configMap, deployment, instance, shop } from "../kro/shop.ts";

const diff = (before: Rendering | undefined, after: Rendering | undefined, options: DiffOptions = {}) =>
  diffOf(before, after, { rules: RULES, ...options });
const rendering = (nodes: readonly DefinitionResource[], spec?: Record<string, Value>) =>
  render(shop(nodes), instance(spec));
const actions = (changes: readonly ChildChange[]) => changes.map(({ node, action }) => `${action} ${node}`);
const paths = (change: ChildChange | undefined) => change?.fields.map(({ path }) => path);
const dangers = (changes: readonly ChildChange[]) =>
  changes.flatMap((change) => change.dangers.map(({ name }) => name));

/** A node like our own Table. */
const table = (id: string, tableName: string, { retain = true, namespace = "a" } = {}): DefinitionResource => ({
  id,
  template: {
    apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
    kind: "Table",
    metadata: {
      name: "table",
      namespace,
      annotations: {
        "services.k8s.aws/deletion-policy": retain ? "retain" : "delete",
        "services.k8s.aws/adoption-policy": "adopt-or-create",
      },
    },
    spec: { tableName, tags: [] },
  },
});

/** What a change of a Table's settings does to its table. */
const settings = (before: object, after: object) => {
  const node = (more: object): DefinitionResource => {
    const one = table("t", "one") as { template: { spec: object } } & DefinitionResource;
    return { ...one, template: { ...one.template, spec: { ...one.template.spec, ...more } } } as DefinitionResource;
  };
  return diff(rendering([node(before)]), rendering([node(after)])).flatMap((change) => change.dangers);
};

describe("diff", () => {
  it("shows another value of what is made anew even where both sides are one object", () => {
    const web = { id: "web", template: { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: {} } };
    const uses = {
      id: "uses",
      template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "uses" }, data: {} },
    };
    const data = { ip: "${web.spec.clusterIP}" };
    const before = rendering([web, { ...uses, template: { ...uses.template, data } }]);
    const renamed = rendering([{ ...web, template: { ...web.template, metadata: { name: "other" } } }]);
    const after = { ...before, children: [renamed.children[0]!, before.children[1]!] };
    const found = diff(before, after);
    assert.deepEqual(actions(found), ["replace web", "update uses"]);
    assert.deepEqual(paths(found[1]), ["data.ip"]);
  });

  it("warns of what may go since only the cluster can tell a condition that is new", () => {
    const service = { id: "web", template: { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: {} } };
    const conditional = { ...table("t", "one", { retain: false }), includeWhen: ["${web.spec.clusterIP != ''}"] };
    const [before, after] = [
      rendering([service, table("t", "one", { retain: false })]),
      rendering([service, conditional]),
    ];
    const found = diff(before, after);
    assert.deepEqual(actions(found), ["same web", "same t"]);
    assert.deepEqual(found[1]!.dangers, [
      {
        name: "table-deleted",
        message: "the DynamoDB table one is deleted with its items, unless ${web.spec.clusterIP != ''}",
      },
    ]);
    assert.deepEqual(
      [dangers(diff(after, after)), dangers(diff(after, before)), dangers(diff(undefined, after))],
      [[], [], []],
    );
  });

  it("warns of a table that is less guarded, that has another key, and whose items expire", () => {
    const guarded = { deletionProtectionEnabled: true, continuousBackups: { pointInTimeRecoveryEnabled: true } };
    const off = { deletionProtectionEnabled: false, continuousBackups: { pointInTimeRecoveryEnabled: false } };
    const names = (before: object, after: object) => settings(before, after).map(({ name }) => name);
    assert.deepEqual(names({}, guarded), []);
    assert.deepEqual(names(off, guarded), []);
    assert.deepEqual(names({}, off), []);
    for (const after of [off, {}]) assert.deepEqual(names(guarded, after), ["table-unprotected", "table-unprotected"]);
    assert.match(
      settings(guarded, { ...guarded, deletionProtectionEnabled: false })[0]!.message,
      /deletion protection/,
    );

    const key = (kmsMasterKeyID: string) => ({ sseSpecification: { enabled: true, kmsMasterKeyID } });
    assert.deepEqual(names(key("a"), key("a")), []);
    assert.deepEqual(names({}, { sseSpecification: { enabled: false } }), []);
    for (const [before, after] of [
      [{}, key("a")],
      [key("a"), key("b")],
      [key("a"), { sseSpecification: { enabled: false } }],
      [key("a"), key("${schema.metadata.uid}")],
    ]) {
      assert.deepEqual(names(before!, after!), ["table-reencrypted"]);
    }

    const ttl = (attributeName: string) => ({ timeToLive: { enabled: true, attributeName } });
    assert.match(settings({}, ttl("expires"))[0]!.message, /one loses each item whose attribute expires holds a time/);
    assert.deepEqual(names(ttl("a"), ttl("b")), ["table-expires"]);
    assert.deepEqual(names(ttl("a"), { timeToLive: { enabled: false } }), []);
  });

  it("tells what is created, changed field by field, the same, and deleted", () => {
    const before = rendering([configMap("a", { x: "1", y: "1" }), configMap("b", {}), configMap("c", {})]);
    const after = rendering([configMap("a", { x: "2", z: "1" }), configMap("b", {}), configMap("d", {})]);
    const changes = diff(before, after);
    assert.deepEqual(actions(changes), ["update a", "same b", "create d", "delete c"]);
    assert.deepEqual(changes[0]!.fields, [
      { path: "data.x", before: "1", after: "2" },
      { path: "data.y", before: "1", after: undefined },
      { path: "data.z", before: undefined, after: "1" },
    ]);
    assert.ok(paths(changes[2])!.includes("metadata.name"));
  });

  it("compares the elements of a list by name, and others by position", () => {
    const with_ = (env: unknown, args: unknown) =>
      rendering([
        deployment("app", {
          template: {
            metadata: { labels: { app: "app" } },
            spec: { containers: [{ name: "main", image: "tea:1", env, args }] },
          },
        }),
      ]);
    const [change] = diff(
      with_([{ name: "B", value: "1" }], ["x", "y"]),
      with_(
        [
          { name: "A", value: "1" },
          { name: "B", value: "2" },
        ],
        ["x", "z"],
      ),
    );
    const container = "spec.template.spec.containers[name=main]";
    assert.deepEqual(paths(change)!.sort(), [
      `${container}.args[1]`,
      `${container}.env[name=A].name`,
      `${container}.env[name=A].value`,
      `${container}.env[name=B].value`,
    ]);
    assert.deepEqual(
      change!.dangers.map(({ name }) => name),
      ["rollout"],
    );
  });

  it("tells another order of a list that merges by name as one change, which replaces the pods", () => {
    const of = (...env: readonly (readonly [name: string, value: string])[]) =>
      rendering([
        deployment("app", {
          template: {
            metadata: { labels: { app: "app" } },
            spec: {
              containers: [{ name: "main", image: "tea:1", env: env.map(([name, value]) => ({ name, value })) }],
            },
          },
        }),
      ]);
    const path = "spec.template.spec.containers[name=main].env";
    const order = { path, before: ["A", "B"], after: ["B", "A"], order: true };
    const [swapped] = diff(of(["A", "1"], ["B", "2"]), of(["B", "2"], ["A", "1"]));
    assert.deepEqual([swapped!.action, swapped!.fields], ["update", [order]]);
    assert.deepEqual(dangers([swapped!]), ["rollout"]);
    const [both] = diff(of(["A", "1"], ["B", "2"]), of(["B", "3"], ["C", "1"], ["A", "1"]));
    assert.deepEqual(both!.fields.slice(0, 2), [order, { path: `${path}[name=B].value`, before: "2", after: "3" }]);
    const [inserted] = diff(of(["A", "1"], ["B", "2"]), of(["A", "1"], ["C", "1"], ["B", "2"]));
    assert.ok(!inserted!.fields.some((field) => field.order), "a new entry between two others moves neither");
  });

  it("looks for the dangers that it is given, and for no other", () => {
    const [before, after] = [rendering([table("t", "one")]), rendering([table("t", "two")])];
    assert.deepEqual(dangers(diffOf(before, after)), []);
    const rule = { name: "renamed", ofChild: ({ action }: { action: string }) => [`it is ${action}d`] };
    const [change] = diffOf(before, after, { rules: [rule] });
    assert.deepEqual(change!.dangers, [{ name: "renamed", message: "it is updated" }]);
  });

  it("creates all of a new instance, deletes all of one that goes, in reverse, and replaces all of a replaced one", () => {
    const nodes = [configMap("a", { x: "1" }), configMap("b", { x: "${a.data.x}" })];
    const now = rendering(nodes);
    assert.deepEqual(actions(diff(undefined, now)), ["create a", "create b"]);
    assert.deepEqual(actions(diff(now, undefined)), ["delete b", "delete a"]);
    assert.deepEqual(actions(diff(now, rendering(nodes), { replaced: true })), ["replace a", "replace b"]);
    assert.deepEqual(actions(diff(now, rendering(nodes))), ["same a", "same b"]);
  });

  it("replaces a child that gets another name", () => {
    const changes = diff(
      rendering([configMap("a", {}, { name: "x" })]),
      rendering([configMap("a", {}, { name: "y" })]),
    );
    assert.deepEqual(actions(changes), ["replace a"]);
    assert.deepEqual(changes[0]!.fields, [{ path: "metadata.name", before: "x", after: "y" }]);
  });

  it("knows that what comes from a replaced child changes too", () => {
    const nodes = (name: string) => [configMap("a", {}, { name }), configMap("b", { uid: "${a.metadata.uid}" })];
    const changes = diff(rendering(nodes("x")), rendering(nodes("y")));
    assert.deepEqual(actions(changes), ["replace a", "update b"]);
    assert.ok(changes[1]!.fields[0]!.after instanceof KnownAfterApply);
    assert.deepEqual(actions(diff(rendering(nodes("x")), rendering(nodes("x")))), ["same a", "same b"]);
  });

  it("sees a changed secret without showing it", () => {
    const nodes = [configMap("a", { password: "${schema.spec.name}" })];
    const [changed] = diff(rendering(nodes, { name: new Secret("1") }), rendering(nodes, { name: new Secret("2") }));
    assert.equal(JSON.stringify(changed!.fields), '[{"path":"data.password","before":"[secret]","after":"[secret]"}]');
    const [same] = diff(rendering(nodes, { name: new Secret("1") }), rendering(nodes, { name: new Secret("1") }));
    assert.equal(same!.action, "same");
  });

  it("shows no text that has a secret on the other side, in fields or in dangers", () => {
    const text = (...names: unknown[]) => [
      deployment("app", {
        template: {
          metadata: { labels: { app: "app" } },
          spec: { containers: [{ name: "main", image: "tea:1", env: names }] },
        },
      }),
      table("t", "${schema.spec.name}"),
    ];
    const env = { name: "KEY", value: "${schema.spec.name}" };
    for (const list of [[env], [env, env], [{ name: "A", value: "1" }, env]]) {
      const [open, hidden] = ["hunter2", new Secret("1")].map((name) => rendering(text(...list), { name }));
      for (const changes of [diff(open, hidden), diff(hidden, open)]) {
        assert.deepEqual(actions(changes), ["update app", "update t"]);
        assert.doesNotMatch(JSON.stringify(changes), /hunter2/);
      }
    }
    const literal = rendering(text({ name: "KEY", value: "hunter2" }));
    const secret = rendering(text(env), { name: new Secret() });
    assert.doesNotMatch(JSON.stringify(diff(literal, secret)[0]), /hunter2/, "where the RGD held it");
  });

  it("shows nothing of what a Kubernetes Secret holds", () => {
    const node = (value: string): DefinitionResource => ({
      id: "a",
      template: { apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, stringData: { password: value } },
    });
    const changes = [
      ...diff(undefined, rendering([node("hunter2")])),
      ...diff(rendering([node("x1")]), rendering([node("x2")])),
    ];
    assert.doesNotMatch(JSON.stringify(changes), /hunter2|x1|x2/);
    assert.deepEqual(paths(changes[1]), ["data.password"]);
    const whole = (data: string) => ({ apiVersion: "v1", kind: "Secret", metadata: { name: "a" }, data });
    assert.deepEqual(JSON.stringify(fieldChanges(whole("x1"), whole("x2")).map(({ after }) => after)), '["[secret]"]');
  });

  it("names the dangers of a table", () => {
    const now = rendering([table("t", "one")]);
    const next = rendering([table("t", "two")]);
    assert.deepEqual(dangers(diff(now, undefined)), ["table-retained"]);
    assert.deepEqual(dangers(diff(rendering([table("t", "one", { retain: false })]), undefined)), ["table-deleted"]);
    assert.deepEqual(dangers(diff(now, next, { replaced: true })), ["table-replaced", "table-retained"]);
    assert.deepEqual(dangers(diff(now, next)), ["table-replaced", "table-retained"]);
    assert.deepEqual(dangers(diff(now, rendering([table("t", "one")]), { replaced: true })), ["table-replaced"]);
    const goes = diff(now, rendering([table("t", "one", { retain: false })]));
    assert.deepEqual(dangers(goes), ["table-goes"]);
    assert.deepEqual(dangers(diff(rendering([table("t", "one", { retain: false })]), now)), []);
    const moved = diff(
      rendering([table("t", "one", { retain: false })]),
      rendering([table("t", "one", { retain: false, namespace: "b" })]),
    );
    assert.deepEqual(dangers(moved), ["table-replaced", "table-deleted"]);
    assert.match(JSON.stringify(moved), /the new Table resource takes up one/);
  });

  it("tells tables apart whose names are secret", () => {
    const [one, two] = ["1", "2"].map((version) =>
      rendering([table("t", "${schema.spec.name}")], { name: new Secret(version) }),
    );
    assert.deepEqual(dangers(diff(one, two, { replaced: true })), ["table-replaced", "table-retained"]);
    assert.deepEqual(dangers(diff(one, one, { replaced: true })), ["table-replaced"]);
  });

  it("does not say that pods are replaced where only the cluster knows", () => {
    const app = (uid: string, image = "tea:1") => [
      configMap("config", { a: "b" }),
      deployment("app", {
        selector: { matchLabels: { app: "a" } },
        template: {
          metadata: { labels: { app: "a" }, ...(uid && { annotations: { uid } }) },
          spec: { containers: [{ name: "main", image }] },
        },
      }),
    ];
    const messages = (...after: Parameters<typeof app>) =>
      diff(rendering(app("")), rendering(app(...after))).flatMap(({ dangers }) =>
        dangers.map(({ message }) => message),
      );
    const place = "spec.template.metadata.annotations.uid";
    assert.deepEqual(messages("${config.metadata.uid}"), [
      `the pods of Deployment app may be replaced: ${place} comes of what only the cluster knows`,
    ]);
    assert.deepEqual(messages("${config.metadata.uid}", "tea:2"), [
      "the pods of Deployment app are replaced: 2 fields change",
    ]);
  });

  it("names a namespace that goes, a selector that can't change, and a child that can't be made", () => {
    const ns = (name: string): DefinitionResource => ({
      id: "ns",
      template: { apiVersion: "v1", kind: "Namespace", metadata: { name } },
    });
    assert.deepEqual(dangers(diff(rendering([ns("a")]), rendering([ns("b")]))), ["namespace-replaced"]);
    const app = (label: string) => [
      deployment("app", {
        selector: { matchLabels: { app: label } },
        template: { metadata: { labels: { app: label } }, spec: { containers: [{ name: "main", image: "tea:1" }] } },
      }),
    ];
    assert.deepEqual(dangers(diff(rendering(app("a")), rendering(app("b")))), ["immutable-field", "rollout"]);
    assert.deepEqual(dangers(diff(undefined, rendering([configMap("a", { x: "${schema.spec.zones[3]}" })]))), [
      "never-ready",
    ]);
  });
});
