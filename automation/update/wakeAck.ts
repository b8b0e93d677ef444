import { interrupted } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import { ackHealth, type ClusterChoice, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { awsOf, kubeConfigOf, type ManagedStack, tableOwners } from "../stack/index.ts";

const TABLE = { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table" };
const POLICY = "services.k8s.aws/deletion-policy";

/** How the cluster is reached, and who hears what was done. */
interface Look extends ClusterChoice {
  /** Folder of the project. */
  readonly cwd: string;
  readonly note: (text: string) => void;
}

/**
 * Has ACK try once more to delete the stack's tables, where AWS refused it before: it does not by itself, or only much
 * later. What wakes it is a change of the spec. This one asks for what is so already: a table that is still protected, and
 * is to go, is left alone. Where the cluster can't be asked, nothing is done: the update says so itself.
 */
export async function wakeAck(stack: ManagedStack, look: Look): Promise<void> {
  const owners = tableOwners(stack);
  if (owners.length === 0) return;
  const config = await kubeConfigOf(stack.revealed, look).catch(() => undefined);
  if (!config) return;
  const cluster = clusterClient(config, interrupted);
  const lists = owners.map(({ name, namespace }) =>
    cluster.list(TABLE, { "kro.run/instance-name": name, "kro.run/instance-namespace": namespace }).catch(() => []),
  );
  for (const table of (await Promise.all(lists)).flat().filter(isRefused)) {
    const title = titleOf(table);
    try {
      if (!(await mayGo(table, stack))) continue;
      // A table that has it already must change as well.
      const deletionProtectionEnabled = table.spec?.deletionProtectionEnabled === false ? null : false;
      const { name, namespace } = table.metadata;
      await cluster.patch({ ...TABLE, name, namespace }, { spec: { deletionProtectionEnabled } });
      look.note(`AWS refused to delete ${title} before; ACK is made to try again`);
    } catch (error) {
      look.note(`ACK could not be made to try again to delete ${title}: ${(error as Error).message}`);
    }
  }
  interrupted.throwIfAborted();
}

const isRefused = (table: LiveObject): boolean =>
  table.metadata.deletionTimestamp !== undefined && ackHealth(table).failure !== undefined;

/** Whether the patch takes nothing off in AWS: ACK lets go of a table that is to stay without looking at it. */
async function mayGo({ metadata, spec }: LiveObject, stack: ManagedStack): Promise<boolean> {
  if (metadata.annotations?.[POLICY] === "retain") return true;
  const table = await awsOf(stack, interrupted).table(String(spec?.tableName));
  return table?.DeletionProtectionEnabled !== true;
}
