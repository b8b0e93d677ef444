import { UserError } from "../../packages/console/index.ts";
import type { ManagedStack } from "../stack/index.ts";
import type { ServiceName } from "./forward.ts";

/** What `carts open` can open. */
export const SERVICES = ["carts", "ui"] as const;

/**
 * The service of a stack to open: `carts` its own, `ui` the one that it routes, else the workshop's.
 *
 * @throws UserError for a stack that has no carts service yet.
 */
export function serviceOf({ resources }: ManagedStack, stack: string, service: (typeof SERVICES)[number]): ServiceName {
  const find = (type: string) => resources.find((one) => one.type === type)?.outputs;
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
