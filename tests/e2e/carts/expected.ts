import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import * as aws from "../aws.ts";
import { get, type Json, type Stack, until } from "../kit/index.ts";

export const TABLE = "eks-workshop-auto-carts-kro";
export const ROLE = "eks-workshop-auto-carts-dynamo";
export const IMAGE = "public.ecr.aws/aws-containers/retail-store-sample-cart";

export const instance = async (): Promise<Json> => (await get("cartsstack", "carts-kro", "-n", "default"))!;
export const pods = async (namespace = "carts-kro"): Promise<Json[]> =>
  (await get("pods", "-n", namespace))!.items as Json[];
export const variable = (pod: Json, name: string): Json | undefined =>
  (pod.spec!.containers![0]!.env ?? ([] as unknown as Json)).find((entry: Json) => (entry.name as string) === name)
    ?.value;

/** What each resource comes after, as the stack's state has it, which a destroy goes by: names by name. */
export async function orderOf(stack: Stack): Promise<Record<string, string[]>> {
  const resources = await stack.exported();
  const nameOf = (urn: string) => urn.split("::").at(-1)!;
  const own = resources.filter(({ type, custom }) => custom && !type.startsWith("pulumi:"));
  return Object.fromEntries(
    own.map(({ urn, dependencies = [] }) => [nameOf(urn), [...new Set(dependencies.map(nameOf))].sort()]),
  );
}

/** Every pod that serves runs the image, is Ready, and none is left of an older one. */
export async function assertRolledOut(image: string, namespace = "carts-kro"): Promise<void> {
  const deployment = (await get("deployment", "carts", "-n", namespace))!;
  const { observedGeneration, replicas, updatedReplicas, availableReplicas } = deployment.status!;
  assert.deepEqual(
    { observedGeneration, replicas, updatedReplicas, availableReplicas },
    {
      observedGeneration: deployment.metadata!.generation,
      replicas: deployment.spec!.replicas,
      updatedReplicas: deployment.spec!.replicas,
      availableReplicas: deployment.spec!.replicas,
    },
  );
  assert.equal(deployment.spec!.template!.spec!.containers![0]!.image, image);
}

/** ACK may pass on how a table is guarded a moment after kro calls the instance Ready. */
export const guardedAs = (table: string, guards: Awaited<ReturnType<typeof aws.guards>>): Promise<boolean> =>
  until(`${table} is guarded: ${JSON.stringify(guards)}`, async () =>
    isDeepStrictEqual(await aws.guards(table), guards),
  );

export async function assertNothingLeft(...tables: string[]): Promise<void> {
  for (const kind of ["cartsstacks.kro.run", "tables.dynamodb.services.k8s.aws"]) {
    assert.deepEqual((await get(kind, "-A"))?.items ?? [], [], kind);
  }
  assert.equal(await get("resourcegraphdefinition", "cartsstack"), undefined);
  assert.deepEqual(await aws.associations(), []);
  assert.ok(!(await aws.roles()).includes(ROLE));
  assert.deepEqual(await aws.tables(), tables);
}
