import { once } from "node:events";
import type { CustomObjectsApi, KubeConfig } from "@kubernetes/client-node";
import type { Definition, Instance } from "../../kro/index.ts";

/** A cluster that can be asked for instances. */
export interface Cluster {
  /** Names it, in a note. */
  readonly title: string;
  /**
   * Every instance of an RGD, whoever owns it.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  readonly instancesOf: (definition: Definition) => Promise<readonly Instance[]>;
  /**
   * The RGD of this name, or undefined.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  readonly definition: (name: string) => Promise<Definition | undefined>;
}

/** How long is waited for a cluster. */
export interface ClusterOptions {
  /** Seconds until a cluster that doesn't answer counts as one that can't be reached. Default 5. */
  readonly timeout?: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Seconds until a list must be there, however long it is. */
const LIST_TIMEOUT = 30;

/** The cluster of a kubeconfig, or of one that is not to be had. It is asked nothing yet, and need not be there. */
export async function clusterOf(found: Promise<KubeConfig>, { timeout = 5, signal }: ClusterOptions): Promise<Cluster> {
  const config = await found.catch((error: Error) => error);
  const wanted = { config, timeout, signal };
  return {
    title: config instanceof Error ? "the cluster" : `the cluster of context ${config.currentContext}`,
    instancesOf: async (definition) => list(definition, wanted),
    definition: async (name) => read(name, wanted),
  };
}

interface Wanted {
  readonly config: KubeConfig | Error;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

async function list({ spec: { schema } }: Definition, wanted: Wanted): Promise<Instance[]> {
  const api = await customObjects(wanted);
  const [group, version] = [schema.group ?? "kro.run", schema.apiVersion];
  const answer = <T>(request: Promise<T>, seconds: number) => withinTime(request, seconds, wanted.signal);
  const { resources } = await answer(api.getAPIResources({ group, version }).catch(nothingThere), wanted.timeout);
  const plural = resources.find(({ kind, name }) => kind === schema.kind && !name.includes("/"))?.name;
  if (plural === undefined) return [];
  const { items } = await answer(api.listClusterCustomObject({ group, version, plural }), LIST_TIMEOUT);
  return (items as Instance[]).map(declared);
}

async function read(name: string, wanted: Wanted): Promise<Definition | undefined> {
  const api = await customObjects(wanted);
  const rgd = { group: "kro.run", version: "v1alpha1", plural: "resourcegraphdefinitions", name };
  const found = api.getClusterCustomObject(rgd).catch((error: { readonly code?: number }) => {
    if (error.code === 404) return undefined;
    throw error;
  });
  return withinTime(found as Promise<Definition | undefined>, wanted.timeout, wanted.signal);
}

/** What the API server answers, in time. */
async function withinTime<T>(request: Promise<T>, seconds: number, signal: AbortSignal): Promise<T> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(seconds * 1000)]);
  const stopped = once(stop, "abort").then(() => {
    throw new Error(signal.aborted ? "interrupted" : `the cluster did not answer within ${seconds} s`);
  });
  return Promise.race([request, stopped]).catch((error: Error & { readonly code?: number | string }) => {
    // The client's own message holds the whole answer, or says of a connection only that there was none.
    if (typeof error.code === "number") throw new Error(`the API server answered with HTTP ${error.code}`);
    throw error.cause instanceof Error ? error.cause : error;
  });
}

/** An instance as its owner declares it, without what the cluster keeps about it. */
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

/** A cluster without the API has no instance of it. */
function nothingThere(error: { readonly code?: number }): { readonly resources: [] } {
  if (error.code === 404) return { resources: [] };
  throw error;
}

async function customObjects({ config }: Wanted): Promise<CustomObjectsApi> {
  if (config instanceof Error) throw config;
  const { CustomObjectsApi } = await import("@kubernetes/client-node");
  return config.makeApiClient(CustomObjectsApi);
}
