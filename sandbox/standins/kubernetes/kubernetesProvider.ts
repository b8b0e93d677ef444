import { log } from "../plugin/engineLog.ts";
import type {
  CheckRequest,
  CheckResult,
  ConfigureRequest,
  CreateRequest,
  CreateResult,
  DeleteRequest,
  DiffRequest,
  DiffResult,
  InvokeRequest,
  InvokeResult,
  ReadRequest,
  ReadResult,
  ResourceProvider,
  UpdateRequest,
  UpdateResult,
} from "../plugin/resourceProvider.ts";
import { checkResource } from "./check.ts";
import { ClusterConnection } from "./clusterConnection.ts";
import { createResource } from "./create.ts";
import { deleteResource } from "./delete.ts";
import { diffResource } from "./diff.ts";
import type { Operations } from "./operations.ts";
import { configChanges, configFailures, type ProviderConfig, readProviderConfig } from "./providerConfig.ts";
import { readResource } from "./read.ts";
import { StandInError } from "./standInError.ts";
import { updateResource } from "./update.ts";

/** Custom resources, and a few built-in kinds, as the official `kubernetes` plugin manages them. */
export class KubernetesProvider implements ResourceProvider {
  readonly name = "kubernetes";
  readonly version: string;
  #configured: Operations | undefined;

  constructor(version: string) {
    this.version = version;
  }

  async checkConfig(request: CheckRequest): Promise<CheckResult> {
    return { inputs: request.inputs, failures: configFailures(request) };
  }

  async diffConfig(request: DiffRequest): Promise<DiffResult> {
    const { changed, replacing } = configChanges(request);
    const changes = changed.map((key) => ({ path: [key], kind: "update", replace: replacing.includes(key) }) as const);
    return { changes };
  }

  async configure({ args }: ConfigureRequest): Promise<void> {
    const config: ProviderConfig = readProviderConfig(args);
    const userAgent = `pulumi-kubernetes/${this.version} (${process.platform}/${process.arch}) stand-in`;
    this.#configured = { config, connection: await ClusterConnection.open(config, userAgent) };
  }

  async check(request: CheckRequest): Promise<CheckResult> {
    const { config, connection } = this.#operations;
    if (connection.unreachable !== undefined && config.skipUpdateUnreachable) {
      const skipping = "Cluster is unreachable but skipUpdateUnreachable flag is set to true, skipping...";
      void log("warning", skipping, request.urn);
      return { inputs: request.oldInputs };
    }
    return checkResource(request, connection);
  }

  async diff(request: DiffRequest): Promise<DiffResult> {
    const { config, connection } = this.#operations;
    return diffResource(request, connection, config);
  }

  create(request: CreateRequest): Promise<CreateResult> {
    return createResource(request, this.#operations);
  }

  read(request: ReadRequest): Promise<ReadResult | undefined> {
    return readResource(request, this.#operations);
  }

  update(request: UpdateRequest): Promise<UpdateResult> {
    return updateResource(request, this.#operations);
  }

  delete(request: DeleteRequest): Promise<void> {
    return deleteResource(request, this.#operations);
  }

  async invoke({ token }: InvokeRequest): Promise<InvokeResult> {
    throw new StandInError(`the function ${token} is not implemented`);
  }

  get #operations(): Operations {
    if (!this.#configured) throw new Error("the provider is not configured");
    return this.#configured;
  }
}
