import type { KubernetesObject, Value } from "../../../packages/kro/index.ts";
import { apply as applyTo, get as find, resourceOf, until, type Write, writes } from "../kit/index.ts";

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

/** Applies objects as a user does. */
export const apply = (...objects: readonly object[]): Promise<void> =>
  applyTo(objects, "--server-side", "--force-conflicts");

/** An object as it is, with the fields that each manager has set. */
export async function get(object: KubernetesObject): Promise<LiveObject> {
  const { name, namespace } = object.metadata;
  const where = namespace ? ["-n", String(namespace)] : [];
  const found = await find<LiveObject>(resourceOf(object), String(name), ...where, "--show-managed-fields");
  if (!found) throw new Error(`there is no ${object.kind} ${name}`);
  return found;
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
  const resources = new Set(kinds.map(resourceOf));
  const selector = `kro.run/instance-id=${instance.metadata.uid}`;
  const args = [[...resources].join(), "-A", "-l", selector, "--show-managed-fields"];
  const { items } = (await find<{ items: LiveObject[] }>(...args))!;
  return items.filter(({ metadata }) => metadata.managedFields.some(({ manager }) => manager === KRO));
}

/** kro's name as a manager of its children's fields. */
export const KRO = "kro.run/applyset";

/** What kro wrote, in the order in which the API server received it. */
export const writesOfKro = (): Write[] => writes().filter(({ user }) => user === "kro");

/** Repeats a check until it finds nothing, and gives what it found last: nothing, or what is still wrong in the end. */
export async function eventually(check: () => Promise<string[]>, seconds: number): Promise<string[]> {
  let found: string[] = [];
  const isRight = async () => {
    found = await check();
    return found.length === 0;
  };
  await until("nothing is wrong", isRight, seconds).catch((error: Error) => {
    if (found.length === 0) throw error;
  });
  return found;
}
