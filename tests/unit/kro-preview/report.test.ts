import assert from "node:assert/strict";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { UserError } from "../../../packages/console/userError.ts";
import { type Definition, KnownAfterApply, Secret } from "../../../packages/kro/index.ts";
import type { Action } from "../../../packages/kro-preview/changes.ts";
import { makeReport } from "../../../packages/kro-preview/makeReport.ts";
import { makePolicy } from "../../../packages/kro-preview/policy/policy.ts";
import { type PlannedChange, type Step, toChanges } from "../../../packages/kro-preview/pulumi/plan.ts";
import type { Inputs } from "../../../packages/kro-preview/pulumi/values.ts";
import type { Cluster } from "../../../packages/kro-preview/sources/cluster.ts";
import {
  type DefinitionSource,
  foreignDefinition,
  sourceOf,
} from "../../../packages/kro-preview/sources/definitions.ts";
import { yamlSource } from "../../../packages/kro-preview/sources/yaml.ts";

const RGD = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";
const SHOP = "kubernetes:kro.run/v1alpha1:Shop";
const ROLE = "aws:iam/role:Role";
const ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation";

/** An RGD of a Deployment, with a label that makes its pods new ones when it changes. */
const shop = (label = "a", kind = "Shop"): Inputs => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "ResourceGraphDefinition",
  metadata: { name: "shops" },
  spec: {
    schema: { apiVersion: "v1alpha1", kind, spec: { image: "string", replicas: "integer | default=1" } },
    resources: [
      {
        id: "deployment",
        template: {
          apiVersion: "apps/v1",
          kind: "Deployment",
          metadata: { name: "${schema.metadata.name}", namespace: "shops" },
          spec: {
            replicas: "${schema.spec.replicas}",
            selector: { matchLabels: { app: "shop" } },
            template: {
              metadata: { labels: { app: "shop", label } },
              spec: { containers: [{ name: "shop", image: "${schema.spec.image}" }] },
            },
          },
        },
      },
    ],
  },
});
const instance = (spec: Inputs, name = "one"): Inputs => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "Shop",
  metadata: { name },
  spec,
});

const change = (type: string, action: Action, before?: Inputs, after?: Inputs, name = "x"): PlannedChange => ({
  urn: `urn:pulumi:dev::p::${type}::${name}`,
  type,
  name,
  action,
  before,
  after,
  changed: [],
  retained: false,
  imported: false,
});
const rgd = (action: Action, before?: Inputs, after?: Inputs) => change(RGD, action, before, after);
const sameRgd = rgd("same", shop(), shop());
const same = (spec: Inputs = { image: "a" }) => change(SHOP, "same", instance(spec), instance(spec));
const update = (before: Inputs, after: Inputs) => change(SHOP, "update", instance(before), instance(after));
const rollout = update({ image: "a" }, { image: "b" });
const scaling = update({ image: "a" }, { image: "a", replicas: 2 });

const reportOf = (
  changes: readonly PlannedChange[],
  cluster?: Cluster,
  sources: readonly DefinitionSource[] = cluster ? [cluster] : [],
) => makeReport({ project: "p", stack: "dev", changes }, { sources, cluster });
const dangersOf = async (changes: PlannedChange[], cluster?: Cluster) =>
  (await reportOf(changes, cluster)).dangers.map(({ name, of }) => `${name} of ${of}`);
const definitionOf = (rgd: Inputs) => foreignDefinition(rgd as unknown as Definition);
const clusterWith = (...names: string[]): Cluster => ({
  ...sourceOf("the test's cluster", []),
  isLive: true,
  instancesOf: async () =>
    names.map((name) => ({
      apiVersion: "kro.run/v1alpha1",
      kind: "Shop",
      metadata: { name, namespace: "default" },
      spec: { image: "live" },
    })),
});
const noAnswer = async () => {
  throw new Error("the cluster did not answer within 5 s");
};
const unreachable: Cluster = { title: "a cluster", isLive: true, instancesOf: noAnswer, find: noAnswer };

/** What a policy says of a plan: each finding, with the child and whether that had it before. */
const findingsOf = async (changes: readonly PlannedChange[]) => {
  const rules = {
    "pod-security": "off",
    "cpu-request": "off",
    "memory-request": "off",
    "memory-limit": "off",
  } as const;
  const policy = makePolicy({ rules: { ...rules, "readiness-probe": "off", "liveness-probe": "off" } });
  const { findings, children } = await makeReport({ project: "p", stack: "dev", changes }, { policy });
  return { of: children.map((child) => child.findings?.length), findings };
};

describe("the report of a plan", () => {
  it("leaves out the one field that can't be evaluated, and says so once for all instances", async () => {
    const image = "a:${string(timestamp('2024-01-15T14:30:45+02:00'))}";
    const open = JSON.parse(JSON.stringify(shop()).replace('"${schema.spec.image}"', JSON.stringify(image))) as Inputs;
    const { children, notes } = await reportOf([rgd("update", shop(), open), same()], clusterWith("two", "three"));
    assert.deepEqual(
      children.map(({ fields }) => fields.map(({ after }) => String(after))),
      ["one", "two", "three"].map(() => [`(not evaluated: ${image})`]),
    );
    const reason = "a timestamp() with a time zone of kro's CEL is not supported in previews";
    const note = `Node deployment: spec.template.spec.containers[0].image is not evaluated, as ${reason}: ${image}.`;
    assert.deepEqual(
      notes.filter((text) => text.startsWith("Node ")),
      [note],
    );
  });

  it("has what a policy finds in children that are new or change, and whether they had it before", async () => {
    const found = async (changes: readonly PlannedChange[]) => {
      const { of, findings } = await findingsOf(changes);
      return { of, findings: findings?.map(({ rule, of, instance, before = false }) => [rule, of, instance, before]) };
    };
    const finding = (before: boolean) => ["image-tag", "Deployment shops/one", "default/one", before];
    assert.deepEqual(await found([sameRgd, update({ image: "a:1" }, { image: "a" })]), {
      of: [1],
      findings: [finding(false)],
    });
    assert.deepEqual(await found([sameRgd, change(SHOP, "create", undefined, instance({ image: "a" }))]), {
      of: [1],
      findings: [finding(false)],
    });
    assert.deepEqual(await found([sameRgd, scaling]), { of: [1], findings: [finding(true)] });
    assert.deepEqual(await found([sameRgd, update({ image: "a" }, { image: "a:1" })]), { of: [0], findings: [] });
    assert.deepEqual(await found([sameRgd, same()]), { of: [undefined], findings: [] });
    assert.deepEqual(await found([sameRgd, change(SHOP, "delete", instance({ image: "a" }))]), {
      of: [undefined],
      findings: [],
    });
    assert.equal((await reportOf([sameRgd, scaling])).findings, undefined, "none was asked for");
  });

  it("says once what a policy can't tell", async () => {
    const policy = makePolicy({ rules: { "pod-security": "off" } });
    const changes = [sameRgd, update({ image: "a" }, { image: new KnownAfterApply("an output of this stack") })];
    const { findings, notes } = await makeReport({ project: "p", stack: "dev", changes }, { policy });
    assert.ok(!findings!.some(({ rule }) => rule === "image-tag"));
    assert.deepEqual(
      notes.filter((note) => note.startsWith("The policy")),
      [
        "The policy can't tell of what is secret, or only the cluster can know: spec.template.spec.containers[name=shop].image of Deployment shops/one.",
      ],
    );
  });

  it("has what kro makes of an instance that changes", async () => {
    const { resources, children, dangers } = await reportOf([sameRgd, rollout]);
    assert.deepEqual(
      resources.map(({ type, action }) => [type, action]),
      [
        [RGD, "same"],
        [SHOP, "update"],
      ],
    );
    assert.deepEqual(
      children.map(({ instance, otherStack, kind, namespace, name, action }) => ({
        instance,
        otherStack,
        kind,
        namespace,
        name,
        action,
      })),
      [
        {
          instance: "default/one",
          otherStack: false,
          kind: "Deployment",
          namespace: "shops",
          name: "one",
          action: "update",
        },
      ],
    );
    assert.deepEqual(
      children[0]!.fields.map(({ before, after }) => [before, after]),
      [["a", "b"]],
    );
    assert.deepEqual(
      dangers.map(({ name, of }) => [name, of]),
      [["rollout", "Deployment shops/one"]],
    );
  });

  it("has what an RGD's change does to every instance of it, and to no other resource", async () => {
    const two = [instance({ image: "a" }, "two"), instance({ image: "a" }, "two")];
    const { children } = await reportOf([
      rgd("update", shop("a"), shop("b")),
      same(),
      change(SHOP, "same", two[0], two[1], "y"),
      change("kubernetes:apps/v1:Deployment", "same", { kind: "Deployment" }, { kind: "Deployment" }),
    ]);
    assert.deepEqual(
      children.map(({ instance, action }) => [instance, action]),
      [
        ["default/one", "update"],
        ["default/two", "update"],
      ],
    );
  });

  it("leaves the stack itself out, and providers, unless one becomes another", async () => {
    const { resources } = await reportOf([
      change("pulumi:pulumi:Stack", "same", {}, {}),
      change("pulumi:providers:kubernetes", "update", {}, {}),
      change("pulumi:providers:aws", "create", undefined, {}),
      change("pulumi:providers:aws", "same", {}, {}),
      change("carts-stack:index:CartsStack", "same", {}, {}),
    ]);
    assert.deepEqual(
      resources.map(({ type }) => type),
      ["pulumi:providers:kubernetes", "carts-stack:index:CartsStack"],
    );
  });

  it("shows every child of an instance that comes, goes or is replaced as such", async () => {
    const spec = instance({ image: "a" });
    const action = async (changes: PlannedChange[]) => (await reportOf(changes)).children.map((child) => child.action);
    assert.deepEqual(await action([rgd("create", undefined, shop()), change(SHOP, "create", undefined, spec)]), [
      "create",
    ]);
    assert.deepEqual(await action([rgd("delete", shop()), change(SHOP, "delete", spec)]), ["delete"]);
    assert.deepEqual(await action([sameRgd, change(SHOP, "replace", spec, spec)]), ["replace"]);
    assert.deepEqual(await action([sameRgd, { ...change(SHOP, "delete", spec), retained: true }]), ["same"]);
  });

  it("refuses a bad RGD with the renderer's error, even without an instance", async () => {
    const bad = JSON.parse(JSON.stringify(shop()).replace("schema.spec.image}", "schema.spec.imago}"));
    await assert.rejects(reportOf([rgd("update", shop(), bad)]), (error) => {
      assert.ok(error instanceof UserError);
      assert.match(error.message, /^ResourceGraphDefinition shops: node "deployment".*schema\.spec\.imago/);
      return true;
    });
    const { notes } = await reportOf([rgd("same", bad, bad)]);
    assert.match(notes.join(), /shops can't be told.*imago/);
    assert.equal((await reportOf([rgd("update", bad, shop()), same()])).children[0]!.action, "create");
  });

  it("refuses an instance that the API server would refuse, unless it is there already", async () => {
    await assert.rejects(reportOf([sameRgd, update({ image: "a" }, { image: 7 })]), UserError);
    const { notes, children } = await reportOf([sameRgd, same({ image: 7 })]);
    assert.deepEqual(children, []);
    assert.match(notes.join(), /default\/one can't be told: instance default\/one/);
  });

  it("has a note for what is known only after the update", async () => {
    const unknown = new KnownAfterApply("an output of this stack");
    const { spec, ...definition } = shop();
    const { notes } = await reportOf([
      rgd("create", undefined, { ...definition, spec: { ...(spec as Inputs), unknown } }),
    ]);
    assert.match(notes.join(), /The RGD x was not looked at: it holds what only the update can know/);

    const nameless = { ...instance({ image: "a" }), metadata: { name: unknown } };
    const specless = { ...instance({}), spec: unknown };
    for (const after of [nameless, specless]) {
      const report = await reportOf([sameRgd, change(SHOP, "create", undefined, after)]);
      assert.deepEqual(report.children, []);
      assert.match(report.notes.join(), /What kro makes of x was not looked at: its .*known only after the update/);
    }
    const field = await reportOf([sameRgd, change(SHOP, "create", undefined, instance({ image: unknown }))]);
    assert.equal(field.children[0]!.fields.filter(({ after }) => after instanceof KnownAfterApply).length, 1);
  });

  it("has a note for a CRD whose spec is secret, or known only after the update", async () => {
    const type = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";
    for (const spec of [new Secret(), new KnownAfterApply("an output of this stack"), { group: new Secret() }]) {
      const { notes } = await reportOf([change(type, "create", undefined, { metadata: { name: "lamps" }, spec })]);
      assert.deepEqual(notes, [
        "The CRD x was not looked at: it holds what is secret, or known only after the update.",
      ]);
    }
  });

  it("goes on past an RGD in which Pulumi masked a plain text, and says why and what helps", async () => {
    const masked = JSON.parse(JSON.stringify(shop()).replaceAll("string", "[secret]")) as Inputs;
    const labelled = JSON.parse(JSON.stringify(shop()).replaceAll('"a"', '"[secret]"')) as Inputs;
    const [old, next] = [masked, labelled].map((inputs) => ({ inputs }));
    const step = (op: string, sides: Partial<Step>): Step => ({ op, urn: sameRgd.urn, type: RGD, ...sides });
    for (const one of [
      step("create", { new: old! }),
      step("create", { new: next! }),
      step("update", { old: old!, new: { inputs: shop() }, detailedDiff: { spec: {} } }),
      step("update", { old: { inputs: shop() }, new: old!, detailedDiff: { spec: {} } }),
      step("same", { old: old!, new: old! }),
    ]) {
      const { notes, resources } = await reportOf([...toChanges([one]), rollout]);
      assert.equal(resources.length, 2);
      assert.match(
        notes.join("\n"),
        /^The RGD x was not looked at: the text of a secret config value also occurs in it, .* without --secret\.$/m,
      );
    }
  });

  it("doesn't take an RGD for one that goes away because it can't be read", async () => {
    const masked = JSON.parse(JSON.stringify(shop()).replaceAll("string", "[secret]")) as Inputs;
    const [old, next] = [{ inputs: shop() }, { inputs: masked }];
    const steps = [{ op: "update", urn: sameRgd.urn, type: RGD, old, new: next, detailedDiff: { spec: {} } }];
    assert.deepEqual(await dangersOf(toChanges(steps), clusterWith("theirs")), []);
  });

  it("says of an instance whose name Pulumi masked why it can't be told", async () => {
    const nameless = { ...instance({ image: "a" }), metadata: { name: "[secret]" } };
    const steps = [{ op: "create", urn: `urn:pulumi:dev::p::${SHOP}::x`, type: SHOP, new: { inputs: nameless } }];
    const { notes } = await reportOf([sameRgd, ...toChanges(steps)]);
    assert.match(notes.join(), /What kro makes of x was not looked at: .*the text of a secret config value/);
  });

  describe("of an instance that comes without its RGD", () => {
    /** An RGD like `shop`, with a group of its own, and an instance of it. */
    const grouped = (): Inputs => {
      const { spec, ...others } = shop("a", "Lamp");
      const { schema, resources } = spec as { schema: Inputs; resources: Inputs[] };
      return { ...others, spec: { schema: { ...schema, group: "shop.example.com" }, resources } };
    };
    const LAMP = "kubernetes:shop.example.com/v1alpha1:Lamp";
    const lamp = (image: string): Inputs => ({
      ...instance({ image }),
      apiVersion: "shop.example.com/v1alpha1",
      kind: "Lamp",
    });
    const lampUpdate = change(LAMP, "update", lamp("a"), lamp("b"));
    const clusterOfLamps: Cluster = { ...clusterWith(), ...sourceOf("the cluster", [definitionOf(grouped())]) };
    const offline = (type: string) =>
      `Whether kro makes anything of ${type} was not looked at: none of this stack's RGDs makes it; others take --cluster or --rgd.`;

    it("has a note for each type, offline, whatever its group", async () => {
      const { children, notes } = await reportOf([same(), lampUpdate, { ...lampUpdate, urn: "urn:other" }]);
      assert.deepEqual(children, []);
      assert.deepEqual(notes, [offline(SHOP), offline(LAMP)]);
    });

    it("has no note for Kubernetes' own kinds, kro's, and Pulumi's", async () => {
      const types = ["apps/v1:DeploymentPatch", "rbac.authorization.k8s.io/v1:Role", "core/v1:Namespace"].concat([
        "helm.sh/v3:Release",
        "internal.kro.run/v1alpha1:GraphRevision",
      ]);
      const changes = types.map((type) => change(`kubernetes:${type}`, "create", undefined, {}));
      assert.deepEqual((await reportOf([...changes, change(ROLE, "same", {}, {})])).notes, []);
    });

    it("has the RGD of the cluster", async () => {
      const { children, notes } = await reportOf([lampUpdate], clusterOfLamps);
      assert.deepEqual(
        children.map(({ instance, kind, action, fields }) => [instance, kind, action, fields.length]),
        [["default/one", "Deployment", "update", 1]],
      );
      assert.deepEqual(notes, []);
    });

    it("has no note for a kind that no RGD of the cluster makes, and one for a cluster that doesn't answer", async () => {
      assert.deepEqual((await reportOf([same(), lampUpdate], clusterWith())).notes, []);
      assert.deepEqual((await reportOf([lampUpdate], unreachable)).notes, [
        `Whether kro makes anything of ${LAMP} was not looked at: a cluster could not be asked: the cluster did not answer within 5 s.`,
      ]);
    });

    it("has the first source's that has one, and says whose, unless it is the cluster's", async () => {
      const program = sourceOf("the program", [definitionOf(shop())]);
      const cases: [sources: readonly DefinitionSource[], note: string][] = [
        [[program], "not the cluster's, which takes --cluster"],
        [[clusterOfLamps, program], "as the cluster has none"],
        [[unreachable, program], "because a cluster could not be asked: the cluster did not answer within 5 s"],
      ];
      for (const [sources, reason] of cases) {
        const { children, notes } = await reportOf([rollout], undefined, sources);
        assert.equal(children.length, 1);
        assert.deepEqual(notes, [`The RGD shops is not in this stack: the program's own was taken, ${reason}.`]);
      }
      const own = await reportOf([sameRgd, rollout], undefined, [unreachable]);
      assert.deepEqual(own.notes, [], "no source is asked for what the plan has");
    });

    it("has that of a YAML file, or of a folder of them", async () => {
      const folder = await mkdtemp(join(tmpdir(), "carts-stack-"));
      await mkdir(join(folder, "more"));
      const file = join(folder, "more", "rgds.yaml");
      const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "x" } };
      await writeFile(file, [namespace, grouped(), shop()].map((one) => JSON.stringify(one)).join("\n---\n"));
      await writeFile(join(folder, "readme.md"), "not: [yaml");
      for (const path of [file, folder]) {
        const { children, notes } = await reportOf([lampUpdate, rollout], undefined, [await yamlSource(path)]);
        assert.equal(children.length, 2);
        assert.ok(notes[0]!.startsWith(`The RGD shops is not in this stack: ${path}'s own was taken`), notes[0]);
      }
    });

    it("is refused in one line that names the file, when that has no RGD, or can't be read", async () => {
      const folder = await mkdtemp(join(tmpdir(), "carts-stack-"));
      const files = {
        "broken.yaml": "a: [",
        "other.yaml": "a: b",
        "bare.yaml": "apiVersion: kro.run/v1alpha1\nkind: ResourceGraphDefinition",
      };
      for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
      await mkdir(join(folder, "empty"));
      for (const [path, message] of [
        ["nowhere.yaml", /^there is no file or folder .*nowhere\.yaml$/],
        ["empty", /^the folder .*empty holds no \.yaml, \.yml or \.json file$/],
        ["broken.yaml", /broken\.yaml:1 is not YAML: /],
        ["other.yaml", /^there is no ResourceGraphDefinition in .*other\.yaml$/],
        ["bare.yaml", /bare\.yaml:1: the RGD has no name, schema or resources$/],
      ] as const) {
        await assert.rejects(yamlSource(join(folder, path)), (error) => {
          assert.ok(error instanceof UserError);
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /\n/);
          return true;
        });
      }
    });
  });

  it("looks for the dangers that it is given, and for no other", async () => {
    const plan = { project: "p", stack: "dev", changes: [sameRgd, rollout] };
    const named = { name: "any", meaning: "for the test", ofStep: ({ action }: PlannedChange) => [action] };
    const { dangers } = await makeReport(plan, { rules: [named] });
    assert.deepEqual(dangers, [
      { name: "any", message: "same", of: `${RGD} x` },
      { name: "any", message: "update", of: `${SHOP} x` },
    ]);
  });

  describe("of a value that is set again as a secret", () => {
    const masked = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "[secret]" };
    const report = (op: string, detailedDiff: Step["detailedDiff"], image: readonly [unknown, unknown]) => {
      const [old, next] = image.map((text) => ({ inputs: { ...instance({}), spec: { image: text } } }));
      const step = { op, urn: `urn:pulumi:dev::p::${SHOP}::x`, type: SHOP, old, new: next, detailedDiff } as Step;
      return reportOf([sameRgd, ...toChanges([step])]);
    };

    it("shows a rollout where it is another one, and no text of either", async () => {
      for (const image of [
        ["hunter2", masked],
        [masked, "hunter2"],
      ] as const) {
        const changed = await report("update", { "spec.image": {} }, image);
        assert.deepEqual(
          changed.dangers.map(({ name }) => name),
          ["rollout"],
        );
        assert.doesNotMatch(JSON.stringify(changed), /hunter2/);
      }
    });

    it("shows no change where Pulumi sees none", async () => {
      const { children, dangers } = await report("same", null, ["hunter2", masked]);
      assert.deepEqual([children.map(({ action }) => action), dangers], [["same"], []]);
      assert.doesNotMatch(JSON.stringify(children), /hunter2/);
    });
  });

  it("takes an RGD whose group is empty text for one of kro.run, as kro does", async () => {
    const grouped = JSON.parse(JSON.stringify(shop()).replace('"kind":"Shop"', '"kind":"Shop","group":""'));
    const { children, notes } = await reportOf([rgd("same", grouped, grouped), rollout]);
    assert.deepEqual([children.map(({ action }) => action), notes], [["update"], []]);
  });

  it("has no word on what kro makes of an RGD that only our renderer refuses", async () => {
    const bad = JSON.parse(JSON.stringify(shop()).replace("schema.spec.image}", "schema.spec.imago}"));
    const { children, notes } = await reportOf([rgd("same", bad, bad), rollout]);
    assert.deepEqual(children, []);
    assert.match(notes.join(), /default\/one can't be told.*imago/);
  });

  describe("dangers of the plan", () => {
    const role = change(ROLE, "replace", {}, {}, "role");
    const association = change(ASSOCIATION, "delete", {}, undefined, "association");

    it("are there when pods that stay lose their credentials", async () => {
      const named = [`role-replaced of ${ROLE} role`, `association-replaced of ${ASSOCIATION} association`];
      assert.deepEqual(await dangersOf([sameRgd, same(), role, association]), named);
      assert.deepEqual(await dangersOf([sameRgd, scaling, role, association]), named);
      assert.deepEqual(await dangersOf([role]), named.slice(0, 1), "pods of another stack, for all we know");
    });

    it("are not there when the pods are replaced in the same update, or go away with it", async () => {
      const gone = change(SHOP, "delete", instance({ image: "a" }));
      const anew = change(SHOP, "replace", instance({ image: "a" }), instance({ image: "a" }));
      const named = ["role-replaced", "association-replaced"];
      for (const other of [gone, anew, rollout]) {
        const found = await dangersOf([sameRgd, other, role, association]);
        assert.deepEqual(
          found.filter((danger) => named.some((name) => danger.startsWith(name))),
          [],
        );
      }
    });

    it("are not there of what pods that stay don't use, such as what a failed update has left", async () => {
      const withAccount = shop();
      const { resources } = withAccount.spec as { resources: object[] };
      const account = { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "carts", namespace: "shops" } };
      resources.push({ id: "account", template: account });
      const stays = [rgd("same", withAccount, withAccount), same()];
      const bound = (action: Action, namespace: string, name: string) =>
        change(
          ASSOCIATION,
          action,
          { namespace, serviceAccount: "carts", roleArn: `arn:aws:iam::1:role/${name}` },
          undefined,
          name,
        );
      const roleOf = (name: string) => change(ROLE, "delete", { name }, undefined, name);
      const own = { ...bound("same", "shops", "own"), after: {} };
      assert.deepEqual(await dangersOf([...stays, own, bound("delete", "other", "left"), roleOf("left")]), []);
      assert.deepEqual(await dangersOf([...stays, bound("delete", "shops", "own")]), [
        `association-replaced of ${ASSOCIATION} own`,
      ]);
      assert.deepEqual(await dangersOf([...stays, own, roleOf("own")]), [`role-replaced of ${ROLE} own`]);
    });

    it("are there when an RGD goes away before an instance of it", async () => {
      const [deleted, gone] = [rgd("delete", shop()), change(SHOP, "delete", instance({ image: "a" }))];
      assert.deepEqual(await dangersOf([deleted, same()]), [`definition-deleted of ${RGD} x`]);
      for (const cluster of [undefined, clusterWith("one", "other")]) {
        assert.deepEqual(await dangersOf([{ ...deleted, retained: true }, same()], cluster), []);
      }
      const destroyed = await dangersOf([deleted, gone]);
      assert.ok(!destroyed.some((danger) => danger.startsWith("definition-deleted")));
      assert.deepEqual(await dangersOf([deleted, gone], clusterWith("one")), destroyed, "it is our own");
      const left = await dangersOf([deleted, gone], clusterWith("one", "other"));
      assert.ok(left.includes(`definition-deleted of ${RGD} x`));
    });

    it("are there when the API of a new RGD is another one's, which keeps it when it goes", async () => {
      const named = (name: string, label = "a"): Inputs => ({ ...shop(label), metadata: { name } });
      const refused = `definition-refused of ${RGD} new`;
      for (const name of ["first", "other"]) {
        const gone = change(RGD, "delete", named(name), undefined, name);
        const made = change(RGD, "create", undefined, named("new", "b"), "new");
        const changes = name === "first" ? [gone, made] : [made, gone];
        const found = await dangersOf([...changes, same()]);
        assert.deepEqual(found.sort(), [`definition-deleted of ${RGD} ${name}`, refused]);
      }
      const stays = change(RGD, "same", named("first"), named("first"), "first");
      assert.deepEqual(await dangersOf([change(RGD, "create", undefined, named("new"), "new"), stays]), [refused]);
      const both = ["a", "new"].map((name) => change(RGD, "create", undefined, named(name), name));
      assert.deepEqual(await dangersOf(both), [refused]);
    });

    it("are there when an instance changes what its RGD calls immutable, in place", async () => {
      const fixed = (tier: string): Inputs => {
        const { spec, ...others } = shop();
        const { schema, resources } = spec as { schema: Inputs; resources: Inputs[] };
        const fields = { ...(schema.spec as Inputs), tier: `string | immutable=true default=${tier}` };
        return { ...others, spec: { schema: { ...schema, spec: fields }, resources } };
      };
      const definition = rgd("same", fixed("a"), fixed("a"));
      const [before, after] = [instance({ image: "a" }), instance({ image: "a", tier: "b" })];
      const inPlace = await reportOf([definition, change(SHOP, "update", before, after)]);
      assert.deepEqual(
        inPlace.dangers.map(({ message }) => message),
        ["spec.tier of Shop default/one can't be changed in place: the API server refuses the update"],
      );
      assert.deepEqual(await dangersOf([definition, change(SHOP, "replace", before, after)]), []);
    });

    it("are there when kro refuses the change of an RGD's API", async () => {
      const smaller = JSON.parse(
        JSON.stringify(shop())
          .replace(',"replicas":"integer | default=1"', "")
          .replace("${schema.spec.replicas}", "${1}"),
      );
      const found = await dangersOf([rgd("update", shop(), smaller)]);
      assert.deepEqual(found, [`definition-refused of ${RGD} x`]);
    });
  });

  describe("instances of other stacks", () => {
    const changed = [rgd("update", shop("a"), shop("b")), same()];

    it("have the effect of the RGD's change, and are marked", async () => {
      const { children } = await reportOf(changed, clusterWith("one", "other"));
      assert.deepEqual(
        children.map(({ instance, otherStack, action }) => [instance, otherStack, action]),
        [
          ["default/one", false, "update"],
          ["default/other", true, "update"],
        ],
      );
    });

    it("are not asked for while no RGD changes", async () => {
      assert.deepEqual((await reportOf([sameRgd, rollout], unreachable)).notes, []);
    });

    it("are a note, not an error, when the cluster can't be reached or was not asked", async () => {
      const { notes, children } = await reportOf(changed, unreachable);
      assert.match(notes.join(), /other stacks own were not looked for: the cluster did not answer within 5 s/);
      assert.equal(children.length, 1);
      assert.match((await reportOf(changed)).notes.join(), /--cluster/);
    });
  });
});
