import { type KubernetesObject, parseGroupVersion, type Value } from "../../../packages/kro/index.ts";
import { sandbox, type Write, writes } from "../kit/index.ts";

/** An object as the API server gives it. */
export interface LiveObject extends KubernetesObject {
  readonly metadata: KubernetesObject["metadata"] & {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields: readonly { manager: string; operation: string; fieldsV1: FieldSet }[] & Value;
  };
  readonly status?: {
    readonly conditions?: readonly { type: string; status: string; message?: string; observedGeneration?: number }[];
  };
}

/**
 * Fields that one manager has set.
 *
 * @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/fields-v1-v1-meta/
 */
export interface FieldSet {
  readonly [key: string]: FieldSet;
}

/** Applies objects as a user does. A field with a default may be left out, even one that is required. */
export async function apply(...objects: readonly object[]): Promise<void> {
  await kubectl(["apply", "--server-side", "--force-conflicts", "--validate=false", "-f", "-"], list(objects));
}

/** Deletes objects, and waits until they are gone. */
export async function remove(...objects: readonly object[]): Promise<void> {
  await kubectl(["delete", "-f", "-", "--timeout=60s"], list(objects));
}

/** An object as it is, with the fields that each manager has set. */
export async function get({ apiVersion, kind, metadata }: KubernetesObject): Promise<LiveObject> {
  const where = metadata.namespace ? ["-n", String(metadata.namespace)] : [];
  const args = ["get", resourceOf(apiVersion, kind), String(metadata.name), ...where];
  return JSON.parse(await kubectl([...args, "-o", "json", "--show-managed-fields"]));
}

/**
 * Every object that kro made of an instance. A controller that copies labels is not kro: kro's objects have a field
 * that it applied.
 *
 * @param kinds - that may occur.
 */
export async function childrenOf(
  instance: LiveObject,
  kinds: readonly { readonly apiVersion: string; readonly kind: string }[],
): Promise<LiveObject[]> {
  const resources = new Set(kinds.map(({ apiVersion, kind }) => resourceOf(apiVersion, kind)));
  const selector = `kro.run/instance-id=${instance.metadata.uid}`;
  const args = ["get", [...resources].join(), "-A", "-l", selector, "-o", "json", "--show-managed-fields"];
  const { items } = JSON.parse(await kubectl(args)) as { items: LiveObject[] };
  return items.filter(({ metadata }) => metadata.managedFields.some(({ manager }) => manager === KRO));
}

/** kro's name as a manager of its children's fields. */
export const KRO = "kro.run/applyset";

/** What kro wrote, in the order in which the API server received it. */
export const writesOfKro = (): Write[] => writes().filter(({ user }) => user === "kro");

/** Repeats a check until it finds nothing, and gives what it found last: nothing, or what is still wrong in the end. */
export async function eventually(check: () => Promise<string[]>, seconds: number): Promise<string[]> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await check();
    if (found.length === 0 || Date.now() > end) return found;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** As kubectl takes a kind, `Deployment.v1.apps`. */
function resourceOf(apiVersion: string, kind: string): string {
  const { group, version } = parseGroupVersion(apiVersion);
  return `${kind}.${version}.${group}`;
}

const list = (items: readonly object[]): string => JSON.stringify({ apiVersion: "v1", kind: "List", items });

const kubectl = async (args: readonly string[], input?: string): Promise<string> =>
  (await sandbox.succeed("kubectl", args, input === undefined ? {} : { input })).stdout;
