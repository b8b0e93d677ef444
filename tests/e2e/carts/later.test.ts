import assert from "node:assert/strict";
import { join } from "node:path";
import * as aws from "../aws.ts";
import { CLONE, get, PROGRAMS, Stack, story } from "../kit/index.ts";
import { assertNothingLeft, assertRolledOut, IMAGE, ROLE, TABLE } from "./expected.ts";

const stack = new Stack();

story("a cluster's name that is another resource's output", () => {
  const cwd = join(CLONE, PROGRAMS, "later");
  const config = { tableOnDestroy: "delete" };

  before(stack.init);

  it("is judged when it is known, before anything underneath is made", async () => {
    const bad = { ...config, tags: { name: "bad" } };
    assert.match(await stack.succeed("preview", bad, { cwd }), /PodIdentityAssociation carts-association create/);
    const { code, output } = await stack.pulumi("up --yes --skip-preview", bad, { cwd });
    assert.notEqual(code, 0);
    const [, diagnostics] = output.split("Diagnostics:");
    assert.match(diagnostics!, /error: clusterName is "not a name", but must be an EKS cluster's name/);
    assert.equal(diagnostics!.match(/clusterName is/g)!.length, 1, output);
    assert.doesNotMatch(output, /^\s+at .*\.ts:\d+/m);
    assert.equal(await get("resourcegraphdefinition", "cartsstack"), undefined);
    assert.ok(!(await aws.roles()).includes(ROLE));
  });

  it("is unknown in the preview, and known to everything that up makes", async () => {
    await stack.up(config, { cwd });
    await assertRolledOut(`${IMAGE}:1.3.0`);
    assert.ok((await aws.roles()).includes(ROLE));
    assert.deepEqual(await aws.tables(), [TABLE]);
    await stack.succeed("preview --expect-no-changes", config, { cwd });
  });

  it("goes as any other", async () => {
    await stack.succeed("destroy --yes --skip-preview", config, { cwd });
    await assertNothingLeft();
  });
});
