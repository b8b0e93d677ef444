import { once } from "node:events";
import type { KubeConfig } from "@kubernetes/client-node";
import { type Definition, type Instance, instanceGvk } from "../../kro/index.ts";
import type { Plan } from "../pulumi/plan.ts";

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

/** How a cluster is reached. */
export interface ClusterOptions {
  /** Path of a kubeconfig. Default: `$KUBECONFIG`, else that of the stack's own provider. */
  readonly kubeconfig?: string;
  /** Default: the one of the stack's own provider, else the kubeconfig's current one. */
  readonly context?: string;
  /** Seconds until a cluster that doesn't answer counts as one that can't be reached. Default 5. */
  readonly timeout?: number;
  /** Ends the waiting. */
  readonly signal: AbortSignal;
}

/** Seconds until a list must be there, however long it is. */
const LIST_TIMEOUT = 30;

/**
 * How the cluster of a plan is reached: the kubeconfig, with its context.
 *
 * @throws Error when there is no such file or context, or the package @kubernetes/client-node is not installed.
 */
export function kubeConfigOf(plan: Plan, options: Pick<ClusterOptions, "kubeconfig" | "context">): Promise<KubeConfig> {
  const { kubeconfig: own, context } = providerInputs(plan);
  return kubeConfig({ own, context: options.context ?? context, file: options.kubeconfig });
}

/** The cluster that a plan is about. It is asked nothing yet, and need not be there. */
export function clusterOf(plan: Plan, options: ClusterOptions): Cluster {
  const { kubeconfig, context } = providerInputs(plan);
  const wanted = {
    own: kubeconfig,
    context: options.context ?? context,
    file: options.kubeconfig,
    timeout: options.timeout ?? 5,
    signal: options.signal,
  };
  return {
    title: wanted.context ? `the cluster of context ${wanted.context}` : "the cluster",
    instancesOf: (definition) => list(definition, wanted),
    definition: (name) => read(name, wanted),
  };
}

interface Wanted {
  readonly file: string | undefined;
  readonly own: string | undefined;
  readonly context: string | undefined;
  readonly timeout: number;
  readonly signal: AbortSignal;
}

async function list(definition: Definition, wanted: Wanted): Promise<Instance[]> {
  const { CustomObjectsApi } = await client();
  const api = (await kubeConfig(wanted)).makeApiClient(CustomObjectsApi);
  const { group, version, ...instance } = instanceGvk(definition);
  const answer = <T>(request: Promise<T>, seconds: number) => withinTime(request, seconds, wanted.signal);
  const { resources } = await answer(api.getAPIResources({ group, version }).catch(nothingThere), wanted.timeout);
  const plural = resources.find(({ kind, name }) => kind === instance.kind && !name.includes("/"))?.name;
  if (plural === undefined) return [];
  const { items } = await answer(api.listClusterCustomObject({ group, version, plural }), LIST_TIMEOUT);
  return (items as Instance[]).map(declared);
}

async function read(name: string, wanted: Wanted): Promise<Definition | undefined> {
  const { CustomObjectsApi } = await client();
  const api = (await kubeConfig(wanted)).makeApiClient(CustomObjectsApi);
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

async function kubeConfig({ file, own, context }: Pick<Wanted, "file" | "own" | "context">): Promise<KubeConfig> {
  const { KubeConfig } = await client();
  const config = new KubeConfig();
  if (file !== undefined) config.loadFromFile(file);
  else if (process.env.KUBECONFIG || own === undefined) config.loadFromDefault();
  else if (/^\s*\{|^\w+:\s/m.test(own)) config.loadFromString(own);
  else config.loadFromFile(own);
  if (context !== undefined) {
    if (!config.getContextObject(context)) throw new Error(`the kubeconfig has no context ${context}`);
    config.setCurrentContext(context);
  }
  return config;
}

/** The inputs of the stack's Kubernetes provider, as far as they are known. */
function providerInputs({ changes }: Plan): { readonly kubeconfig?: string; readonly context?: string } {
  const provider = changes.find(({ type, action }) => type === "pulumi:providers:kubernetes" && action !== "delete");
  const known = Object.entries(provider?.after ?? {}).filter(([, value]) => typeof value === "string" && value !== "");
  return Object.fromEntries(known);
}

const client = (): Promise<typeof import("@kubernetes/client-node")> =>
  import("@kubernetes/client-node").catch(() => {
    throw new Error("the package @kubernetes/client-node is not installed");
  });
