import type { Provider } from "@pulumi/kubernetes/provider.js";
import { all, RunError } from "@pulumi/pulumi";
import { type CartsStackArgs, resolveArgs } from "../args.ts";
import { ReadObject } from "../readObject.ts";
import { type LiveDeployment, routeProblem } from "../ui/uiDeployment.ts";
import { isInPlace, previousPatch, routeOf } from "../ui/uiRoute.ts";

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
  const found = new ReadObject<LiveDeployment>(
    `${name}-ui-now`,
    {
      apiVersion: "apps/v1",
      kind: "Deployment",
      namespace: args.ui.namespace,
      name: args.ui.deployment,
      // Whether it is ready right now is its owner's affair.
      annotations: { "pulumi.com/skipAwait": "true" },
    },
    { provider },
  );
  const live = await new Promise<LiveDeployment>((resolve) => {
    all([found.metadata, found.spec]).apply(([metadata, spec]) => resolve({ metadata, spec }));
  });
  const problem = routeProblem(live, routeOf(args), previous?.__fieldManager);
  if (problem) throw new RunError(`nothing was changed: ${problem}`);
}
