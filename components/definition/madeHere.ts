import type { ComponentResource } from "@pulumi/pulumi";
import { clusterOf } from "../cluster/lookInto.ts";
import { whenKnown } from "../given.ts";
import { currentEngine } from "../previousState.ts";

/** URNs of the providers that have the RGDs of one run, by its engine. */
const providers = new WeakMap<object, Promise<string | undefined>[]>();

/** Keeps in mind that the program makes the RGD of the cluster that `parent` is in. */
export function noteDefinition(parent: ComponentResource): void {
  const engine = currentEngine();
  providers.set(engine, [...(providers.get(engine) ?? []), providerOf(parent)]);
}

/** Whether the program has declared the RGD of the cluster that `component` is in, so far. */
export async function isMadeHere(component: ComponentResource): Promise<boolean> {
  const own = await providerOf(component);
  return (await Promise.all(providers.get(currentEngine()) ?? [])).includes(own);
}

/** Undefined for Pulumi's default. */
async function providerOf(component: ComponentResource): Promise<string | undefined> {
  const provider = clusterOf(component);
  return provider && (await whenKnown(provider.urn));
}
