import { interrupted } from "../../packages/console/index.ts";
import { titleOf, type Value } from "../../packages/kro/index.ts";
import {
  ACK_KINDS,
  ackHealth,
  type ClusterChoice,
  type ClusterClient,
  clusterClient,
  DELETION_POLICY,
  type LiveObject,
} from "../../packages/live/index.ts";
import { awsOf, kubeConfigOf, type ManagedStack, tableOwners } from "../stack/index.ts";
import { instanceObjects } from "./instanceObjects.ts";

/** What wakes ACK of an object that is being deleted: a field of its spec as it is by default, said or left out. */
const WAKES: readonly { readonly kind: ObjectKind; readonly field: string; readonly usual: Value }[] = [
  { kind: ACK_KINDS.table, field: "deletionProtectionEnabled", usual: false },
  { kind: ACK_KINDS.role, field: "maxSessionDuration", usual: 3600 },
  { kind: ACK_KINDS.association, field: "disableSessionTags", usual: false },
];

type ObjectKind = Pick<LiveObject, "apiVersion" | "kind">;

/** How the cluster is reached, and who hears what was done. */
interface Look extends ClusterChoice {
  /** Folder of the project. */
  readonly cwd: string;
  readonly note: (text: string) => void;
}

/** The stack's tables, and what AWS refused to delete before. */
interface RefusedTables {
  /** All tables, as they are before anything is changed. */
  readonly tables: readonly LiveObject[];
  /** Has ACK try once more, for roles and associations of the graph as well. */
  readonly wake: () => Promise<void>;
}

const NONE: RefusedTables = { tables: [], wake: async () => {} };

/**
 * Looks for tables, roles and associations of which ACK was refused the deletion. It does not try again by itself, or only much
 * later; what wakes it is a change of the spec. That of `wake` asks for what is so already: a table that is still protected, and is to go, is
 * left alone. Where the cluster can't be asked, there are none: the update says so itself.
 */
export async function refusedTables(stack: ManagedStack, look: Look): Promise<RefusedTables> {
  const owners = tableOwners(stack);
  const config = owners.length > 0 ? await kubeConfigOf(stack.revealed, look).catch(() => undefined) : undefined;
  if (!config) return NONE;
  const cluster = clusterClient(config, interrupted);
  const lists = WAKES.map(async ({ kind }) => {
    const objectsOf = instanceObjects(cluster, kind, owners.length);
    const ofOwners = owners.map((owner) => objectsOf(owner).catch(() => []));
    return (await Promise.all(ofOwners)).flat();
  });
  const found = await Promise.all(lists);
  return {
    tables: found[0]!,
    async wake() {
      for (const object of found.flat().filter(isRefused)) await wakeAck(object, stack, cluster, look);
    },
  };
}

async function wakeAck(object: LiveObject, stack: ManagedStack, cluster: ClusterClient, look: Look): Promise<void> {
  const title = titleOf(object);
  try {
    if (!(await mayGo(object, stack))) return;
    const { apiVersion, kind, metadata, spec } = object;
    const { field, usual } = WAKES.find((wake) => wake.kind.kind === kind)!;
    // What has it already must change as well.
    const value = spec?.[field] === usual ? null : usual;
    const { name, namespace } = metadata;
    await cluster.patch({ apiVersion, kind, name, namespace }, { spec: { [field]: value } });
    look.note(`AWS refused to delete ${title} before; ACK is made to try again`);
  } catch (error) {
    interrupted.throwIfAborted();
    look.note(`ACK could not be made to try again to delete ${title}: ${(error as Error).message}`);
  }
}

const isRefused = (object: LiveObject): boolean =>
  object.metadata.deletionTimestamp !== undefined && ackHealth(object).failure !== undefined;

/** Whether the patch takes nothing off in AWS: ACK lets go of a table that is to stay without looking at it. */
async function mayGo({ kind, metadata, spec }: LiveObject, stack: ManagedStack): Promise<boolean> {
  if (kind !== ACK_KINDS.table.kind || metadata.annotations?.[DELETION_POLICY] === "retain") return true;
  const table = await awsOf(stack, interrupted).table(String(spec?.tableName));
  return table?.DeletionProtectionEnabled !== true;
}
