import { API_VERSION, DEFINITION_NAME, definition, KIND, resolveArgs, revision } from "../components/index.ts";

/** An RGD and an instance as JSON manifests: what the program declares, for those who do without it. */
export interface Manifests {
  readonly definition: Manifest;
  readonly instance: Manifest & { readonly spec: { readonly namespace: string; readonly tableName: string } };
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    annotations: Record<string, string>;
  };
  readonly spec: object;
}

/**
 * The manifests of a stack of its own beside the program's.
 *
 * @param suffix - of every name and of the kind, so that both fit into one cluster. Empty: the program's own names.
 */
export function manifests(clusterName: string, suffix: string): Manifests {
  const lower = suffix === "" ? "" : `-${suffix.toLowerCase()}`;
  const { namespace, tableName, serviceAccount, image, imageVersion, replicas, resources } = resolveArgs({
    clusterName,
  });
  const { schema, ...rest } = definition as { schema: object };
  const waitFor = { annotations: { "pulumi.com/waitFor": "condition=Ready" } };
  return {
    definition: {
      apiVersion: API_VERSION,
      kind: "ResourceGraphDefinition",
      metadata: { name: `${DEFINITION_NAME}${lower}`, ...waitFor },
      spec: { ...rest, schema: { ...schema, kind: `${KIND}${suffix}` } },
    },
    instance: {
      ...{ apiVersion: API_VERSION, kind: `${KIND}${suffix}` },
      metadata: { name: `carts-kro${lower}`, namespace: "default", ...waitFor },
      spec: {
        tableName: `${tableName}${lower}`,
        namespace: `${namespace}${lower}`,
        ...{ serviceAccount, image, imageVersion, replicas, resources },
        ...{ environment: [], tags: [], tableOnDestroy: "delete", revision },
      },
    },
  };
}
