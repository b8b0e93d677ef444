import { log } from "../plugin/engineLog.ts";
import type { CheckRequest, CheckResult } from "../plugin/resourceProvider.ts";
import { isProperties } from "../plugin/values.ts";
import { toObject, withSecrets } from "./checkpoint.ts";
import type { ClusterConnection } from "./clusterConnection.ts";
import { kindOf, kindOfType, namespaceOf, nested, textAt, withNamespace } from "./kubernetesObject.ts";
import { isNamed, named, withManagedByLabel } from "./naming.ts";
import { normalize } from "./normalize.ts";
import { isPatch } from "./patches.ts";
import { assertServed } from "./servedKinds.ts";
import { StandInError } from "./standInError.ts";

const internalAnnotation = "pulumi.com/autonamed";

/** Fills in what the program left out: the name and the namespace. */
export async function checkResource(request: CheckRequest, connection: ClusterConnection): Promise<CheckResult> {
  const kind = kindOfType(request.type);
  const oldInputs = toObject(request.oldInputs);
  const given = toObject(request.inputs);
  if (isPatch(request.type)) {
    if (!isNamed(given)) throw new Error("patch resources require the `.metadata.name` field to be set");
  } else if (kind.kind === `${kindOf(given)}Patch`) {
    throw new StandInError(`Patch resources other than DeploymentPatch (${kind.kind}) are not implemented`);
  } else {
    assertServed(kind);
  }
  if (textAt(given, "type") === "kubernetes.io/service-account-token" && kind.kind === "Secret") {
    throw new StandInError("Secrets of type kubernetes.io/service-account-token are not implemented");
  }

  const annotations = nested(given, "metadata", "annotations");
  for (const key of isProperties(annotations) ? Object.keys(annotations) : []) {
    if (!key.startsWith(internalAnnotation)) continue;
    void log("warning", `ignoring user-specified value for internal annotation "${key}"`, request.urn);
  }
  let inputs = withManagedByLabel(named(normalize(given), oldInputs, request), oldInputs);
  if (!isNamed(inputs) && nested(inputs, "metadata", "generateName")) {
    throw new Error("the `.metadata.generateName` field is not supported in Server-Side Apply mode");
  }
  if (connection.namespace !== "" && namespaceOf(inputs) === "" && (await connection.isNamespaced(kind))) {
    inputs = withNamespace(inputs, connection.namespace);
  }
  return { inputs: withSecrets(inputs, request.secrets) };
}
