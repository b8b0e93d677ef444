import type { ComponentResource } from "@pulumi/pulumi";
import { clusterOf } from "../cluster/lookInto.ts";
import { whenKnown } from "../given.ts";
import { currentEngine } from "../previousState.ts";
import type { Identities } from "./cartsDefinition.ts";

interface Made {
  /** URN of the provider that has the RGD. */
  readonly provider: string | undefined;
  readonly identities: Identities;
}

/** The RGDs of one run, by its engine. */
const made = new WeakMap<object, Promise<Made>[]>();

/** Keeps in mind that the program makes the RGD of the cluster that `parent` is in, and the identities that it serves. */
export function noteDefinition(parent: ComponentResource, identities: Promise<Identities>): void {
  const engine = currentEngine();
  const noted = Promise.all([providerOf(parent), identities]).then(([provider, all]) => ({
    provider,
    identities: all,
  }));
  // Those who wait for the RGD say what is wrong.
  noted.catch(() => {});
  made.set(engine, [...(made.get(engine) ?? []), noted]);
}

/** The identities of the RGD of the cluster that `component` is in; undefined where the program has declared none so far. */
export async function madeHere(component: ComponentResource): Promise<Identities | undefined> {
  const own = await providerOf(component);
  const all = await Promise.all(made.get(currentEngine()) ?? []);
  return all.find(({ provider }) => provider === own)?.identities;
}

/** Undefined for Pulumi's default. */
async function providerOf(component: ComponentResource): Promise<string | undefined> {
  const provider = clusterOf(component);
  return provider && (await whenKnown(provider.urn));
}
