import { log } from "../plugin/engineLog.ts";
import { parsePath, pathIsWithin } from "../plugin/propertyPath.ts";
import type { DiffRequest, DiffResult } from "../plugin/resourceProvider.ts";
import type { Properties } from "../plugin/values.ts";
import { fromState, toObject } from "./checkpoint.ts";
import type { ClusterConnection } from "./clusterConnection.ts";
import { detailedDiff } from "./detailedDiff.ts";
import { forceNewPaths, type Mutability } from "./forceNew.ts";
import {
  annotationOf,
  apiVersionOf,
  apiVersionOfKind,
  kindOf,
  kindOfObject,
  nameOf,
  namespaceOf,
  withNamespace,
  withValue,
} from "./kubernetesObject.ts";
import { mergePatch, withOpaqueUnknowns } from "./mergePatch.ts";
import { isAutonamed, isNamed } from "./naming.ts";
import { normalize } from "./normalize.ts";
import { prune } from "./prune.ts";

/**
 * Compares the inputs with the last known live object, as far as the old inputs spoke of it. Needs no cluster. A change
 * of identity replaces the object; with the same name, the old one must go first.
 */
export async function diffResource(
  request: DiffRequest,
  connection: ClusterConnection,
  mutability: Mutability,
): Promise<DiffResult> {
  const state = fromState(request.oldOutputs);
  const oldInputs = normalize(state.inputs);
  let inputs = normalize(toObject(request.inputs));
  const kind = kindOfObject(inputs);
  let old = prune(state.live, oldInputs);

  const namespaced = await connection.isNamespaced(kind);
  old = withNamespace(old, namespaced ? namespaceOf(old) || "default" : "");
  inputs = withNamespace(inputs, namespaced ? namespaceOf(inputs) || "default" : "");
  if (apiVersionOf(old) === "" && kindOf(old) === "")
    old = { ...old, apiVersion: apiVersionOfKind(kind), kind: kind.kind };
  old = withValue(old, ["metadata", "resourceVersion"], undefined);
  if (nameOf(inputs) !== "") old = withValue(old, ["metadata", "name"], nameOf(state.live));

  const patch = mergePatch(old, withOpaqueUnknowns(inputs) as Properties);
  const ignored = request.ignoreChanges.map(parsePath);
  const changes = detailedDiff(patch, old, inputs, forceNewPaths(inputs, mutability))
    .filter(({ path }) => !ignored.some((pattern) => pathIsWithin(path, pattern)))
    .map((change) =>
      change.kind === "delete" && change.path.join() === "metadata" ? { ...change, replace: true } : change,
    );

  if (annotationOf(inputs, "pulumi.com/replaceUnready") === "true") {
    const problem = connection.unreachable
      ? "Cluster is unreachable, skipping replaceUnready check"
      : "replaceUnready annotation is not supported for this resource";
    void log("warning", problem, request.urn);
  }
  const deleteBeforeReplace =
    changes.some(({ replace }) => replace) &&
    isNamed(inputs) &&
    !isAutonamed(inputs) &&
    nameOf(inputs) === nameOf(state.live) &&
    namespaceOf(inputs) === namespaceOf(state.live);
  return { changes, deleteBeforeReplace, pathsOnly: true };
}
