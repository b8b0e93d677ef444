import { type Definition, type Instance, instanceGvk } from "../../kro/index.ts";
import type { ClusterClient } from "../../live/index.ts";
import type { Cluster } from "./cluster.ts";
import { foreignDefinition, isReadable, makes } from "./definitions.ts";

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
  return {
    title,
    isLive: true,
    async find(api) {
      definitions ??= all();
      return (await definitions).map(foreignDefinition).find((definition) => makes(definition, api));
    },
    async instancesOf(definition) {
      const objects = await (await client()).list(instanceGvk(definition));
      return (objects as readonly unknown[] as readonly Instance[]).map(declared);
    },
  };
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
