import { interrupted } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import {
  ackHealth,
  type ClusterChoice,
  type ClusterClient,
  clusterClient,
  type LiveObject,
} from "../../packages/live/index.ts";
import { awsOf, kubeConfigOf, type ManagedStack, tableOwners } from "../stack/index.ts";

export const TABLE = { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table" };
export const POLICY = "services.k8s.aws/deletion-policy";

/** How the cluster is reached, and who hears what was done. */
interface Look extends ClusterChoice {
  /** Folder of the project. */
  readonly cwd: string;
  readonly note: (text: string) => void;
}

/** The stack's tables, and those whose deletion AWS refused before. */
interface RefusedTables {
  /** All of them, as they are before anything is changed. */
  readonly tables: readonly LiveObject[];
  /** Has ACK try once more. */
  readonly wake: () => Promise<void>;
}

const NONE: RefusedTables = { tables: [], wake: async () => {} };

/**
 * Looks for tables of which ACK was refused the deletion. It does not try again by itself, or only much later; what wakes
 * it is a change of the spec. That of `wake` asks for what is so already: a table that is still protected, and is to go, is
 * left alone. Where the cluster can't be asked, there are none: the update says so itself.
 */
export async function refusedTables(stack: ManagedStack, look: Look): Promise<RefusedTables> {
  const owners = tableOwners(stack);
  const config = owners.length > 0 ? await kubeConfigOf(stack.revealed, look).catch(() => undefined) : undefined;
  if (!config) return NONE;
  const cluster = clusterClient(config, interrupted);
  const lists = owners.map(({ name, namespace }) =>
    cluster.list(TABLE, { "kro.run/instance-name": name, "kro.run/instance-namespace": namespace }).catch(() => []),
  );
  const tables = (await Promise.all(lists)).flat();
  return {
    tables,
    async wake() {
      for (const table of tables.filter(isRefused)) await wakeAck(table, stack, cluster, look);
    },
  };
}

async function wakeAck(table: LiveObject, stack: ManagedStack, cluster: ClusterClient, look: Look): Promise<void> {
  const title = titleOf(table);
  try {
    if (!(await mayGo(table, stack))) return;
    // A table that has it already must change as well.
    const deletionProtectionEnabled = table.spec?.deletionProtectionEnabled === false ? null : false;
    const { name, namespace } = table.metadata;
    await cluster.patch({ ...TABLE, name, namespace }, { spec: { deletionProtectionEnabled } });
    look.note(`AWS refused to delete ${title} before; ACK is made to try again`);
  } catch (error) {
    interrupted.throwIfAborted();
    look.note(`ACK could not be made to try again to delete ${title}: ${(error as Error).message}`);
  }
}

const isRefused = (table: LiveObject): boolean =>
  table.metadata.deletionTimestamp !== undefined && ackHealth(table).failure !== undefined;

/** Whether the patch takes nothing off in AWS: ACK lets go of a table that is to stay without looking at it. */
async function mayGo({ metadata, spec }: LiveObject, stack: ManagedStack): Promise<boolean> {
  if (metadata.annotations?.[POLICY] === "retain") return true;
  const table = await awsOf(stack, interrupted).table(String(spec?.tableName));
  return table?.DeletionProtectionEnabled !== true;
}
