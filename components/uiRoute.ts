import { Deployment } from "@pulumi/kubernetes/apps/v1/deployment.js";
import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { all, type ComponentResourceOptions, type Output, output, RunError } from "@pulumi/pulumi";
import { type CartsStackArgs, type ResolvedArgs, resolveArgs } from "./arguments.ts";
import { previousOutputs } from "./previousState.ts";
import { hasRoute, type LiveDeployment, type Route, routeProblem } from "./uiDeployment.ts";

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
  return output(previousRoute(name, args)).apply(
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
          ignoreChanges: previous && hasRoute(previous, route) ? ["spec.template.spec.containers[0]"] : [],
        },
      ),
  );
}

/**
 * Refuses to switch the ui where its previous value would be lost, or where there is nothing to switch. Asks the cluster
 * only when something is to change.
 *
 * @param name - of the CartsStack in this program.
 * @throws RunError that says what is in the way and what to do. Nothing has been declared then.
 */
export async function guardUi(name: string, given: CartsStackArgs, provider: Provider): Promise<void> {
  const args = resolveArgs(given);
  if (!args.routeUi) return;
  const previous = await previousRoute(name, args);
  const route = routeOf(args);
  if (previous && hasRoute(previous, route)) return;
  const found = Deployment.get(`${name}-ui-now`, idOf(args), { provider });
  const live = await new Promise<LiveDeployment>((resolve) => {
    all([found.metadata, found.spec]).apply(([metadata, spec]) => resolve({ metadata, spec } as LiveDeployment));
  });
  const problem = routeProblem(live, route, previous?.__fieldManager);
  if (problem) throw new RunError(`nothing was changed: ${problem}`);
}

const routeOf = ({ namespace, ui }: ResolvedArgs): Route => ({
  container: ui.container,
  variable: "RETAIL_UI_ENDPOINTS_CARTS",
  endpoint: `http://carts.${namespace}.svc.cluster.local`,
});

const idOf = ({ ui }: ResolvedArgs): string => `${ui.namespace}/${ui.deployment}`;

/** The Deployment as this stack last saw it, if it routes that one. */
async function previousRoute(name: string, args: ResolvedArgs): Promise<LiveDeployment | undefined> {
  const resources = Object.entries(await previousOutputs());
  const live = resources.find(([urn]) => urn.endsWith(`$${TYPE}::${name}-ui`))?.[1] as LiveDeployment | undefined;
  return live && `${live.metadata.namespace}/${live.metadata.name}` === idOf(args) ? live : undefined;
}
