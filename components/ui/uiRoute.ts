import { DeploymentPatch } from "@pulumi/kubernetes/apps/v1/deploymentPatch.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { all, type ComponentResourceOptions, CustomResource, type Output, output, RunError } from "@pulumi/pulumi";
import { type CartsStackArgs, type ResolvedArgs, resolveArgs } from "../args.ts";
import { previousOutputs } from "../guards/previousState.ts";
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
  const previous = await previousPatch(name);
  if (previous && isInPlace(previous, args)) return;
  const found = new FoundDeployment(`${name}-ui-now`, args.ui, provider);
  const live = await new Promise<LiveDeployment>((resolve) => {
    all([found.metadata, found.spec]).apply(([metadata, spec]) => resolve({ metadata, spec } as LiveDeployment));
  });
  const problem = routeProblem(live, routeOf(args), previous?.__fieldManager);
  if (problem) throw new RunError(`nothing was changed: ${problem}`);
}

const routeOf = ({ namespace, ui }: ResolvedArgs): Route => ({
  container: ui.container,
  variable: "RETAIL_UI_ENDPOINTS_CARTS",
  endpoint: `http://carts.${namespace}.svc.cluster.local`,
});

/** Whether the Deployment of `args`, as this stack last saw it, has the route. */
const isInPlace = (live: LiveDeployment, args: ResolvedArgs): boolean =>
  live.metadata.namespace === args.ui.namespace &&
  live.metadata.name === args.ui.deployment &&
  hasRoute(live, routeOf(args));

/** The Deployment that this stack routes, as it last saw it. */
async function previousPatch(name: string): Promise<LiveDeployment | undefined> {
  const resources = Object.entries(await previousOutputs());
  return resources.find(([urn]) => urn.endsWith(`$${TYPE}::${name}-ui`))?.[1] as LiveDeployment | undefined;
}

/** A Deployment as it is in the cluster, whoever declared it. */
class FoundDeployment extends CustomResource {
  declare readonly metadata: Output<LiveDeployment["metadata"]>;
  declare readonly spec: Output<LiveDeployment["spec"]>;

  constructor(name: string, { namespace, deployment }: ResolvedArgs["ui"], provider: Provider) {
    // All of its identity: Pulumi keeps it until the next update, and a refresh would show what is missing as a change.
    // Whether it is ready right now is its owner's affair.
    const annotations = { "pulumi.com/skipAwait": "true" };
    const metadata = { namespace, name: deployment, annotations };
    const inputs = { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: undefined };
    super("kubernetes:apps/v1:Deployment", name, inputs, { provider, id: `${namespace}/${deployment}` });
  }
}
