import { InitFailedError } from "../plugin/initFailedError.ts";
import type { PropertyPath } from "../plugin/propertyPath.ts";
import type { Properties } from "../plugin/values.ts";
import { awaitConditions } from "./awaiting.ts";
import { type Checkpoint, toState, withSecrets } from "./checkpoint.ts";
import type { ClusterConnection } from "./clusterConnection.ts";
import { annotationOf, idOf, type KubernetesObject } from "./kubernetesObject.ts";
import { uniqueName } from "./naming.ts";
import type { ProviderConfig } from "./providerConfig.ts";
import { readinessOf, timeoutMilliseconds } from "./readiness.ts";
import type { StatusLog } from "./statusLog.ts";

/** What every operation on a resource works with. */
export interface Operations {
  readonly config: ProviderConfig;
  readonly connection: ClusterConnection;
}

/** The name under which fields are applied: as annotated, else as in the state, else a new one. */
export function fieldManagerOf(state: Properties, inputs: KubernetesObject): string {
  const annotated = annotationOf(inputs, "pulumi.com/patchFieldManager");
  const known = typeof state.__fieldManager === "string" ? state.__fieldManager : "";
  return annotated || known || uniqueName("pulumi-kubernetes-");
}

/** The API version that the resource was created with, as the state knows it. */
export function initialApiVersionOf(state: Properties, otherwise: string): string {
  return typeof state.__initialApiVersion === "string" ? state.__initialApiVersion : otherwise;
}

/** The outputs of a resource: its state, with what came from secrets marked so. */
export function outputsOf(checkpoint: Checkpoint, secrets: readonly PropertyPath[]): Properties {
  const { __inputs, ...rest } = toState(checkpoint);
  return { ...withSecrets(rest, secrets), __inputs: withSecrets(__inputs as Properties, secrets) };
}

/** The error that keeps a resource in the state although the operation failed. */
export function initFailed(message: string, live: KubernetesObject, outputs: Properties, inputs: Properties): Error {
  return new InitFailedError(message, { id: idOf(live), outputs, inputs, reasons: [message] });
}

/** Waits for what the annotations ask for after a create or an update, and gives the object as it is then. */
export async function awaitReadiness(
  operation: {
    readonly connection: ClusterConnection;
    readonly signal: AbortSignal;
    readonly timeoutSeconds?: number;
    readonly log: StatusLog;
  },
  inputs: KubernetesObject,
  live: KubernetesObject,
): Promise<KubernetesObject> {
  const { connection, signal, log, timeoutSeconds } = operation;
  const readiness = readinessOf(inputs, live);
  if (!readiness.wait) {
    if (readiness.note) log.status("info", readiness.note);
    await log.clearStatus();
    return live;
  }
  const ready = await awaitConditions(
    {
      api: connection.api,
      client: await connection.clientFor(live, signal),
      object: live,
      log,
      cancelled: signal,
      timeoutMilliseconds: timeoutMilliseconds(timeoutSeconds, inputs),
    },
    readiness.wait,
  );
  await log.clearStatus();
  return ready;
}
