import { isPartOf } from "../../components/index.ts";
import {
  type Child,
  type Definition,
  type Instance,
  identityOf,
  type KubernetesObject,
  render,
} from "../../packages/kro/index.ts";
import { attempt } from "../../packages/kro-preview/index.ts";
import { ACK_KINDS, type ClusterClient, type LiveObject } from "../../packages/live/index.ts";

/** What is in the cluster of what kro is going to make of an instance. */
export interface Children {
  /** `namespace/name` of the instance. */
  readonly instance: string;
  /** Whether the instance is there already. */
  readonly isThere: boolean;
  /** Whether it is not the stack's yet. */
  readonly isNew: boolean;
  /** DynamoDB table of the instance. */
  readonly table: string;
  /** What has a child's name already: kro takes it over. */
  readonly taken: readonly { readonly child: KubernetesObject; readonly live: LiveObject }[];
  /** Objects of ACK's for the same table, under other names: kro deletes one that it has made, anybody else's stays. */
  readonly otherTables: readonly { readonly live: LiveObject; readonly isOfInstance: boolean }[];
  /** Why kro could make nothing of the instance. */
  readonly problem?: string;
}

/** Looks in the cluster for what `definition` would make of `instance`. */
export async function lookForChildren(
  definition: Definition,
  instance: Instance,
  is: Pick<Children, "isThere" | "isNew">,
  cluster: ClusterClient,
): Promise<Children> {
  const { name, namespace } = instance.metadata;
  const table = String(instance.spec?.tableName);
  const found = { instance: `${namespace}/${name}`, ...is, table };
  const rendering = attempt(() => render(definition, instance));
  if (rendering instanceof Error) return { ...found, taken: [], otherTables: [], problem: rendering.message };
  const children: readonly Child[] = rendering?.children ?? [];
  const taken = await Promise.all(
    children.map(async ({ object }) => {
      const { apiVersion, kind, metadata } = object;
      const [own, within] = [metadata.name, metadata.namespace];
      if (typeof own !== "string" || (within !== undefined && typeof within !== "string")) return [];
      const there = await cluster.get({ apiVersion, kind, namespace: within, name: own });
      return there ? [{ child: object, live: there }] : [];
    }),
  );
  const own = new Set(children.map(({ object }) => identityOf(object)));
  const otherTables = (await cluster.list(ACK_KINDS.table))
    .filter((one) => one.spec?.tableName === table && !own.has(identityOf(one as KubernetesObject)))
    .map((one) => ({ live: one, isOfInstance: isPartOf(one, [{ name: String(name), namespace: String(namespace) }]) }));
  return { ...found, taken: taken.flat(), otherTables };
}
