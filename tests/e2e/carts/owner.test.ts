import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import * as aws from "../aws.ts";
import { CLUSTER_NAME, get, isThere, pullRequest, Stack, sandbox, story, writes } from "../kit/index.ts";
import { assertNothingLeft, instance, TABLE } from "./expected.ts";

const owner = new Stack({}, { name: "owner" });
const BLUE = { instanceName: "blue", namespace: "blue", tableName: `${CLUSTER_NAME}-carts-blue`, roleName: "shared" };
const user = new Stack({ createDefinition: false, ...BLUE }, { name: "user" });

const blue = async () => (await get("cartsstack", "blue", "-n", "default"))!;
const definition = async (stack: Stack) =>
  (await stack.state()).resources.find(({ type }) => type.endsWith(":ResourceGraphDefinition"));
const uid = async () => (await get("rgd", "cartsstack"))!.metadata!.uid;

story("the owner of an RGD that other stacks use", () => {
  before(async function () {
    this.timeout("10m");
    await owner.init();
    await user.init();
    await aws.makePodRole("shared", `arn:aws:dynamodb:*:*:table/${BLUE.tableName}`);
    await owner.up();
    await user.up();
  });

  it("is not destroyed, and says whose instances there are", async () => {
    const { resources } = await owner.state();
    const { code, stdout, stderr } = await owner.carts("destroy", {}, "--json");
    assert.equal(code, 4, stderr);
    const { result, cause } = JSON.parse(stdout);
    assert.deepEqual([result, cause.name], ["blocked", "definition-in-use"]);
    assert.equal(cause.object, "ResourceGraphDefinition cartsstack");
    assert.match(cause.message, /: CartsStack default\/blue\. .*Nothing was changed\. Destroy the stacks/);
    assert.match(stderr, /^error: ResourceGraphDefinition cartsstack would be deleted/m);
    assert.equal((await owner.state()).resources.length, resources.length);
    assert.deepEqual([(await instance()).status!.state, (await blue()).status!.state], ["ACTIVE", "ACTIVE"]);
  });

  it("is not brought to where its program has no RGD any more", async () => {
    const cwd = join(sandbox.folder, "programs", "nothing");
    await mkdir(cwd, { recursive: true });
    const runtime = { name: "nodejs", options: { typescript: false } };
    await writeFile(join(cwd, "Pulumi.yaml"), JSON.stringify({ name: "carts-stack", main: "index.js", runtime }));
    await writeFile(join(cwd, "index.js"), "");
    const { code, stdout, stderr } = await owner.carts("up", {}, "--cwd", cwd, "--json");
    assert.equal(code, 4, stderr);
    assert.equal(JSON.parse(stdout).cause.name, "definition-in-use");
    assert.ok(await isThere("cartsstack", "carts-kro", "-n", "default"));
    const same = await owner.carts("up");
    assert.equal(same.code, 0, same.stderr);
  });

  it("does not give it up by its config alone", async () => {
    for (const command of ["preview", "up --yes --skip-preview"]) {
      const { code, output } = await owner.pulumi(command, { createDefinition: false });
      assert.notEqual(code, 0);
      assert.match(
        output,
        /nothing was changed: createDefinition changes to false, .*: default\/carts-kro\. Hand it over/,
      );
    }
    assert.ok(await isThere("rgd", "cartsstack"));
  });

  it("does not lose it to another stack that would make it as well", async () => {
    for (const command of ["preview", "up --yes --skip-preview"]) {
      const { code, output } = await user.pulumi(command, { createDefinition: true });
      assert.notEqual(code, 0);
      assert.match(
        output,
        /cartsstack exists, and is the stack organization\/carts-stack\/owner's: .*`pulumi state move`/,
      );
    }
    assert.equal(await definition(user), undefined);
  });

  it("has no second instance of one name, whose namespace would be that of the first", async () => {
    const twin = new Stack({ createDefinition: false, ...BLUE }, { name: "twin" });
    await twin.init();
    const { code, output } = await twin.pulumi("preview", { tableName: `${TABLE}-2`, instanceNamespace: "ui" });
    assert.notEqual(code, 0);
    assert.match(
      output,
      /namespace is "blue", but a Namespace blue exists, which kro made for CartsStack default\/blue: /,
    );
    const same = await twin.pulumi("preview");
    assert.match(same.output, /CartsStack default\/blue exists, and is the stack organization\/carts-stack\/user's: /);
  });

  it("hands it over, and nothing in the cluster changes but who it belongs to", async () => {
    const [before, from] = [await uid(), sandbox.auditEnd()];
    const { urn } = (await definition(owner))!;
    await sandbox.succeed("pulumi", ["state", "move", "--yes", "--source", "owner", "--dest", "user", urn], {
      cwd: join(sandbox.folder, "carts-stack"),
    });
    await user.up({ createDefinition: true });
    await owner.up({ createDefinition: false });
    assert.deepEqual([await definition(owner), await uid()], [undefined, before]);
    assert.ok((await definition(user))!.urn.includes("CartsStack$"), "where the program has it");
    assert.deepEqual(
      writes(from).filter(
        ({ verb, resource }) =>
          /create|delete/.test(verb) && /resourcegraphdefinitions|cartsstacks|deployments/.test(resource),
      ),
      [],
    );
    await owner.succeed("preview --expect-no-changes", { createDefinition: false });
    await user.succeed("preview --expect-no-changes", { createDefinition: true });
  });

  it("has then a new owner, whose change of the RGD reaches the instances of both", async () => {
    const cwd = await pullRequest("no-scrape");
    await user.up({ createDefinition: true }, { cwd });
    for (const namespace of ["blue", "carts-kro"]) {
      const { spec } = (await get("deployment", "carts", "-n", namespace))!;
      assert.equal(spec!.template!.metadata!.annotations!["prometheus.io/scrape"], "false", namespace);
    }
  });

  it("is destroyed like any other now, and the new owner after it", async () => {
    const first = await owner.carts("destroy", { createDefinition: false });
    assert.equal(first.code, 0, first.stderr);
    assert.equal(await get("cartsstack", "carts-kro", "-n", "default"), undefined);
    const second = await user.carts("destroy", { createDefinition: true });
    assert.equal(second.code, 0, second.stderr);
    await assertNothingLeft(...[`${CLUSTER_NAME}-carts-blue`, TABLE].sort());
  });
});
