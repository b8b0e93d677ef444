import { titleOf } from "../../packages/kro/index.ts";
import { instanceChanges } from "../../packages/kro-preview/index.ts";
import type { LiveObject } from "../../packages/live/index.ts";
import { type ManagedStack, objectKey } from "../stack/index.ts";
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
  const known = new Set(followed.map(keyText));
  const asked = stack.resources.filter(
    (resource) => instanceChanges([resource], []).possible.length > 0 && !known.has(keyText(objectKey(resource))),
  );
  return asked.length === 0 ? [] : [...(await askedFor(stack, look, asked)).values()].filter(isOfKro);
}

const keyText = ({ apiVersion, kind, namespace = "", name }: ReturnType<typeof objectKey>): string =>
  JSON.stringify([apiVersion, kind, namespace, name]);

/** kro puts its finalizer on each instance. */
const isOfKro = ({ metadata: { finalizers = [] } }: LiveObject): boolean =>
  finalizers.some((one) => one.startsWith("kro.run/"));

/** That kro does nothing for them, in a sentence each. */
export const unfollowedText = (object: LiveObject): string =>
  `What kro makes of ${titleOf(object)} can't be told: no ResourceGraphDefinition of its kind is in the stack or in the cluster, and kro does nothing for it.`;
