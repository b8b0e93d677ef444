import type { ComponentResource, Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { lookInto, NotLooked } from "../cluster/lookInto.ts";
import { but } from "../rules/ruleAcross.ts";
import type { PreviousInstance } from "./tableGuard.ts";

/** There in every cluster. */
const ALWAYS = "default";

/**
 * Why a new instance has no namespace to be in; undefined where it has, or where that can't be told: with prerequisites, one of
 * which may make it, and where the cluster can't be asked.
 *
 * @param previous - the instance that the CartsStack had after the stack's last update.
 */
export async function instanceNamespaceProblem(
  component: ComponentResource,
  previous: PreviousInstance | undefined,
  { instanceNamespace: name }: ResolvedArgs,
  prerequisites: readonly Resource[],
): Promise<string | undefined> {
  if (typeof name !== "string" || name === ALWAYS || prerequisites.length > 0) return undefined;
  if (previous?.metadata.namespace === name) return undefined;
  const look = await lookInto(component);
  if (look instanceof NotLooked) return undefined;
  const key = { apiVersion: "v1", kind: "Namespace", name };
  const isThere = await look.get(key).then(Boolean, () => true);
  const rule = `the cluster has no such namespace: \`kubectl create namespace ${name}\` makes it, or leave it out for ${ALWAYS}`;
  return isThere ? undefined : but("instanceNamespace", name, rule);
}
