import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch.js";
import { type ComponentResourceOptions, type Output, output } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { previousOutputs } from "../previousState.ts";
import { hasRoute, type LiveDeployment, type Route } from "./uiDeployment.ts";

const TYPE = "kubernetes:apps/v1:DeploymentPatch";

/**
 * Points the retail store's `ui` Deployment at this stack's carts service, by one entry of its environment. Kubernetes
 * restarts its pods for that, and again when the entry goes: what `envFrom` says then counts again.
 *
 * The Deployment stays its owner's: only the entry is applied, under a field manager of its own.
 *
 * @see https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/managing-resources-with-server-side-apply/
 */
export function createUiRoute(
  name: string,
  args: ResolvedArgs,
  opts: ComponentResourceOptions,
): Output<DeploymentPatch> {
  const route = routeOf(args);
  const { namespace, deployment, container } = args.ui;
  const env = [{ name: route.variable, value: route.endpoint }];
  return output(previousPatch(name)).apply(
    (previous) =>
      new DeploymentPatch(
        `${name}-ui`,
        {
          metadata: { name: deployment, namespace },
          spec: { template: { spec: { containers: [{ name: container, env }] } } },
        },
        {
          ...opts,
          customTimeouts: args.timeouts,
          // The plugin compares lists by position, and so our entry with whatever is first: it would find a change always.
          ignoreChanges: !previous || isInPlace(previous, args) ? ["spec.template.spec.containers[0]"] : [],
        },
      ),
  );
}

/** Where the ui of `args` is to ask. */
export const routeOf = ({ namespace, ui }: ResolvedArgs): Route => ({
  container: ui.container,
  variable: "RETAIL_UI_ENDPOINTS_CARTS",
  endpoint: `http://carts.${namespace}.svc.cluster.local`,
});

/** Whether the Deployment of `args`, as this stack last saw it, has the route. */
export const isInPlace = (live: LiveDeployment, args: ResolvedArgs): boolean =>
  live.metadata.namespace === args.ui.namespace &&
  live.metadata.name === args.ui.deployment &&
  hasRoute(live, routeOf(args));

/** The Deployment that this stack routes, as it last saw it. */
export async function previousPatch(name: string): Promise<LiveDeployment | undefined> {
  const resources = Object.entries(await previousOutputs());
  return resources.find(([urn]) => urn.endsWith(`$${TYPE}::${name}-ui`))?.[1] as LiveDeployment | undefined;
}
