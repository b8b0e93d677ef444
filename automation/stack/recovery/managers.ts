import { interrupted } from "../../../packages/console/index.ts";
import {
  type ClusterChoice,
  clusterClient,
  type LiveObject,
  pulumiManagersOf,
  withoutManagers,
} from "../../../packages/live/index.ts";
import { kubeConfigOf } from "../cluster.ts";
import type { SelectedStack } from "../selection.ts";
import { type ManagedResource, type ManagedStack, nameOfUrn } from "../state.ts";
import { claimsOf } from "./ownership.ts";

/** How the cluster is reached, and who hears what was done. */
interface Look extends ClusterChoice {
  /** Folder of the project. */
  readonly cwd: string;
  readonly note: (text: string) => void;
}

/**
 * Ends a conflict of Pulumi's with itself. Its Kubernetes plugin creates an object under a name of its own, as the manager
 * of its fields. Where it was killed before that could be noted, the next run creates the object once more, under another
 * name, and from then on no change of a field goes through: it is the first one's as well. Nobody has that name any more.
 *
 * @param objects - of the stack's resources, as they are in the cluster, by URN.
 */
export async function releaseLeft(
  selected: SelectedStack,
  managed: ManagedStack,
  objects: ReadonlyMap<string, LiveObject>,
  look: Look,
): Promise<void> {
  const left = managed.resources.flatMap((resource) => {
    const object = objects.get(resource.urn);
    const managers = object ? leftManagers(resource, object) : [];
    return object && managers.length > 0 ? [{ resource, object, managers }] : [];
  });
  if (left.length === 0) return;
  const { owners } = await claimsOf(selected, look.note);
  for (const { resource, object, managers } of left) {
    const title = `${object.kind} ${object.metadata.name}`;
    const owner = owners.get(object.metadata.uid ?? "");
    if (owner) {
      look.note(`the stack ${owner} has ${title}, too: as ${managers.join(", ")} it manages fields that are to change`);
      continue;
    }
    try {
      const config = await kubeConfigOf(managed.revealed, look, undefined, resource.provider);
      const [apiVersion, kind] = [object.apiVersion, object.kind];
      const { name, namespace } = object.metadata;
      await clusterClient(config, interrupted).patch(
        { apiVersion, kind, name, namespace },
        withoutManagers(object, managers),
      );
      look.note(
        `${title}: its fields were also those of a run that was killed (${managers.join(", ")}), and are no more`,
      );
    } catch (error) {
      interrupted.throwIfAborted();
      const why = (error as Error).message;
      look.note(`${nameOfUrn(resource.urn)}: what a killed run left on ${title} could not be taken away: ${why}`);
    }
  }
}

/** Names that are not the one under which the stack knows its resource. */
function leftManagers({ outputs }: ManagedResource, object: LiveObject): readonly string[] {
  const own = outputs.__fieldManager;
  return typeof own === "string" ? pulumiManagersOf(object).filter((manager) => manager !== own) : [];
}
