import { titleOf } from "../../packages/kro/index.ts";
import { instanceChanges } from "../../packages/kro-preview/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import type { ManagedStack } from "../stack/index.ts";
import type { FollowedInstance } from "./live/progress.ts";
import { type Asking, askedFor } from "./rolloutUnderWay.ts";

/**
 * Instances of a stack whose RGD is neither in it nor in the cluster, as the cluster has them: nobody knows what kro made of
 * them, and they are not followed. What can't be asked for is left out.
 */
export async function unfollowed(
  stack: ManagedStack,
  followed: readonly FollowedInstance[],
  look: Asking,
): Promise<readonly LiveObject[]> {
  const known = new Set(
    followed.map(({ apiVersion, kind, namespace, name }) => keyOf(apiVersion, kind, namespace, name)),
  );
  const asked = stack.resources.filter(({ type, id }) => {
    if (instanceChanges([{ type }], []).possible.length === 0) return false;
    const [, apiVersion, kind] = type.split(":") as [string, string, string];
    const [name, namespace] = id.split("/").reverse() as [string, string?];
    return !known.has(keyOf(apiVersion, kind, namespace, name));
  });
  return asked.length === 0 ? [] : [...(await askedFor(stack, look, asked)).values()].filter(isOfKro);
}

const keyOf = (...parts: readonly (string | undefined)[]): string => JSON.stringify(parts.map((part) => part ?? ""));

/** kro puts its finalizer on each instance. */
const isOfKro = ({ metadata: { finalizers = [] } }: LiveObject): boolean =>
  finalizers.some((one) => one.startsWith("kro.run/"));

/** That kro does nothing for them, in a sentence each. */
export const unfollowedText = (object: LiveObject): string =>
  `What kro makes of ${titleOf(object)} can't be told: no ResourceGraphDefinition of its kind is in the stack or in the cluster, and kro does nothing for it.`;
