import { groupOf, type KubernetesObject } from "../kro/index.ts";

/** An object as kubectl is told of it: `table.dynamodb.services.k8s.aws/carts-table -n carts-kro`. */
export function kubectlName({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject): string {
  const group = groupOf(apiVersion);
  return `${kind.toLowerCase()}${group && `.${group}`}/${name}${namespace ? ` -n ${namespace}` : ""}`;
}

/** The command that patches an object: with a list of steps as `--type json`, with fields as `--type merge`. */
export function patchCommand(object: KubernetesObject, patch: object): string {
  const type = Array.isArray(patch) ? "json" : "merge";
  const text = JSON.stringify(patch).replaceAll("'", "'\\''");
  return `kubectl patch ${kubectlName(object)} --type ${type} -p '${text}'`;
}
