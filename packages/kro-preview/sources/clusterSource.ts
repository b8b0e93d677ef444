import { type Definition, groupOf, type Instance, instanceGvk } from "../../kro/index.ts";
import type { ClusterClient } from "../../live/index.ts";
import type { Cluster } from "./cluster.ts";
import { type Api, foreignDefinition, isReadable, makes, type PlannedDefinition } from "./definitions.ts";
import { kroVersion } from "./kroVersion.ts";

/**
 * A cluster. It is asked nothing before it is needed, and need not be there.
 *
 * @param title - names it in a sentence: `the cluster`.
 * @param connect - gives a client, or throws an Error that says why there is none.
 * @param patience - seconds until a cluster that has not answered counts as one that can't be reached.
 */
export function clusterSource(title: string, connect: () => Promise<ClusterClient>, patience = 5): Cluster {
  let reached: Promise<ClusterClient> | undefined;
  let definitions: Promise<readonly Definition[]> | undefined;
  const client = (): Promise<ClusterClient> => {
    reached ??= within(patience, answering(connect));
    return reached;
  };
  const all = async (): Promise<readonly Definition[]> => {
    const objects = await (await client()).list({ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" });
    return objects.filter(isReadable) as readonly unknown[] as readonly Definition[];
  };
  const foreign = async (): Promise<readonly PlannedDefinition[]> => {
    definitions ??= all();
    return (await definitions).map(foreignDefinition);
  };
  return {
    title,
    isLive: true,
    async find(api) {
      return (await foreign()).find((definition) => makes(definition, api));
    },
    definitions: foreign,
    async crdsOf(kinds) {
      const found = await Promise.all(kinds.map(async (kind) => crdOf(await client(), kind)));
      return found.filter((crd) => crd !== undefined);
    },
    kroVersion: async () => kroVersion(await client()),
    async instancesOf(definition) {
      const objects = await (await client()).list(instanceGvk(definition));
      return (objects as readonly unknown[] as readonly Instance[]).map(declared);
    },
  };
}

/** Undefined also for a kind of the API server's own. */
async function crdOf(client: ClusterClient, kind: Api): Promise<unknown> {
  const plural = await client.pluralOf(kind);
  if (plural === undefined) return undefined;
  const name = `${plural}.${groupOf(kind.apiVersion)}`;
  return client.get({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", name });
}

async function answering(connect: () => Promise<ClusterClient>): Promise<ClusterClient> {
  const client = await connect();
  await client.ping();
  return client;
}

function within<T>(seconds: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error(`the cluster did not answer within ${seconds} s`)), seconds * 1000);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** An instance without what the cluster keeps about it. */
const declared = ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels, annotations },
  spec,
}: Instance): Instance => ({
  apiVersion,
  kind,
  metadata: { name, namespace, labels, annotations },
  spec,
});
