import { interrupted } from "../../packages/console/index.ts";
import { DEFINITION_TYPE } from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { kubeConfigOf, type ManagedStack, type StackChoice } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";
import { rolloutCause } from "./causes/held.ts";

/**
 * Why a stack must not be destroyed now: a rollout of one of its RGDs is not finished. An instance that is held goes as any
 * other. Where it can't be asked, Pulumi doesn't come any further, either.
 */
export async function rolloutUnderWay(
  { resources, revealed }: ManagedStack,
  look: StackChoice & ClusterChoice,
): Promise<Cause | undefined> {
  const found = await Promise.all(
    resources
      .filter(({ type }) => type === DEFINITION_TYPE)
      .map(async ({ id, type, provider }) => {
        const [, apiVersion, kind] = type.split(":") as [string, string, string];
        const config = await kubeConfigOf(revealed, look, undefined, provider);
        return clusterClient(config, interrupted).get({ apiVersion, kind, name: id });
      }),
  ).catch((): LiveObject[] => {
    interrupted.throwIfAborted();
    return [];
  });
  return rolloutCause(found.flatMap((one) => one ?? []));
}
