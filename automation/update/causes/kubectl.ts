import { groupOf, type KubernetesObject } from "../../../packages/kro/index.ts";
import type { LiveObject } from "../../../packages/live/index.ts";

/** An object as kubectl is told of it: `table.dynamodb.services.k8s.aws/carts-table -n carts-kro`. */
export function named({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
  const group = groupOf(apiVersion);
  return `${kind.toLowerCase()}${group && `.${group}`}/${name}${namespace ? ` -n ${namespace}` : ""}`;
}

/** A command that takes one finalizer off an object, and does nothing where another is in its place by then. */
export function letGo(object: LiveObject, finalizer: string): string {
  const path = `/metadata/finalizers/${object.metadata.finalizers!.indexOf(finalizer)}`;
  const patch = [
    { op: "test", path, value: finalizer },
    { op: "remove", path },
  ];
  return `\`kubectl patch ${named(object)} --type json -p '${JSON.stringify(patch)}'\``;
}
