import assert from "node:assert/strict";
import * as aws from "../aws.ts";
import { get, Stack, sandbox, story, writes } from "../kit/index.ts";
import { assertNothingLeft, instance, ROLE, TABLE } from "./expected.ts";

const stack = new Stack();

story("destroying the carts stack", () => {
  before(stack.init);

  it("retain: leaves the table, and an up goes on with its items", async () => {
    await stack.up();
    await aws.putItems(TABLE, 5);
    await stack.succeed("destroy --yes --skip-preview");
    await assertNothingLeft(TABLE);
    assert.equal(await get("namespace", "carts-kro"), undefined);
    await stack.up();
    assert.equal(await aws.countItems(TABLE), 5);
    assert.equal((await instance()).status!.state, "ACTIVE");
  });

  it("deletes the instance before its RGD, and not a role that it was given", async () => {
    await aws.makePodRole("shared");
    await stack.up({ roleName: "shared" });
    assert.equal((await aws.associations())[0]!.roleArn, (await aws.role("shared")).Arn);
    assert.ok(!(await aws.roles()).includes(ROLE));
    const from = sandbox.auditEnd();
    await stack.succeed("destroy --yes --skip-preview", { roleName: "shared" });
    assert.ok((await aws.roles()).includes("shared"));
    const deletes = writes(from).filter(({ verb }) => verb === "delete");
    const of = (resource: string) => deletes.findIndex((write) => write.resource === resource);
    assert.ok(of("cartsstacks") >= 0 && of("cartsstacks") < of("resourcegraphdefinitions"));
  });
});
