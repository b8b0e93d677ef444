import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { clean } from "../../sandbox/testing.ts";
import { apply, get, isThere, type Json, kubectl, sandbox, story } from "./kit/index.ts";

/** Deletes an object, and makes another of its name. */
async function makeAgain(kind: string, name: string, change: (object: Json) => object = (object) => object) {
  const { metadata: _, ...rest } = change((await get(kind, name))!) as { metadata?: object };
  await kubectl("delete", kind, name);
  // The API server takes a binding's policy for unbound only when it has looked.
  await sleep(3_000);
  await apply({ ...rest, metadata: { name } });
}

story("a sandbox that goes from one story to the next", () => {
  it("gets back what it had, also where another of that name was made", async () => {
    const { rules } = (await get("clusterrole", "kro-carts-stack"))! as Json & { rules: unknown[] };
    await makeAgain("clusterrole", "kro-carts-stack", (role) => ({ ...(role as object), rules: [] }));
    await kubectl("create", "namespace", "strangers");
    assert.equal(await clean(sandbox), true);
    const again = (await get("clusterrole", "kro-carts-stack"))! as Json & { rules: unknown[] };
    assert.deepEqual(again.rules, rules);
    assert.equal(await isThere("namespace", "strangers"), false);
  });

  it("goes no further where a policy was bound anew: the API server no longer watches its parameter", async () => {
    await makeAgain("mutatingadmissionpolicybinding", "eks-pod-identity");
    assert.equal(await clean(sandbox), false);
  });
});
