import assert from "node:assert/strict";
import * as aws from "../aws.ts";
import { CLONE, CLUSTER_NAME, Stack, sandbox, story } from "../kit/index.ts";
import { ROLE } from "./expected.ts";

const stack = new Stack({ tableOnDestroy: "delete" });

story("an association that another tool has made, or changed", () => {
  let id: string;

  before(async () => {
    await stack.init();
    await aws.makePodRole("terraform");
    await aws.associate("carts-kro", "carts", "terraform");
    id = (await aws.associations())[0]!.associationId!;
  });

  it("is named, with its role and the two ways on", async () => {
    const { code, stdout, stderr } = await stack.carts("up", {}, "--json");
    assert.equal(code, 1, stderr);
    const { name, message } = JSON.parse(stdout).cause as { name: string; message: string };
    assert.equal(name, "already-exists");
    assert.ok(message.includes(`already: ${id}, with the role terraform, made 20`), message);
    const [, remove, takeOver] = message.split("\n").map((line) => line.trim());
    assert.equal(
      remove,
      `aws eks delete-pod-identity-association --cluster-name ${CLUSTER_NAME} --association-id ${id}`,
    );
    // As a person types it, who has the stack's config where Pulumi looks for it.
    const [, config] = /--config-file (\S+)/.exec((await stack.args()).join(" "))!;
    await sandbox.succeed("sh", ["-c", `${takeOver} --yes --config-file ${config}`], { cwd: CLONE });
  });

  it("is the stack's own after the import, with the stack's role", async () => {
    await stack.up();
    const [association, ...others] = await aws.associations();
    assert.deepEqual([association!.associationId, association!.roleArn!.split("/").at(-1), others], [id, ROLE, []]);
    await stack.succeed("preview --expect-no-changes");
    assert.equal((await stack.carts("verify")).code, 0);
  });

  it("is found by verify when somebody has given it a target role, and put back", async () => {
    const target = (await aws.role("terraform")).Arn!;
    const which = ["--cluster-name", CLUSTER_NAME, "--association-id", id];
    await sandbox.succeed("aws", ["eks", "update-pod-identity-association", ...which, "--target-role-arn", target]);
    const { code, stdout } = await stack.carts("verify", {}, "--json");
    assert.notEqual(code, 0);
    const wrong = JSON.parse(stdout).checks.filter(({ verdict }: { verdict: string }) => verdict === "wrong");
    assert.deepEqual(
      wrong.map(({ id: check, found }: { id: string; found: string }) => [check, found.split("\n").at(-1)]),
      [["association", `target role ${target}`]],
    );
    const up = await stack.carts("up");
    assert.match(up.output, /targetRoleArn/);
    assert.equal((await stack.carts("verify")).code, 0);
  });
});
