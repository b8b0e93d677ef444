import { isAbsolute } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ComponentResource, Config, type ProviderResource, runtime } from "@pulumi/pulumi";
import type { ClusterClient, ClusterProvider } from "../../packages/live/index.ts";
import { isEngineGone } from "../engineGone.ts";
import { whenKnown } from "../given.ts";
import { currentEngine } from "../previousState.ts";

/** Looks at what is in the cluster, whoever made it. */
export type Look = Pick<ClusterClient, "get" | "list">;

/** Why nothing was looked at: to be said where it matters, never an error of its own. */
export class NotLooked {
  readonly reason: string;
  /** Whether it is known only later where the cluster is: in the preview of one that is made by the same update. */
  readonly isLater: boolean;

  constructor(reason: string, { isLater = false } = {}) {
    this.reason = reason;
    this.isLater = isLater;
  }
}

/** Seconds that one look may take. Whoever waits for it has a program to go on with. */
const TIMEOUT = 10;

/** By the provider, or by the run for Pulumi's default one. */
const looks = new WeakMap<object, Promise<Look | NotLooked>>();

/**
 * Reaches the cluster that `component`'s Kubernetes resources go to, as their provider does. Pulumi's own way to read an
 * object, {@link ReadObject}, ends the update where the object isn't there.
 */
export async function lookInto(component: ComponentResource): Promise<Look | NotLooked> {
  const provider = clusterOf(component);
  const key = provider ?? currentEngine();
  const look = looks.get(key) ?? (provider ? reachBy(provider) : reach(ambient()));
  looks.set(key, look);
  return look;
}

/** The provider of `component`'s Kubernetes resources; undefined for Pulumi's default one. */
export const clusterOf = (component: ComponentResource): ProviderResource | undefined =>
  // Any type of the package does.
  component.getProvider("kubernetes:core/v1:Namespace");

/** Whether another process has made it, in another language perhaps: then Pulumi gives a reference, without inputs. */
export const isRemote = (provider: ProviderResource): boolean =>
  provider.constructor.name === "DependencyProviderResource";

async function reachBy(provider: ProviderResource): Promise<Look | NotLooked> {
  let inputs: ClusterProvider;
  try {
    inputs = await inputsOf(provider);
  } catch (error) {
    if (isEngineGone(error)) throw error;
    return new NotLooked(`Pulumi does not say how its provider reaches it: ${(error as Error).message}`);
  }
  if (Object.values(inputs).some(isUnknown)) return new NotLooked("it isn't known yet", { isLater: true });
  const { kubeconfig } = inputs;
  // This process has another folder than the program.
  if (isRemote(provider) && typeof kubeconfig === "string" && isRelativePath(kubeconfig)) {
    return new NotLooked(`the kubeconfig ${kubeconfig} is in the program's folder, which isn't known here`);
  }
  return reach(inputs);
}

/**
 * What the engine has of a provider that was declared in this run, whoever declared it. Its fields, where it has some, do
 * not tell in a preview: what is not set is unknown there.
 */
async function inputsOf(provider: ProviderResource): Promise<ClusterProvider> {
  const { state } = await runtime.invoke("pulumi:pulumi:getResource", { urn: await whenKnown(provider.urn) });
  return Object.fromEntries(KEYS.map((key) => [key, state?.[key]]));
}

const KEYS = ["kubeconfig", "context", "cluster"] as const satisfies readonly (keyof ClusterProvider)[];

const isUnknown = (value: unknown): boolean =>
  (value !== undefined && value !== null && typeof value !== "string") || value === runtime.unknownValue;

const isRelativePath = (kubeconfig: string): boolean =>
  !/[\n{]/.test(kubeconfig) && !/^~|^$/.test(kubeconfig) && !isAbsolute(kubeconfig);

/** What Pulumi's default provider has of the stack's config. One that is made by hand has none of it. */
const ambient = (): ClusterProvider => {
  const config = new Config("kubernetes");
  return Object.fromEntries(KEYS.map((key) => [key, config.get(key)]));
};

async function reach(given: ClusterProvider): Promise<Look | NotLooked> {
  const { clusterClient, findKubeConfig } = await import("../../packages/live/index.ts");
  try {
    const client = clusterClient(await findKubeConfig({}, given), new AbortController().signal, TIMEOUT);
    return {
      get: (key) => patiently(() => client.get(key)),
      list: (key, labels) => patiently(() => client.list(key, labels)),
    };
  } catch (error) {
    return new NotLooked((error as Error).message);
  }
}

/** Milliseconds until a request is made again that failed by what may be over then. */
const PAUSES = [200, 800];

async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES) {
    try {
      return await ask();
    } catch (error) {
      if (!mayPass(error as Error & { readonly status?: number })) throw error;
      await sleep(pause);
    }
  }
  return ask();
}

/** Throttled, an API server in trouble, or a connection that was cut off; not a permission, nor a timeout. */
const mayPass = ({ status = 0, message }: Error & { readonly status?: number }): boolean =>
  status === 429 || status >= 500 || /ECONNRESET|socket hang up|aborted/.test(message);
