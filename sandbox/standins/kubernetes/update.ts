import type { UpdateRequest, UpdateResult } from "../plugin/resourceProvider.ts";
import { containsUnknown } from "../plugin/values.ts";
import { isForbidden, messageOf, NoKindMatchError } from "./apiError.ts";
import { fromState, toObject } from "./checkpoint.ts";
import { apiVersionOf, idOf, type KubernetesObject, nameOf } from "./kubernetesObject.ts";
import { normalize } from "./normalize.ts";
import {
  awaitReadiness,
  fieldManagerOf,
  initFailed,
  initialApiVersionOf,
  type Operations,
  outputsOf,
} from "./operations.ts";
import { isPatch, relinquish } from "./patches.ts";
import { StatusLog } from "./statusLog.ts";
import { updateObject } from "./writes.ts";

/** Applies the inputs and waits until the object is ready; a preview asks the API server for the result only. */
export async function updateResource(
  request: UpdateRequest,
  { config, connection }: Operations,
): Promise<UpdateResult> {
  const { preview, signal, urn, timeoutSeconds, oldOutputs } = request;
  const inputs = normalize(toObject(request.inputs));
  if (preview && (containsUnknown(inputs) || !(await connection.serves(inputs)))) return { outputs: request.inputs };
  connection.assertReachable();

  const log = new StatusLog(urn);
  const old = fromState(oldOutputs);
  const fieldManager = fieldManagerOf(oldOutputs, inputs);
  const formerManager = fieldManagerOf(oldOutputs, old.inputs);
  const initialApiVersion = initialApiVersionOf(oldOutputs, apiVersionOf(old.inputs));
  const outputsWith = (live: KubernetesObject) =>
    outputsOf({ live, inputs, initialApiVersion, fieldManager }, request.secrets);
  try {
    const alwaysForce = config.enablePatchForce;
    const patch = isPatch(request.type);
    const write = { connection, log, signal, inputs, fieldManager, preview, alwaysForce, patch };
    const updated = await updateObject(write, nameOf(old.live), request.ignoreChanges);
    if (preview) return { outputs: outputsWith(updated) };
    const ready = await awaitReadiness({ connection, signal, timeoutSeconds, log }, inputs, updated);
    if (formerManager !== fieldManager) {
      await relinquish(await connection.clientFor(ready, signal), ready, formerManager);
    }
    return { outputs: outputsWith(ready) };
  } catch (error) {
    await log.flushed();
    if (preview && isForbidden(error)) return { outputs: request.inputs };
    if (error instanceof NoKindMatchError) {
      throw new Error(
        `update of resource ${JSON.stringify(urn)} failed because the Kubernetes API server reported that the ` +
          "apiVersion for this resource does not exist. Verify that any required CRDs have been created: " +
          error.message,
      );
    }
    const live = await liveObject(old.live, connection).catch((unreadable: unknown) => {
      const failed = `update of resource ${JSON.stringify(urn)} failed: ${messageOf(error)}`;
      throw new Error(`${failed}\nunable to get cluster state: ${messageOf(unreadable)}`);
    });
    const message =
      `the Kubernetes API server reported that ${JSON.stringify(idOf(live))} failed to fully initialize ` +
      `or become live: ${messageOf(error)}`;
    throw initFailed(message, live, outputsWith(live), request.inputs);
  }
}

/** The object as it is now. The user's cancel must not stop this look, or the state would say nothing. */
async function liveObject(old: KubernetesObject, connection: Operations["connection"]): Promise<KubernetesObject> {
  const signal = AbortSignal.timeout(5_000);
  const client = await connection.clientFor(old, signal);
  return client.get(nameOf(old));
}
