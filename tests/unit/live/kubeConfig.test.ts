import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KnownAfterApply, Secret } from "../../../packages/kro/index.ts";
import { findKubeConfig } from "../../../packages/live/kubeConfig.ts";

/** A kubeconfig of its own cluster, with two contexts of the same names in each. */
const kubeconfig = (server: string): string =>
  JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "main", cluster: { server } },
      { name: "side", cluster: { server: `${server}/side` } },
    ],
    users: [{ name: "u", user: {} }],
    contexts: ["first", "second"].map((name) => ({ name, context: { cluster: "main", user: "u" } })),
    "current-context": "first",
  });

describe("the kubeconfig of a stack's cluster", () => {
  const { KUBECONFIG, HOME } = process.env;
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "carts-stack-"));
    for (const name of ["chosen", "own", "exported"])
      await writeFile(join(folder, name), kubeconfig(`https://${name}`));
  });
  beforeEach(() => {
    process.env.KUBECONFIG = join(folder, "exported");
  });
  after(async () => {
    process.env.HOME = HOME;
    if (KUBECONFIG === undefined) delete process.env.KUBECONFIG;
    else process.env.KUBECONFIG = KUBECONFIG;
    await rm(folder, { recursive: true });
  });

  const found = async (...args: Parameters<typeof findKubeConfig>) => {
    const config = await findKubeConfig(...args);
    return `${config.getCurrentContext()} of ${config.getCurrentCluster()?.server}`;
  };

  it("is the one that is chosen, else the provider's, else $KUBECONFIG", async () => {
    const provider = { kubeconfig: join(folder, "own") };
    assert.equal(await found({ kubeconfig: join(folder, "chosen") }, provider), "first of https://chosen");
    assert.equal(await found({}, provider), "first of https://own");
    assert.equal(await found({}, { kubeconfig: "" }), "first of https://exported");
    assert.equal(await found({}), "first of https://exported");
  });

  it("is a path, of the project's folder or of one's home, or content, in JSON or YAML", async () => {
    assert.equal(await found({}, { kubeconfig: "own" }, folder), "first of https://own");
    process.env.HOME = folder;
    assert.equal(await found({}, { kubeconfig: "~/own" }), "first of https://own");
    assert.equal(await found({}, { kubeconfig: kubeconfig("https://json") }), "first of https://json");
    const yaml = kubeconfig("https://yaml")
      .replace(/^\{"apiVersion":"v1",/, "apiVersion: v1\n")
      .replace(/\}$/, "");
    const lines = yaml.replace(/,?"(kind|clusters|users|contexts|current-context)":/g, "\n$1: ").trim();
    assert.equal(await found({}, { kubeconfig: lines }), "first of https://yaml");
  });

  it("has the context that is chosen, else the provider's, else its current one", async () => {
    const provider = { kubeconfig: join(folder, "own"), context: "second" };
    assert.equal(await found({}, provider), "second of https://own");
    assert.equal(await found({ kubeconfig: join(folder, "chosen") }, provider), "second of https://chosen");
    assert.equal(await found({ context: "first" }, provider), "first of https://own");
    assert.equal(await found({}, { context: "second" }), "second of https://exported");
    assert.equal(await found({}, { ...provider, cluster: "side" }), "second of https://own/side");
    await assert.rejects(found({ context: "third" }, provider), /no context third: it has first, second/);
  });

  it("is missed by name, and never a cluster that nobody named", async () => {
    process.env.KUBECONFIG = join(folder, "gone");
    await assert.rejects(found({}), {
      message: /^there is no kubeconfig .*gone, which \$KUBECONFIG names: name one with --k/,
    });
    delete process.env.KUBECONFIG;
    process.env.HOME = join(folder, "nobody");
    const message = /^there is no kubeconfig: \$KUBECONFIG names none, and there is no .*: name one with --kubeconfig$/;
    await assert.rejects(found({}), { message });
    await assert.rejects(found({ context: "first" }), { message });
  });

  it("is never another one when the provider's can't be read, but the one that is chosen", async () => {
    const cases = [
      [{ kubeconfig: new Secret() }, /^the kubeconfig of the stack's provider is a secret, which can't be read here/],
      [{ kubeconfig: new KnownAfterApply("x") }, /kubeconfig .* is known only after the update/],
      [{ kubeconfig: join(folder, "gone") }, /^there is no kubeconfig .*gone: name another with --kubeconfig$/],
      [{ context: new Secret() }, /^the context of .* name another with --context$/],
    ] as const;
    for (const [provider, message] of cases) await assert.rejects(findKubeConfig({}, provider), { message });
    const chosen = { kubeconfig: join(folder, "chosen") };
    assert.equal(await found(chosen, { kubeconfig: new Secret() }), "first of https://chosen");
  });
});
