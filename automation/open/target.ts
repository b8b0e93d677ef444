import { UserError } from "../../packages/console/index.ts";
import { type Plan, toChanges } from "../../packages/kro-preview/index.ts";
import type { StackState } from "../stack/index.ts";
import type { ServiceName } from "./forward.ts";

/** What `carts open` can open. */
export const SERVICES = ["carts", "ui"] as const;

/**
 * The service of a stack to open: `carts` its own, `ui` the one that it routes, else the workshop's.
 *
 * @throws UserError for a stack that has no carts service yet.
 */
export function serviceOf(state: StackState, stack: string, service: (typeof SERVICES)[number]): ServiceName {
  const find = (type: string) => state.resources?.find((one) => one.type === type && one.custom)?.outputs;
  if (service === "ui") {
    const { name = "ui", namespace = "ui" } = (find("kubernetes:apps/v1:DeploymentPatch")?.metadata ??
      {}) as Partial<ServiceName>;
    return { namespace, name };
  }
  const endpoint = (find("kubernetes:kro.run/v1alpha1:CartsStack") as Instance | undefined)?.status?.serviceEndpoint;
  const [name, namespace] = endpoint === undefined ? [] : new URL(endpoint).hostname.split(".");
  if (!name || !namespace) throw new UserError(`stack ${stack} has no carts service yet: \`carts up\` makes it`);
  return { namespace, name };
}

interface Instance {
  readonly status?: { readonly serviceEndpoint?: string };
}

/** A stack as a plan that changes nothing: its providers say how its cluster is reached. */
export const planOf = ({ resources = [] }: StackState, project: string, stack: string): Plan => {
  const steps = resources.map(({ urn, type, inputs }) => ({ op: "same", urn, type, old: { inputs }, new: { inputs } }));
  return { project, stack, changes: toChanges(steps) };
};
