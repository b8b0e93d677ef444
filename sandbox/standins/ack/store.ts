import {
  ApiException,
  CoreV1Api,
  CustomObjectsApi,
  type KubeConfig,
  PatchStrategy,
  setHeaderOptions,
} from "@kubernetes/client-node";
import { mergePatch } from "./mergePatch.ts";
import { TABLES, type Table } from "./table.ts";

const AS_MERGE_PATCH = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);

/** The Table objects in the API server, read without a cache as ACK does. */
export class TableStore {
  readonly #tables: CustomObjectsApi;
  readonly #core: CoreV1Api;

  constructor(config: KubeConfig) {
    this.#tables = config.makeApiClient(CustomObjectsApi);
    this.#core = config.makeApiClient(CoreV1Api);
  }

  /** Every Table of the cluster. */
  async list(): Promise<{ items: Table[] }> {
    return this.#tables.listClusterCustomObject({ ...TABLES });
  }

  /** The object, or undefined when it is gone. */
  async get(namespace: string, name: string): Promise<Table | undefined> {
    return orUndefined(
      this.#tables
        .getNamespacedCustomObject({ ...TABLES, namespace, name })
        .then((table) => ({ ...table, status: table.status ?? {} }) as Table),
    );
  }

  /** Annotations of a namespace; none when it is gone. */
  async namespaceAnnotations(name: string): Promise<Record<string, string>> {
    const namespace = await orUndefined(this.#core.readNamespace({ name }));
    return namespace?.metadata?.annotations ?? {};
  }

  /** Writes what changed in annotations, finalizers and spec. */
  async patchMetadataAndSpec(from: Table, to: Table): Promise<void> {
    const { annotations, finalizers } = from.metadata;
    const metadata = mergePatch(
      { annotations: annotations ?? {}, finalizers: finalizers ?? [] },
      { annotations: to.metadata.annotations ?? {}, finalizers: to.metadata.finalizers ?? [] },
    );
    const spec = mergePatch(from.spec, to.spec);
    if (!metadata && !spec) return;
    const body = { ...(metadata && { metadata }), ...(spec && { spec }) };
    await orUndefined(this.#tables.patchNamespacedCustomObject({ ...key(from), body }, AS_MERGE_PATCH));
  }

  /** Writes what changed in the status. */
  async patchStatus(from: Table, to: Table): Promise<void> {
    const status = mergePatch(from.status, to.status);
    if (!status) return;
    const body = { status };
    await orUndefined(this.#tables.patchNamespacedCustomObjectStatus({ ...key(from), body }, AS_MERGE_PATCH));
  }
}

function key(table: Table) {
  return { ...TABLES, namespace: table.metadata.namespace, name: table.metadata.name };
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
