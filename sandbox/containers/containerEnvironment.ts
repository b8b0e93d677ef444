import { ApiException, type CoreV1Api, type V1Container } from "@kubernetes/client-node";

/** The variables of a container that a kubelet takes from its spec and from ConfigMaps; others are left out. */
export async function containerEnvironment(
  { env = [], envFrom = [] }: V1Container,
  namespace: string,
  core: CoreV1Api,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  for (const { configMapRef, prefix = "" } of envFrom) {
    const data = configMapRef?.name ? await configMapData(configMapRef.name, namespace, core) : {};
    for (const [key, value] of Object.entries(data)) variables.set(prefix + key, value);
  }
  for (const { name, value, valueFrom } of env) {
    const { name: configMap, key } = valueFrom?.configMapKeyRef ?? {};
    const found = configMap && key ? (await configMapData(configMap, namespace, core))[key] : undefined;
    variables.set(name, value ?? found ?? "");
  }
  return variables;
}

async function configMapData(name: string, namespace: string, core: CoreV1Api): Promise<Record<string, string>> {
  try {
    return (await core.readNamespacedConfigMap({ name, namespace })).data ?? {};
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return {};
    throw error;
  }
}
