import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch.js";
import { output, type Resource } from "@pulumi/pulumi";
import type { ResolvedArgs } from "../args.ts";
import { derive, isLater } from "../given.ts";
import { previousChild } from "../previousState.ts";
import type { ChildOptions } from "../resources.ts";
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
  passed: Promise<{ readonly known: ResolvedArgs }>,
  opts: ChildOptions,
): void {
  const { variable, endpoint } = routeOf(args);
  const ui = output(args.ui);
  const containers = [{ name: ui.container, env: [{ name: variable, value: endpoint }] }];
  output(leavesAlone(opts.parent, name, passed)).apply(
    (leaves) =>
      new DeploymentPatch(
        `${name}-ui`,
        {
          metadata: { name: ui.deployment, namespace: ui.namespace },
          spec: { template: { spec: { containers } } },
        },
        {
          ...opts,
          customTimeouts: args.timeouts,
          // The plugin compares lists by position, and so our entry with whatever is first: it would find a change always.
          ignoreChanges: leaves ? ["spec.template.spec.containers[0]"] : [],
        },
      ),
  );
}

/** Whether nothing is to be done to a route that may be there already. */
async function leavesAlone(
  parent: Resource,
  name: string,
  passed: Promise<{ readonly known: ResolvedArgs }>,
): Promise<boolean> {
  const { known } = await passed;
  const previous = await previousPatch(parent, name);
  return !previous || isInPlace(previous, known);
}

/** Where the ui of `args` is to ask. */
export const routeOf = ({ namespace }: ResolvedArgs) => ({
  variable: "RETAIL_UI_ENDPOINTS_CARTS",
  endpoint: derive([namespace], (known) => `http://carts.${known}.svc.cluster.local`),
});

/** Whether the Deployment of `args`, as this stack last saw it, has the route. What isn't known yet isn't there. */
export const isInPlace = (live: LiveDeployment, args: ResolvedArgs): boolean => {
  const route = knownRoute(args);
  return (
    route !== undefined &&
    live.metadata.namespace === route.namespace &&
    live.metadata.name === route.deployment &&
    hasRoute(live, route)
  );
};

/** Where the ui is and where it is to ask, once all of that is known. */
export function knownRoute(args: ResolvedArgs): KnownRoute | undefined {
  if (isLater(args.ui)) return undefined;
  const route = { ...args.ui, ...routeOf(args) };
  return Object.values(route).some(isLater) ? undefined : (route as KnownRoute);
}

interface KnownRoute extends Route {
  readonly namespace: string;
  readonly deployment: string;
}

/** The Deployment that the CartsStack routes, as the stack last saw it. */
export const previousPatch = (parent: Resource, name: string): Promise<LiveDeployment | undefined> =>
  previousChild<LiveDeployment>(parent, TYPE, `${name}-ui`);
