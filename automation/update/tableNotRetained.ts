import { interrupted } from "../../packages/console/index.ts";
import { titleOf } from "../../packages/kro/index.ts";
import {
  ACK_KINDS,
  type ClusterChoice,
  type ClusterClient,
  clusterClient,
  DELETION_POLICY,
  kubectlName,
  type LiveObject,
} from "../../packages/live/index.ts";
import { kubeConfigOf, type ManagedStack, objectKind, tableOwners } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";
import { instanceObjects } from "./instanceObjects.ts";

/** How the cluster is reached, and who hears of what could not be looked at. */
interface Look extends ClusterChoice {
  /** Folder of the project. */
  readonly cwd: string;
  readonly note: (text: string) => void;
}

type Owner = ReturnType<typeof tableOwners>[number];

/**
 * Why a destroy must not begin: the stack's state keeps a table, and the cluster would delete it, since an update was cut
 * off that nothing was noted of, or somebody else has said so. A destroy goes by what the cluster has.
 */
export async function tableNotRetained(stack: ManagedStack, look: Look): Promise<Cause | undefined> {
  const kept = tableOwners(stack).filter(({ deletes, resource }) => !deletes && !resource.retained);
  const causes = [...Map.groupBy(kept, ({ resource }) => resource.provider)].map(async ([provider, owners]) => {
    // Of one cluster, which is asked over few connections.
    const reached = kubeConfigOf(stack.revealed, look, undefined, provider).then((config) => {
      const cluster = clusterClient(config, interrupted);
      return { cluster, tablesOf: instanceObjects(cluster, ACK_KINDS.table, owners.length) };
    });
    return Promise.all(
      owners.map(async (owner) => {
        try {
          const { cluster, tablesOf } = await reached;
          return await causeOf(owner, cluster, tablesOf);
        } catch (error) {
          interrupted.throwIfAborted();
          look.note(`Whether ${owner.title} keeps its table was not looked at: ${(error as Error).message}.`);
          return undefined;
        }
      }),
    );
  });
  return (await Promise.all(causes)).flat().find(Boolean);
}

async function causeOf(
  owner: Owner,
  cluster: ClusterClient,
  tablesOf: (owner: Owner) => Promise<readonly LiveObject[]>,
): Promise<Cause | undefined> {
  const { title, name, namespace, table, resource } = owner;
  const instance = await cluster.get({ ...objectKind(resource.type), name, namespace });
  if (!instance || isGoing(instance)) return undefined;
  if (instance.spec?.tableOnDestroy === "delete") {
    return cause(
      `${title} has tableOnDestroy "delete" in the cluster, and "retain" in the stack's state`,
      table,
      title,
      "run `carts up` first, with tableOnDestroy retain",
    );
  }
  const found = (await tablesOf(owner)).find(
    (one) => !isGoing(one) && one.metadata.annotations?.[DELETION_POLICY] === "delete",
  );
  if (!found) return undefined;
  const retain = `\`kubectl annotate ${kubectlName(found)} ${DELETION_POLICY}=retain --overwrite\``;
  return cause(
    `${titleOf(found)} has the deletion policy "delete" in the cluster still, though ${title} says "retain"`,
    table,
    titleOf(found),
    `wait until kro has changed that, or run ${retain}`,
  );
}

/** Nothing can be kept of it any more. */
const isGoing = ({ metadata }: LiveObject): boolean => metadata.deletionTimestamp !== undefined;

const cause = (why: string, table: string, object: string, keep: string): Cause => ({
  name: "table-not-retained",
  object,
  message:
    `${why}: the DynamoDB table ${table} would be deleted with its items. Nothing was changed. To keep them, ${keep}; ` +
    "to lose them, set tableOnDestroy to delete and run `carts up`, then this again.",
});
