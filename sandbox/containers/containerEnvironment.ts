import { ApiException, type CoreV1Api, type V1Container } from "@kubernetes/client-node";

/** The variables of a container that a kubelet takes from its spec, ConfigMaps and Secrets; others are left out. */
export async function containerEnvironment(
  container: V1Container,
  namespace: string,
  core: CoreV1Api,
): Promise<ReadonlyMap<string, string>> {
  const variables = new Map<string, string>();
  for (const { configMapRef, secretRef, prefix = "" } of container.envFrom ?? []) {
    const source = { configMap: configMapRef?.name, secret: secretRef?.name };
    for (const [key, value] of Object.entries((await dataOf(source, namespace, core)) ?? {})) {
      variables.set(prefix + key, value);
    }
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
    const source = { configMap: configMapKeyRef?.name, secret: secretKeyRef?.name };
    const key = configMapKeyRef?.key ?? secretKeyRef?.key;
    const found = key === undefined ? undefined : (await dataOf(source, namespace, core))?.[key];
    variables.set(name, value ?? found ?? "");
  }
  return variables;
}

/** What a container refers to and isn't there, in the words of a kubelet; undefined where all is. */
export async function missingReference(
  { env = [], envFrom = [] }: V1Container,
  namespace: string,
  core: CoreV1Api,
): Promise<string | undefined> {
  for (const { configMapRef, secretRef } of envFrom) {
    const source = { configMap: configMapRef?.name, secret: secretRef?.name };
    const isOptional = (configMapRef ?? secretRef)?.optional ?? false;
    if (!isOptional && !(await dataOf(source, namespace, core))) return `${titleOf(source)} not found`;
  }
  for (const { valueFrom: { configMapKeyRef, secretKeyRef } = {} } of env) {
    const { key, optional } = configMapKeyRef ?? secretKeyRef ?? {};
    if (key === undefined || optional) continue;
    const source = { configMap: configMapKeyRef?.name, secret: secretKeyRef?.name };
    const data = await dataOf(source, namespace, core);
    if (!data) return `${titleOf(source)} not found`;
    const kind = source.secret === undefined ? "ConfigMap" : "Secret";
    if (!(key in data)) return `couldn't find key ${key} in ${kind} ${namespace}/${source.secret ?? source.configMap}`;
  }
  return undefined;
}

/** One of the two. */
interface Source {
  readonly configMap: string | undefined;
  readonly secret: string | undefined;
}

const titleOf = ({ configMap, secret }: Source): string =>
  secret === undefined ? `configmap "${configMap}"` : `secret "${secret}"`;

/** Undefined where it isn't there. */
async function dataOf(
  { configMap, secret }: Source,
  namespace: string,
  core: CoreV1Api,
): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    if (configMap) return (await core.readNamespacedConfigMap({ name: configMap, namespace })).data ?? {};
    if (!secret) return {};
    const { data = {} } = await core.readNamespacedSecret({ name: secret, namespace });
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]),
    );
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
