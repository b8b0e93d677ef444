import { type ClusterClient, INSTANCE_LABELS, type LiveObject } from "../../packages/live/index.ts";

/** An instance of kro's. */
interface Instance {
  readonly name: string;
  readonly namespace: string;
}

const { name: NAME, namespace: NAMESPACE } = INSTANCE_LABELS;

/**
 * Gives the objects of a kind that kro has made for an instance: of one asked for by its labels, of several listed once.
 *
 * @param instances - how many will be asked for.
 */
export function instanceObjects(
  cluster: Pick<ClusterClient, "list">,
  kind: Pick<LiveObject, "apiVersion" | "kind">,
  instances: number,
): (instance: Instance) => Promise<readonly LiveObject[]> {
  if (instances <= 1) return ({ name, namespace }) => cluster.list(kind, { [NAME]: name, [NAMESPACE]: namespace });
  const keyOf = (name: string | undefined, namespace: string | undefined) => `${namespace}/${name}`;
  const listed = async () =>
    Map.groupBy(await cluster.list(kind), ({ metadata: { labels } }) => keyOf(labels?.[NAME], labels?.[NAMESPACE]));
  let all: ReturnType<typeof listed> | undefined;
  return async ({ name, namespace }) => {
    all ??= listed();
    return (await all).get(keyOf(name, namespace)) ?? [];
  };
}
