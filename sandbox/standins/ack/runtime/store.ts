import {
  ApiException,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import type { AckObject, Kind } from "./kind.ts";
import { mergePatch } from "./mergePatch.ts";

const AS_MERGE_PATCH = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** The objects of a kind in the API server, read without a cache as ACK does. */
export class Store<T extends AckObject> {
  readonly #resource: Kind<T>["resource"];
  readonly #objects: CustomObjectsApi;
  readonly #core: CoreV1Api;

  constructor(config: KubeConfig, resource: Kind<T>["resource"]) {
    this.#resource = resource;
    this.#objects = config.makeApiClient(CustomObjectsApi);
    this.#core = config.makeApiClient(CoreV1Api);
  }

  /** Every object of the kind in the cluster. */
  async list(): Promise<{ items: T[] }> {
    return this.#objects.listClusterCustomObject({ ...this.#resource });
  }

  /** The object, or undefined when it is gone. */
  async get(namespace: string, name: string): Promise<T | undefined> {
    return orUndefined(
      this.#objects
        .getNamespacedCustomObject({ ...this.#resource, namespace, name })
        .then((object) => ({ ...object, status: object.status ?? {} }) as T),
    );
  }

  /** Annotations of a namespace; none when it is gone. */
  async namespaceAnnotations(name: string): Promise<Record<string, string>> {
    const namespace = await orUndefined(this.#core.readNamespace({ name }));
    return namespace?.metadata?.annotations ?? {};
  }

  /** Writes what changed in annotations, finalizers and spec. */
  async patchMetadataAndSpec(from: T, to: T): Promise<void> {
    const { annotations, finalizers } = from.metadata;
    const metadata = mergePatch(
      { annotations: annotations ?? {}, finalizers: finalizers ?? [] },
      { annotations: to.metadata.annotations ?? {}, finalizers: to.metadata.finalizers ?? [] },
    );
    const spec = mergePatch(from.spec, to.spec);
    if (!metadata && !spec) return;
    const body = { ...(metadata && { metadata }), ...(spec && { spec }) };
    await orUndefined(this.#objects.patchNamespacedCustomObject({ ...this.#key(from), body }, AS_MERGE_PATCH));
  }

  /** Writes what changed in the status. */
  async patchStatus(from: T, to: T): Promise<void> {
    const status = mergePatch(from.status, to.status);
    if (!status) return;
    const body = { status };
    await orUndefined(this.#objects.patchNamespacedCustomObjectStatus({ ...this.#key(from), body }, AS_MERGE_PATCH));
  }

  #key({ metadata }: T) {
    return { ...this.#resource, namespace: metadata.namespace, name: metadata.name };
  }
}

/** An object that goes away while it is being read or written is nothing to report. */
async function orUndefined<T>(request: Promise<T>): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof ApiException && error.code === 404) return undefined;
    throw error;
  }
}
