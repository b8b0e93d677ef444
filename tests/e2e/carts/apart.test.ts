import assert from "node:assert/strict";
import { revision } from "../../../components/index.ts";
import * as aws from "../aws.ts";
import { CLUSTER_NAME, get, pullRequest, Stack, sandbox, story, writes } from "../kit/index.ts";
import { assertNothingLeft } from "./expected.ts";

const owner = new Stack({ tableOnDestroy: "delete" }, { name: "owner" });
const tableName = `${CLUSTER_NAME}-carts-blue`;
const BLUE = { instanceName: "blue", roleName: "shared", tableOnDestroy: "delete" };
const user = new Stack({ createDefinition: false, ...BLUE }, { name: "user" });

const spec = async () => (await get("cartsstack", "blue", "-n", "default"))!.spec as Record<string, unknown>;
const variables = async () =>
  (await get("deployment", "carts", "-n", "blue"))!.spec!.template!.spec!.containers![0]!.env ?? [];
const OWNER = "made by the stack organization\\/carts-stack\\/owner with carts-stack";

/** Says no in the preview and in the update, in the same words, and changes nothing. */
async function assertRefused(config: object, reason: RegExp): Promise<void> {
  const from = sandbox.auditEnd();
  for (const command of ["preview", "up --yes --skip-preview"]) {
    const { code, output } = await user.pulumi(command, config as Record<string, never>);
    assert.notEqual(code, 0, output);
    assert.match(output, reason);
  }
  assert.deepEqual(
    writes(from).filter(({ resource, user }) => resource === "cartsstacks" && user !== "kro"),
    [],
  );
}

story("an RGD of another version than its users", () => {
  const environment = { GREETING: "hello" };

  before(async function () {
    this.timeout("10m");
    await owner.init();
    await user.init();
    await aws.makePodRole("shared", `arn:aws:dynamodb:*:*:table/${tableName}`);
  });

  it("is missed by name where nobody has made it yet", async () => {
    await assertRefused(
      {},
      /nothing was changed: createDefinition is false, but this cluster has no ResourceGraphDefi/,
    );
    assert.deepEqual(await aws.associations(), []);
  });

  it("is of the version before: what it lacks is left out, and refused where it is set", async () => {
    await owner.up({}, { cwd: await pullRequest("former") });
    await assertRefused(
      { environment, tags: { team: "shop" } },
      new RegExp(
        `environment is {"GREETING":"hello"}, but the CartsStack API of this cluster \\(${OWNER}.* no such field`,
      ),
    );
    const output = await user.succeed("up --yes", {});
    const { environment: sent, tags, ...rest } = await spec();
    assert.deepEqual([sent, tags], [undefined, undefined]);
    assert.match(output, new RegExp(`its revision is ${rest.revision}, not ${revision}`));
    assert.notEqual(rest.revision, revision);
    await user.succeed("preview --expect-no-changes", {});
    const preview = await user.carts("preview", {}, "--cluster");
    assert.equal(preview.code, 0, preview.stderr);
    const verified = await user.carts("verify");
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  it("comes to this version: the instance follows with its next update, which waits for that", async () => {
    await owner.up();
    const before = (await get("cartsstack", "blue", "-n", "default"))!.metadata!.generation!;
    const output = await user.succeed("up --yes", { environment });
    assert.doesNotMatch(output, /revision is/);
    const { metadata, spec, status } = (await get("cartsstack", "blue", "-n", "default"))!;
    assert.equal(spec!.revision, revision);
    assert.ok(metadata!.generation! > before);
    const ready = status!.conditions!.find(({ type }) => type === "Ready")!;
    assert.deepEqual([ready.status, ready.observedGeneration], ["True", metadata!.generation]);
    assert.deepEqual(await variables(), [{ name: "GREETING", value: "hello" }]);
  });

  it("is of the version after, with a field more: the instance follows it, and leaves that field alone", async () => {
    await owner.up({}, { cwd: await pullRequest("pull-policy") });
    const output = await user.succeed("up --yes", { environment });
    const { revision: own, pullPolicy } = await spec();
    assert.match(output, new RegExp(`its revision is ${own}, not ${revision}`));
    assert.equal(pullPolicy, "IfNotPresent");
    assert.deepEqual(await variables(), [{ name: "GREETING", value: "hello" }]);
    await user.succeed("preview --expect-no-changes", { environment });
    const verified = await user.carts("verify", { environment });
    assert.equal(verified.code, 0, verified.stdout + verified.stderr);
  });

  it("requires what this version does not know: refused by name", async () => {
    await owner.succeed("up --yes --skip-preview", {}, { cwd: await pullRequest("team") });
    await assertRefused({ environment }, new RegExp(`\\(${OWNER} 99.0.0\\) requires team, which carts-stack 0`));
  });

  it("goes as any other", async () => {
    await user.succeed("destroy --yes --skip-preview", { environment });
    await owner.succeed("destroy --yes --skip-preview");
    await assertNothingLeft();
  });
});
