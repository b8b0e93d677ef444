import { type ApiError, isInvalid, isNotFound } from "./apiError.ts";
import type { ClusterConnection } from "./clusterConnection.ts";
import { apiVersionOf, type KubernetesObject, kindOf, nameOf, namespaceOf } from "./kubernetesObject.ts";
import type { ObjectClient } from "./objectClient.ts";

/** Whether a Pulumi type is of a resource that changes fields of an object which is not its own. */
export const isPatch = (type: string): boolean => type === "kubernetes:apps/v1:DeploymentPatch";

/**
 * Gives up every field that the patch's manager has: what nobody else manages goes, and the object stays. Does nothing
 * where the object's namespace is gone.
 */
export async function deletePatch(
  live: KubernetesObject,
  fieldManager: string,
  connection: ClusterConnection,
  signal: AbortSignal,
): Promise<void> {
  try {
    await relinquish(await connection.clientFor(live, signal), live, fieldManager);
  } catch (error) {
    if (isNotFound(error)) return;
    if (!isInvalid(error)) throw error;
    const field = (error as ApiError).status.details?.causes?.[0]?.field ?? "";
    throw new Error(
      "this Patch resource is currently managing a required field, so it can't be deleted directly. Either set the " +
        `\`retainOnDelete\` resource option, or transfer ownership of the field before deleting: ${field}`,
    );
  }
}

/** Makes a manager manage no field of the object any more. */
export async function relinquish(client: ObjectClient, live: KubernetesObject, fieldManager: string): Promise<void> {
  const namespace = namespaceOf(live);
  const metadata = { name: nameOf(live), ...(namespace !== "" && { namespace }) };
  const identity = { apiVersion: apiVersionOf(live), kind: kindOf(live), metadata };
  await client.apply(nameOf(live), identity, { fieldManager });
}
