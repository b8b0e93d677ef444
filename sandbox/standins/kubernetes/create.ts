import type { CreateRequest, CreateResult } from "../plugin/resourceProvider.ts";
import { containsUnknown } from "../plugin/values.ts";
import { isAlreadyExists, isForbidden, messageOf, NoKindMatchError } from "./apiError.ts";
import { AwaitError } from "./awaiting.ts";
import { toObject } from "./checkpoint.ts";
import {
  apiVersionOf,
  apiVersionOfKind,
  idOf,
  type KubernetesObject,
  kindOfType,
  withValue,
} from "./kubernetesObject.ts";
import { awaitReadiness, fieldManagerOf, initFailed, type Operations, outputsOf } from "./operations.ts";
import { isPatch } from "./patches.ts";
import { StatusLog } from "./statusLog.ts";
import { createObject, NamespaceMissingError } from "./writes.ts";

/** Creates the object and waits until it is ready; a preview asks the API server what it would make of the inputs. */
export async function createResource(
  request: CreateRequest,
  { config, connection }: Operations,
): Promise<CreateResult> {
  const { preview, signal, urn, timeoutSeconds } = request;
  const inputs = toObject(request.inputs);
  const inputsAsTheyAre = { outputs: request.inputs };
  const patch = isPatch(request.type);
  if (preview && (patch || containsUnknown(inputs) || !(await connection.serves(inputs)))) return inputsAsTheyAre;
  connection.assertReachable();

  const log = new StatusLog(urn);
  const fieldManager = fieldManagerOf({}, inputs);
  const write = { connection, log, signal, inputs, fieldManager, preview, alwaysForce: config.enablePatchForce };
  const outputsWith = (live: KubernetesObject) => {
    const checkpoint = { live, inputs, initialApiVersion: apiVersionOf(inputs), fieldManager };
    return outputsOf(checkpoint, request.secrets);
  };
  let created: KubernetesObject;
  try {
    created = await createObject(write, patch || config.upsertExistingObjects);
  } catch (error) {
    await log.flushed();
    const cannotTell = isForbidden(error) || isAlreadyExists(error) || error instanceof NamespaceMissingError;
    if (preview && cannotTell) return inputsAsTheyAre;
    throw new Error(`${failure(error, request)}: ${messageOf(error)}`);
  }
  // A program that reads the status during a preview must find it unknown, not empty.
  if (preview) return { outputs: outputsWith(withValue(created, ["status"], undefined)) };
  try {
    const ready = await awaitReadiness({ connection, signal, timeoutSeconds, log }, inputs, created);
    return { id: idOf(ready), outputs: outputsWith(ready) };
  } catch (error) {
    await log.flushed();
    if (!(error instanceof AwaitError)) throw new Error(`${failure(error, request)}: ${messageOf(error)}`);
    const message =
      `resource ${JSON.stringify(urn)} was successfully created, but the Kubernetes API server ` +
      `reported that it failed to fully initialize or become live: ${error.message}`;
    throw initFailed(message, error.object, outputsWith(error.object), request.inputs);
  }
}

function failure(error: unknown, { urn, type }: CreateRequest): string {
  if (!(error instanceof NoKindMatchError)) {
    return `resource ${JSON.stringify(urn)} was not successfully created by the Kubernetes API server`;
  }
  const kind = kindOfType(type);
  return (
    `creation of resource ${JSON.stringify(urn)} with kind ${apiVersionOfKind(kind)}/${kind.kind} failed because the ` +
    "Kubernetes API server reported that the apiVersion for this resource does not exist. " +
    "Verify that any required CRDs have been created"
  );
}
