import { log } from "../plugin/engineLog.ts";
import { InitFailedError } from "../plugin/initFailedError.ts";
import type { ReadRequest, ReadResult } from "../plugin/resourceProvider.ts";
import { isNotFound, NoKindMatchError } from "./apiError.ts";
import { fromState, toObject, withSecrets } from "./checkpoint.ts";
import {
  apiVersionOf,
  apiVersionOfKind,
  idOf,
  type KubernetesObject,
  kindOf,
  kindOfType,
  nameOf,
  namespaceOf,
  parseId,
  withNamespace,
  withValue,
} from "./kubernetesObject.ts";
import { normalize } from "./normalize.ts";
import { fieldManagerOf, initialApiVersionOf, type Operations, outputsOf } from "./operations.ts";
import { isPatch } from "./patches.ts";
import { prune } from "./prune.ts";
import { unreadyReasons } from "./readiness.ts";
import { assertReadable, importedFields } from "./servedKinds.ts";

const deleteHint =
  "failed to read resource state due to unreachable cluster. If the cluster was deleted, you can remove this resource " +
  "from Pulumi state by rerunning the operation with the PULUMI_K8S_DELETE_UNREACHABLE environment variable set to " +
  '"true"';

/** Reads the live object, for refresh, import and `get`. Gives undefined when it, or its kind, is gone. */
export async function readResource(
  request: ReadRequest,
  { config, connection }: Operations,
): Promise<ReadResult | undefined> {
  const { urn, id, signal, oldOutputs } = request;
  if (!isPatch(request.type)) assertReadable(kindOfType(request.type));
  if (connection.unreachable !== undefined) {
    const problem = `configured Kubernetes cluster is unreachable: ${connection.unreachable}`;
    const known = "configured Kubernetes cluster is unreachable and the ";
    await log("warning", problem, urn);
    if (config.deleteUnreachable) {
      const deleting = "`deleteUnreachable` option is enabled. Deleting the unreachable resource from Pulumi state";
      await log("info", known + deleting, urn);
      return undefined;
    }
    if (!config.skipUpdateUnreachable) throw new Error(deleteHint);
    const stale =
      "`skipUnreachable` option is enabled. Returned data could not reflect the actual cluster configuration.";
    await log("info", known + stale, urn);
    return { id, outputs: oldOutputs, inputs: request.oldInputs };
  }

  const { name, namespace } = parseId(id);
  if (name === "") {
    throw new Error(`failed to read resource because of a failure to parse resource name from request ID: ${id}`);
  }
  const known = fromState(oldOutputs).live;
  let oldInputs = normalize(toObject(request.oldInputs));
  let imported = false;
  if (!hasKind(oldInputs)) {
    imported = !hasKind(known);
    const kind = kindOfType(request.type);
    const identity = imported
      ? { apiVersion: apiVersionOfKind(kind), kind: kind.kind }
      : { apiVersion: apiVersionOf(known), kind: kindOf(known) };
    oldInputs = { ...oldInputs, ...identity };
    if (nameOf(oldInputs) === "") oldInputs = withValue(oldInputs, ["metadata", "name"], name);
    if (namespaceOf(oldInputs) === "") oldInputs = withNamespace(oldInputs, namespace);
  }

  let live: KubernetesObject;
  try {
    live = await (await connection.clientFor(oldInputs, signal)).get(name);
  } catch (error) {
    if (isNotFound(error) || error instanceof NoKindMatchError) return undefined;
    throw error;
  }
  const inputs = imported ? importedInputs(live, oldInputs, request.type) : prune(live, oldInputs);
  const checkpoint = {
    live,
    inputs,
    initialApiVersion: initialApiVersionOf(oldOutputs, apiVersionOf(oldInputs)),
    fieldManager: fieldManagerOf(oldOutputs, oldInputs),
  };
  const { secrets } = request;
  const result = {
    id: id || idOf(live),
    outputs: outputsOf(checkpoint, secrets),
    inputs: withSecrets(inputs, secrets),
  };
  const reasons = unreadyReasons(oldInputs, live);
  if (reasons.length > 0) throw new InitFailedError(reasons[0]!, { ...result, reasons });
  return result;
}

function hasKind(object: KubernetesObject): boolean {
  return apiVersionOf(object) !== "" || kindOf(object) !== "";
}

/** Inputs for an object that no program has described yet. */
function importedInputs(live: KubernetesObject, identity: KubernetesObject, type: string): KubernetesObject {
  let inputs = prune(live, identity);
  for (const field of importedFields(kindOfType(type))) {
    if (live[field] !== undefined) inputs = { ...inputs, [field]: live[field] };
  }
  const lastApplied = ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"];
  return normalizeMetadata(withValue(inputs, lastApplied, undefined));
}

function normalizeMetadata(inputs: KubernetesObject): KubernetesObject {
  const fields = ["creationTimestamp", "generation", "managedFields", "resourceVersion", "uid"];
  return fields.reduce((rest, field) => withValue(rest, ["metadata", field], undefined), inputs);
}
