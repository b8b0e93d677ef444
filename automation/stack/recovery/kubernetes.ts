import { UserError } from "../../../packages/console/index.ts";
import { kubeConfigOf, toChanges } from "../../../packages/kro-preview/index.ts";
import { contains, type Lookup, plain } from "./found.ts";

interface Live {
  readonly metadata: {
    readonly uid: string;
    readonly creationTimestamp: string | Date;
    readonly managedFields?: readonly { readonly manager?: string; readonly fieldsV1?: object }[];
  };
  readonly spec?: unknown;
}

/** Looks up a Kubernetes object by its kind, namespace and name. Pulumi must be who manages its spec. */
export const kubernetesLookup =
  (options: { readonly kubeconfig?: string; readonly context?: string }): Lookup =>
  async ({ type, inputs = {} }, { resources = [] }) => {
    const { KubernetesObjectApi } = await import("@kubernetes/client-node");
    const steps = resources.map((one) => ({ op: "same", urn: one.urn, type: one.type, new: { inputs: one.inputs } }));
    const config = await kubeConfigOf({ project: "", stack: "", changes: toChanges(steps) }, options);
    const declared = plain(inputs) as { metadata: { name: string; namespace?: string }; spec?: unknown };
    const [, apiVersion, kind] = type.split(":") as [string, string, string];
    const { name, namespace } = declared.metadata;
    const header = { apiVersion, kind, metadata: { name, namespace: namespace ?? "default" } };
    const read = KubernetesObjectApi.makeApiClient(config).read(header);
    const live = (await read.catch((error: Error & { readonly code?: number }) => {
      if (error.code === 404 || /Unrecognized API version and kind/.test(error.message)) return undefined;
      throw new UserError(`${kind} ${name} can't be looked up in the cluster: ${error.message}`);
    })) as Live | undefined;
    if (!live) return undefined;
    const { uid, creationTimestamp, managedFields = [] } = live.metadata;
    const managers = managedFields
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
