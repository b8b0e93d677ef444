import { hostname, userInfo } from "node:os";
import { UserError } from "../../packages/console/index.ts";
import type { Definition } from "../../packages/kro/index.ts";
import { instanceGvk, namespacedName } from "../../packages/kro/index.ts";
import { DEFINITION_TYPE } from "../../packages/kro-preview/index.ts";
import { type ClusterClient, clusterClient, type LiveObject } from "../../packages/live/index.ts";
import { kubeConfigOf, type ManagedResource, type ManagedStack } from "../stack/index.ts";
import type { RolloutOptions } from "./options.ts";
import { patient } from "./patient.ts";

export const RGD = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" } as const;

/** An RGD of a stack, where it is, and its instances' kind. */
export interface Place {
  readonly cluster: ClusterClient;
  /** The stack's resource. */
  readonly resource: ManagedResource;
  /** Of the RGD. */
  readonly name: string;
  readonly gvk: { readonly apiVersion: string; readonly kind: string; readonly group: string };
}

/**
 * The RGD of a stack.
 *
 * @param signal - ends what is asked.
 * @throws UserError where the stack has none, or several; Error where its cluster can't be reached.
 */
export async function placeOf(
  managed: ManagedStack,
  stack: string,
  options: Pick<RolloutOptions, "cwd" | "kubeconfig" | "context">,
  signal: AbortSignal,
): Promise<Place> {
  const found = managed.resources.filter(({ type }) => type === DEFINITION_TYPE);
  const [resource] = found;
  if (!resource) {
    throw new UserError(
      `the stack ${stack} makes no ResourceGraphDefinition: --stack names the one that does, such as that of CartsApi. ` +
        "Where this one did, and was destroyed while a rollout held instances, `carts up` makes it again, and `carts rollout --back` lets them go then",
    );
  }
  if (found.length > 1) {
    const names = found.map(({ name }) => name).join(", ");
    throw new UserError(
      `the stack ${stack} makes several ResourceGraphDefinitions (${names}): a rollout is of one alone`,
    );
  }
  const definition = resource.revealed as unknown as Definition;
  const config = await kubeConfigOf(managed.revealed, options, undefined, resource.provider);
  return {
    cluster: patient(clusterClient(config, signal), signal),
    resource,
    name: definition.metadata.name,
    gvk: instanceGvk(definition),
  };
}

/** `namespace/name` of an object. */
export const idOf = ({ metadata }: LiveObject): string => namespacedName(metadata);

/** What names an object to a client. */
export const keyOf = ({ apiVersion, kind, metadata: { name, namespace } }: LiveObject) => ({
  ...{ apiVersion, kind, name },
  ...(namespace !== undefined && { namespace }),
});

/** Who runs this. */
export const self = (): string => `${userInfo().username}@${hostname()}`;

/** Milliseconds until kro must have come to some instances: it does some 10 a second, and may be busy with others. */
export const turnOf = (instances: number): number => 60_000 + 500 * instances;
