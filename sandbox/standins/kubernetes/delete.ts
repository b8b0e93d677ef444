import { log as engineLog } from "../plugin/engineLog.ts";
import type { DeleteRequest } from "../plugin/resourceProvider.ts";
import { isNotFound, NoKindMatchError } from "./apiError.ts";
import { AwaitError, awaitDeletion } from "./awaiting.ts";
import { fromState } from "./checkpoint.ts";
import { annotationOf, type KubernetesObject, parseId } from "./kubernetesObject.ts";
import type { PropagationPolicy } from "./objectClient.ts";
import { fieldManagerOf, initFailed, initialApiVersionOf, type Operations, outputsOf } from "./operations.ts";
import { deletePatch, isPatch } from "./patches.ts";
import { timeoutMilliseconds } from "./readiness.ts";
import { StatusLog } from "./statusLog.ts";

const deleteHint =
  "configured Kubernetes cluster is unreachable. If the cluster was deleted, you can remove this resource from Pulumi " +
  'state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to "true"';

/** Deletes the object and waits until it is gone; of a patch, takes back its fields. What is gone already, or whose kind is gone, is a success. */
export async function deleteResource(request: DeleteRequest, { config, connection }: Operations): Promise<void> {
  const { urn, signal, oldOutputs, timeoutSeconds } = request;
  if (connection.unreachable !== undefined) {
    const problem = "configured Kubernetes cluster is unreachable";
    await engineLog("warning", `${problem}: ${connection.unreachable}`, urn);
    if (!config.deleteUnreachable) throw new Error(deleteHint);
    const deleting =
      "and the `deleteUnreachable` option is enabled. Deleting the unreachable resource from Pulumi state";
    return engineLog("info", `${problem} ${deleting}`, urn);
  }
  const { inputs, live } = fromState(oldOutputs);
  if (isPatch(request.type)) return deletePatch(live, fieldManagerOf(oldOutputs, inputs), connection, signal);
  const log = new StatusLog(urn);
  try {
    const client = await connection.clientFor(live, signal);
    await client.delete(parseId(request.id).name, propagationPolicy(inputs));
    await awaitDeletion({
      api: connection.api,
      client,
      object: live,
      log,
      cancelled: signal,
      timeoutMilliseconds: timeoutMilliseconds(timeoutSeconds, inputs),
    });
    await log.clearStatus();
  } catch (error) {
    await log.flushed();
    if (isNotFound(error) || error instanceof NoKindMatchError) return;
    if (!(error instanceof AwaitError)) throw error;
    const checkpoint = {
      live: error.object,
      inputs: live,
      initialApiVersion: initialApiVersionOf(oldOutputs, ""),
      fieldManager: fieldManagerOf(oldOutputs, inputs),
    };
    throw initFailed(error.message, error.object, outputsOf(checkpoint, []), request.oldInputs);
  }
}

/** https://kubernetes.io/docs/concepts/architecture/garbage-collection/#cascading-deletion */
function propagationPolicy(inputs: KubernetesObject): PropagationPolicy {
  switch (annotationOf(inputs, "pulumi.com/deletionPropagationPolicy").toLowerCase()) {
    case "orphan":
      return "Orphan";
    case "background":
      return "Background";
    default:
      return "Foreground";
  }
}
