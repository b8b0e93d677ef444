import { type ComponentResource, type Inputs, output, type Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { isLater, settle } from "../given.ts";
import { ReadObject } from "../readObject.ts";
import { type LiveDeployment, routeProblem } from "../ui/uiDeployment.ts";
import { isInPlace, knownRoute, previousPatch } from "../ui/uiRoute.ts";

/**
 * Why the ui can't be switched: its previous value would be lost, or there is nothing to switch. Asks the cluster only
 * when something is to change; undefined where that can't be known yet, in the preview of a cluster that is to be made.
 *
 * @param name - of the CartsStack in this program.
 * @param dependsOn - what the Deployment may come from.
 */
export async function uiProblem(
  parent: ComponentResource,
  name: string,
  args: ResolvedArgs,
  dependsOn: readonly Resource[],
): Promise<string | undefined> {
  const previous = await previousPatch(parent, name);
  if (previous && isInPlace(previous, args)) return undefined;
  const route = knownRoute(args);
  if (!route) return undefined;
  const found = new ReadObject<LiveDeployment>(
    `${name}-ui-now`,
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: route.namespace,
      name: route.deployment,
      // Whether it is ready right now is its owner's affair.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    { parent, dependsOn: [...dependsOn] },
  );
  const live = await settle(output({ metadata: found.metadata, spec: found.spec } as Inputs), new Set());
  return isLater(live) ? undefined : routeProblem(live as LiveDeployment, route, previous?.__fieldManager);
}
