import assert from "node:assert/strict";
import * as aws from "../../e2e/aws.ts";
import { assertNothingLeft, ROLE, TABLE } from "../../e2e/carts/expected.ts";
import { get, type Json, type Stack } from "../../e2e/kit/index.ts";
import type { Operation } from "./operations.ts";

/** Of the service, unless an operation moves it. */
export const NAMESPACE = "carts-kro";

/** How many items the table has once one has been created. */
export const ITEMS = 7;

/** That cloud, cluster, state and outputs are what an operation was to leave: one of each thing, and every item. */
export async function assertConverged(stack: Stack, { config, leaves }: Operation): Promise<void> {
  if (!leaves.stack) {
    await assertNothingLeft(...(leaves.table ? [TABLE] : []));
    return;
  }
  const namespace = config.namespace ?? NAMESPACE;
  assert.deepEqual(await aws.tables(), [TABLE]);
  const associations = await aws.associations();
  assert.deepEqual(
    associations.map((one) => one.namespace),
    [namespace],
  );
  assert.equal((await aws.roles()).filter((name) => name === ROLE).length, 1);
  const instances = (await get("cartsstacks.kro.run", "-A"))!.items as Json[];
  assert.equal(instances.length, 1);
  const { status } = instances[0]!;
  const { tableArn, serviceEndpoint, associationId, namespace: named } = await stack.outputs();
  assert.deepEqual(
    { tableArn, serviceEndpoint, associationId, namespace: named },
    {
      tableArn: (await aws.table(TABLE)).TableArn,
      serviceEndpoint: status!.serviceEndpoint,
      associationId: associations[0]!.associationId,
      namespace,
    },
  );
  await stack.succeed("preview --expect-no-changes", config);
  const verified = await stack.carts("verify", config);
  assert.equal(verified.code, 0, verified.output);
}

/** How many items the table lacks. */
export async function itemsLost({ leaves }: Operation): Promise<number> {
  return leaves.table ? ITEMS - (await aws.countItems(TABLE)) : 0;
}
