import assert from "node:assert/strict";
import { parse } from "yaml";
import { FakeApiServer } from "../../live/fakeApiServer.ts";
import { Folder, rgd, shop } from "./folder.ts";

type Object = Parameters<FakeApiServer["put"]>[0];

const KRO = "kro.run/v1alpha1";

describe("kro-preview diff --cluster", () => {
  let folder: Folder;
  const server = new FakeApiServer();
  before(async () => {
    const config = await server.start();
    folder = await Folder.make({ kubeconfig: config.exportConfig() }, {});
    server.serve("v1", "ConfigMap", "configmaps");
    server.serve("apps/v1", "Deployment", "deployments");
    server.serve(KRO, "ResourceGraphDefinition", "resourcegraphdefinitions", false);
    server.serve(KRO, "Shop", "shops");
    const definition = parse(rgd()) as Object & { spec: { schema: object } };
    // As the API server has it: with its defaults.
    const schema = { ...definition.spec.schema, group: "kro.run", scope: "Namespaced" };
    server.put({ ...definition, spec: { ...definition.spec, schema }, status: { state: "Active" } });
    for (const name of ["tea", "coffee"]) {
      const metadata = { name, namespace: "shops", labels: { "kro.run/owned": "true" } };
      server.put({ apiVersion: KRO, kind: "Shop", metadata, spec: { replicas: 1, open: false }, status: {} });
    }
  });
  afterEach(() => server.refused.clear());
  after(async () => {
    server.stop();
    await folder.remove();
  });

  const UNKNOWN_KRO =
    "note: Which kro the cluster of context loaded-context has is not known; a preview follows kro 0.9.4.\n";
  const diff = (...args: readonly string[]) => folder.run(["diff", "--cluster", "--kubeconfig", "kubeconfig", ...args]);

  it("compares files with what the cluster has, whose defaults and marks are no change", async () => {
    await folder.write({ "same.yaml": `${rgd()}---\n${shop("tea")}` });
    const same = await diff("-f", "same.yaml");
    assert.deepEqual(
      [same.code, same.stdout],
      [0, `No change: the cluster of context loaded-context to same.yaml.\n${UNKNOWN_KRO}`],
      same.stderr,
    );
    assert.equal(same.stderr, "waiting for the cluster of context loaded-context ...\n");
    await folder.write({ "new.yaml": `${shop("tea", { replicas: 2 })}---\n${shop("cocoa")}` });
    const { stdout, code } = await diff("-f", "new.yaml");
    assert.equal(code, 2);
    assert.match(stdout, /^~ {2}Shop shops\/tea \[spec\]$/m);
    assert.match(stdout, /spec\.replicas: 1 => 2/, "by the cluster's RGD");
    assert.match(stdout, /^\+ {2}Shop shops\/cocoa$/m);
    assert.doesNotMatch(stdout, /shops\/coffee/, "what is in no file stays");
  });

  it("says that there is no kubeconfig, and how one is named", async () => {
    await folder.write({ "a.yaml": rgd() });
    const { code, stderr } = await folder.run(["diff", "--cluster", "-f", "a.yaml"]);
    assert.equal(code, 1);
    assert.match(
      stderr,
      /\nerror: there is no kubeconfig .*no-kubeconfig, which \$KUBECONFIG names: name one with --kubeconfig\n$/,
    );
  });

  it("shows what a changed RGD does to each instance in the files, and in the cluster", async () => {
    await folder.write({ "api.yaml": `${rgd({ image: "nginx:2" })}---\n${shop("tea")}` });
    const { stdout, code } = await diff("-f", "api.yaml");
    assert.equal(code, 2);
    assert.match(stdout, /^shops\/tea: 1 to update/m);
    assert.match(stdout, /^shops\/coffee \(in the cluster\): 1 to update/m);
  });

  it("says what it may not see, and goes on", async () => {
    server.refused.set("/apis/kro.run/v1alpha1/resourcegraphdefinitions/shop", 403);
    server.refused.set("/apis/kro.run/v1alpha1/namespaces/shops/shops/coffee", 403);
    await folder.write({
      "both.yaml": `${rgd()}---\n${shop("tea", { replicas: 3 })}---\n${shop("coffee", { replicas: 3 })}`,
    });
    const { stdout, code } = await diff("-f", "both.yaml");
    assert.equal(code, 2);
    assert.match(stdout, /^note: ResourceGraphDefinition shop was not compared with the cluster's: .*HTTP 403/m);
    assert.match(stdout, /^note: Shop shops\/coffee was not compared with the cluster's: .*HTTP 403/m);
    assert.match(stdout, /spec\.replicas: 1 => 3/);
    assert.doesNotMatch(stdout, /^shops\/coffee:/m);
  });

  it("asks the API server what it would store, where that is asked for", async () => {
    const live = {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: {
        ...{ name: "tea", namespace: "shops", labels: { "kro.run/owned": "true" } },
        annotations: { "internal.kro.run/apply-order": "1" },
      },
    };
    server.put({ ...live, data: { open: "by hand", "from-admission": "yes" } });
    server.admit = (object) => {
      const { data } = object as { data?: object };
      return { ...object, ...(data && { data: { ...data, "from-admission": "no" } }) };
    };
    await folder.write({ "tea.yaml": `${rgd()}---\n${shop("tea")}` });
    const { stdout, code, stderr } = await diff("-f", "tea.yaml", "--server-side");
    assert.equal(code, 2, stderr);
    assert.match(stdout, /data\.open: "by hand" => "false"/);
    assert.match(stdout, /data\.from-admission: "yes" => "no"/);
    assert.match(stdout, /^note: The API server was not asked about Deployment shops\/tea: that depends on what only/m);
    assert.doesNotMatch(stdout, /kro\.run\/(owned|apply-order)/);
    const [patch] = server.patches.slice(-1);
    assert.match(patch!.path, /configmaps\/tea\?dryRun=All&force=true&fieldManager=kro\.run%2Fapplyset$/);
    server.refused.set("/api/v1/namespaces/shops/configmaps/tea", 422);
    const refused = await diff("-f", "tea.yaml", "--server-side");
    assert.match(refused.stdout, /! never-ready: ConfigMap shops\/tea: the API server answered with HTTP 422/);
  });

  /** An RGD whose instances hold a Shop. */
  const mall = `
apiVersion: kro.run/v1alpha1
kind: ResourceGraphDefinition
metadata:
  name: mall
spec:
  schema:
    apiVersion: v1alpha1
    kind: Mall
    spec: { open: boolean | default=false, shop: string }
  resources:
    - id: inner
      template:
        apiVersion: ${KRO}
        kind: Shop
        metadata: { name: "\${schema.spec.shop}" }
        spec: { open: "\${schema.spec.open}" }
`;
  const mallOf = (shopName: string, open = false): string => shop("north", { shop: shopName, open }, "Mall");

  describe("asks about what is within an instance of an instance", () => {
    before(() => {
      server.serve(KRO, "Mall", "malls");
      server.put(parse(mall) as Object);
      const metadata = { name: "north", namespace: "shops" };
      server.put({ apiVersion: KRO, kind: "Mall", metadata, spec: { shop: "milk", open: false } });
      const owned = { namespace: "shops", labels: { "kro.run/owned": "true" } };
      server.put({
        apiVersion: KRO,
        kind: "Shop",
        metadata: { ...owned, name: "milk" },
        spec: { replicas: 4, open: false },
      });
      server.put({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { ...owned, name: "milk" },
        data: { open: "by hand" },
      });
      server.admit = (object) => object;
    });

    it("what it has, and what it would store", async () => {
      await folder.write({ "mall.yaml": `${mall}---\n${rgd()}---\n${mallOf("milk")}` });
      const { stdout, code, stderr } = await diff("-f", "mall.yaml", "--server-side");
      assert.equal(code, 2, stderr);
      assert.match(stdout, /Shop shops\/milk\n.*spec\.replicas: 4 => 1/, "the instance within");
      assert.match(stdout, /ConfigMap shops\/milk\n.*data\.open: "by hand" => "false"/, "its child");
      assert.match(stdout, /^note: The API server was not asked about Deployment shops\/milk: that depends/m);
      assert.doesNotMatch(stdout, /kro\.run\/owned/);
    });

    it("but not about an instance whose kind becomes another, and says so", async () => {
      const wider = rgd().replace("open: boolean", "more: string | default=x\n      open: boolean");
      await folder.write({ "wider.yaml": `${mall}---\n${wider}---\n${mallOf("milk")}` });
      server.patches.length = 0;
      const { stdout, code } = await diff("-f", "wider.yaml", "--server-side");
      assert.equal(code, 2);
      assert.match(
        stdout,
        /not asked about Shop shops\/milk: the RGD that makes the kind changes, and the CRD with it\./,
      );
      assert.match(stdout, /data\.open: "by hand" => "false"/);
      assert.deepEqual(
        server.patches.filter(({ path }) => path.includes("/shops/milk?")),
        [],
      );
    });

    it("also of instances that are in no file", async () => {
      await folder.write({ "image.yaml": `${mall}---\n${rgd({ image: "nginx:2" })}` });
      const { stdout } = await diff("-f", "image.yaml", "--server-side");
      assert.match(stdout, /^shops\/north \(in the cluster\): /m);
      assert.match(stdout, /data\.open: "by hand" => "false"/);
    });

    it("under another name, as it is there", async () => {
      await folder.write({ "other.yaml": `${mall}---\n${rgd()}---\n${mallOf("water")}` });
      const { stdout } = await diff("-f", "other.yaml", "--server-side", "--json");
      const { children } = JSON.parse(stdout) as {
        children: { kind: string; action: string; fields: { path: string; before: unknown }[] }[];
      };
      const config = children.find(({ kind }) => kind === "ConfigMap")!;
      assert.equal(config.action, "replace");
      assert.deepEqual(
        config.fields.map(({ path, before }) => [path, before]),
        [
          ["data.open", "by hand"],
          ["metadata.name", "milk"],
        ],
      );
    });

    it("also where another instance has made it, or the instance around is gone: files have no secret", async () => {
      const labels = Object.entries({ group: "kro.run", version: "v1alpha1", kind: "Mall", name: "gone" }).map(
        ([key, value]) => [`kro.run/instance-${key}`, value],
      );
      const metadata = {
        ...{ name: "juice", namespace: "shops" },
        labels: { ...Object.fromEntries(labels), "kro.run/instance-namespace": "shops" },
      };
      server.put({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { open: "by hand" } });
      server.put({ apiVersion: KRO, kind: "Shop", metadata, spec: { replicas: 1, open: false } });
      await folder.write({ "juice.yaml": `${rgd()}---\n${shop("juice")}` });
      const { stdout } = await diff("-f", "juice.yaml", "--server-side");
      assert.match(stdout, /ConfigMap shops\/juice\n.*data\.open: "by hand" => "false"/);
      assert.doesNotMatch(stdout, /another has made/);
      await folder.write({ "juices.yaml": `${mall}---\n${rgd({ image: "nginx:2" })}` });
      assert.match((await diff("-f", "juices.yaml")).stdout, /^shops\/juice \(in the cluster\): 1 to update/m);
    });

    it("and says of what it has already that it is told as new", async () => {
      server.put({
        apiVersion: "v1",
        kind: "ConfigMap",
        metadata: { name: "oil", namespace: "shops" },
        data: { a: "b" },
      });
      const south = shop("south", { shop: "oil" }, "Mall");
      await folder.write({ "new.yaml": `${mall}---\n${rgd()}---\n${south}` });
      const { stdout } = await diff("-f", "new.yaml", "--server-side");
      assert.match(stdout, /^\+? .*ConfigMap shops\/oil/m);
      assert.match(
        stdout,
        /^note: ConfigMap shops\/oil is there already, within an instance that is not: it is told as new\.$/m,
      );
    });
  });

  it("says in one line where the cluster can't be asked", async () => {
    await folder.write({ "x.yaml": rgd() });
    const none = await folder.run(["diff", "--cluster", "-f", "x.yaml", "--kubeconfig", "nosuch"]);
    assert.equal(none.code, 1);
    assert.match(none.stderr, /\nerror: there is no kubeconfig .*nosuch: name another with --kubeconfig\n$/);
    const alone = await folder.run(["diff", "x.yaml", "x.yaml", "--server-side"]);
    assert.match(alone.stderr, /^error: --server-side asks a cluster: it needs --cluster\n$/);
  });
});
