import type { Resource } from "@pulumi/pulumi";
import { whenKnown } from "../given.ts";
import { currentEngine } from "../previousState.ts";

/** URNs of the providers that have the RGDs of one run, by its engine. */
const providers = new WeakMap<object, Promise<string | undefined>[]>();

/** Keeps in mind that the program makes the RGD of the cluster that `parent` is in. */
export function noteDefinition(parent: Resource): void {
  const engine = currentEngine();
  providers.set(engine, [...(providers.get(engine) ?? []), providerOf(parent)]);
}

/** Whether the program has declared the RGD of the cluster that `component` is in, so far. */
export async function isMadeHere(component: Resource): Promise<boolean> {
  const own = await providerOf(component);
  return (await Promise.all(providers.get(currentEngine()) ?? [])).includes(own);
}

/** Undefined for Pulumi's default. */
async function providerOf(resource: Resource): Promise<string | undefined> {
  // Any type of the package does.
  const provider = resource.getProvider("kubernetes:core/v1:Namespace");
  return provider && (await whenKnown(provider.urn));
}
