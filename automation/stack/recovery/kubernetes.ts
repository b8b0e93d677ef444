import { interrupted, UserError } from "../../../packages/console/index.ts";
import { type ClusterChoice, clusterClient, findKubeConfig } from "../../../packages/live/index.ts";
import { objectKind } from "../state.ts";
import { contains, type Lookup } from "./found.ts";

/** Who wrote which fields of an object. */
type ManagedFields = readonly { readonly manager?: string; readonly fieldsV1?: object }[];

/** Looks up a Kubernetes object by its kind, namespace and name. Pulumi must be who manages its spec. */
export const kubernetesLookup =
  (choice: ClusterChoice, cwd: string): Lookup =>
  async ({ type, provider, revealed }, { resources }) => {
    const reached = resources.find(({ urn }) => urn === provider)?.revealed;
    if (!reached) throw new UserError(`the provider of ${type} is not in the stack's state: its cluster is not known`);
    const config = await findKubeConfig(choice, reached, cwd).catch((error: Error) => {
      throw new UserError(`the cluster of ${type} can't be asked: ${error.message}`);
    });
    const declared = revealed as { readonly metadata: { name: string; namespace?: string }; readonly spec?: unknown };
    const { name, namespace } = declared.metadata;
    const key = { ...objectKind(type), namespace: namespace ?? "default", name };
    const live = await clusterClient(config, interrupted)
      .get(key)
      .catch((error: Error) => {
        throw new UserError(`${key.kind} ${name} can't be looked up in the cluster: ${error.message}`);
      });
    if (!live) return undefined;
    const { uid, creationTimestamp, managedFields = [] } = live.metadata;
    const managers = (managedFields as ManagedFields)
      .filter(({ fieldsV1 }) => fieldsV1 && "f:spec" in fieldsV1)
      .map(({ manager }) => manager);
    const foreign = managers.filter((manager) => !manager?.startsWith("pulumi-kubernetes"));
    const own = managers.find((manager) => manager?.startsWith("pulumi-kubernetes"));
    return {
      id: namespace === undefined ? name : `${namespace}/${name}`,
      fingerprint: uid,
      created: new Date(creationTimestamp),
      differs: [
        ...(own ? [] : [`its manager, which is ${foreign.join(", ") || "nobody"}`]),
        ...(contains(live.spec, declared.spec) ? [] : ["spec"]),
      ],
      // Under another name the next update would be in conflict with this one.
      ...(own && { outputs: { __fieldManager: own } }),
    };
  };
