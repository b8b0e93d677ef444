import { type ComponentResource, Config, type ProviderResource, runtime } from "@pulumi/pulumi";
import type { ClusterClient, ClusterProvider } from "../../packages/live/index.ts";
import { isLater, settle, whenKnown } from "../given.ts";

/** Looks at one object as it is in the cluster, whoever made it: undefined where it isn't there, or its kind. */
export type Look = ClusterClient["get"];

/** Why nothing was looked at: to be said where it matters, never an error of its own. */
export class NotLooked {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Seconds that one look may take. Whoever waits for it has a program to go on with. */
const TIMEOUT = 10;

const looks = new WeakMap<ProviderResource, Promise<Look | NotLooked>>();

/**
 * Reaches the cluster that `component`'s Kubernetes resources go to, as their provider does. Pulumi's own way to read an
 * object, {@link ReadObject}, ends the update where the object isn't there.
 */
export async function lookInto(component: ComponentResource): Promise<Look | NotLooked> {
  // Any type of the package does.
  const provider = component.getProvider("kubernetes:core/v1:Namespace");
  if (!provider) return reach({});
  const look = looks.get(provider) ?? reachBy(provider);
  looks.set(provider, look);
  return look;
}

async function reachBy(provider: ProviderResource): Promise<Look | NotLooked> {
  const inputs = (await settle(
    isRemote(provider) ? await inputsOf(provider) : { ...pick(provider) },
    new Set(),
  )) as object;
  if (Object.values(inputs).some(isLater)) return new NotLooked("the cluster isn't known yet");
  return reach(inputs as ClusterProvider);
}

/** A provider's inputs, which are its fields, too, though Pulumi's types do not show it. */
const pick = (provider: object) => {
  const { kubeconfig, context, cluster } = provider as Record<string, unknown>;
  return { kubeconfig, context, cluster };
};

/** Whether another process has made it, in another language perhaps: then Pulumi gives a reference, without inputs. */
const isRemote = (provider: ProviderResource): boolean => provider.constructor.name === "DependencyProviderResource";

/** What the engine has of a resource that was declared in this run. */
async function inputsOf(resource: ProviderResource): Promise<object> {
  const { state } = await runtime.invoke("pulumi:pulumi:getResource", { urn: await whenKnown(resource.urn) });
  return pick(state);
}

async function reach(given: ClusterProvider): Promise<Look | NotLooked> {
  const { clusterClient, findKubeConfig } = await import("../../packages/live/index.ts");
  try {
    const config = new Config("kubernetes");
    const ambient = {
      kubeconfig: config.get("kubeconfig"),
      context: config.get("context"),
      cluster: config.get("cluster"),
    };
    const client = clusterClient(
      await findKubeConfig({}, { ...ambient, ...given }),
      new AbortController().signal,
      TIMEOUT,
    );
    return (key) => client.get(key);
  } catch (error) {
    return new NotLooked((error as Error).message);
  }
}
