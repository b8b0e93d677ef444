import type { PropertyChange } from "./propertyDiff.ts";
import type { PropertyPath } from "./propertyPath.ts";
import type { Properties } from "./values.ts";

/**
 * What a resource provider does, in plain values: the part of Pulumi's ResourceProvider protocol that a stand-in needs.
 * `serve` translates. A secret input comes back as a secret output at the same path without the provider's help.
 * A method that throws fails that operation with the error's message.
 * Protocol: https://pulumi-developer-docs.readthedocs.io/latest/docs/architecture/providers/implementers-guide.html
 */
export interface ResourceProvider {
  /** The package's name, for example `aws`. */
  readonly name: string;
  /** The package's version, without a `v`. */
  readonly version: string;
  /** Validates and fills in the provider's own config. Default: accepts it as it is. */
  checkConfig?(request: CheckRequest): Promise<CheckResult>;
  /** Compares two configs of the provider. Default: any difference is an update, none replaces. */
  diffConfig?(request: DiffRequest): Promise<DiffResult>;
  /** Takes the provider's config; values that are not texts may come as JSON texts. */
  configure(request: ConfigureRequest): Promise<void>;
  check(request: CheckRequest): Promise<CheckResult>;
  diff(request: DiffRequest): Promise<DiffResult>;
  create(request: CreateRequest): Promise<CreateResult>;
  /** Reads the live state, for refresh and import. Gives undefined when the resource does not exist. */
  read(request: ReadRequest): Promise<ReadResult | undefined>;
  update(request: UpdateRequest): Promise<UpdateResult>;
  /** Deletes the resource; finding nothing to delete is a success. */
  delete(request: DeleteRequest): Promise<void>;
  invoke(request: InvokeRequest): Promise<InvokeResult>;
  /** The package's schema as JSON. Default: only its name and version. */
  schema?(): Promise<string>;
}

/** What every request about one resource carries. */
export interface ResourceRequest {
  readonly urn: string;
  /** The resource's type, for example `aws:iam/role:Role`. */
  readonly type: string;
  /** The resource's name in the program. */
  readonly name: string;
  /** Aborts when the engine cancels (Ctrl-C) or gives up on the call. */
  readonly signal: AbortSignal;
}

/** The provider's configuration, before anything else is asked of it. */
export interface ConfigureRequest {
  readonly args: Properties;
  readonly signal: AbortSignal;
}

export interface CheckRequest extends ResourceRequest {
  /** The inputs of the last deployment; empty for a new resource. */
  readonly oldInputs: Properties;
  readonly inputs: Properties;
  /** Where in the new inputs the secrets are. */
  readonly secrets: readonly PropertyPath[];
  /** Bytes from which generated names derive, the same in a preview and the update that follows it. */
  readonly randomSeed: Uint8Array;
  /** The project's autonaming configuration for this resource, when there is one. */
  readonly autonaming?: Autonaming;
}

/** See https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming-configuration */
export interface Autonaming {
  readonly mode: "propose" | "enforce" | "disable";
  readonly proposedName: string;
}

export interface CheckResult {
  /** The inputs with defaults and generated names filled in. */
  readonly inputs: Properties;
  readonly failures?: readonly CheckFailure[];
  /** Paths that are secret besides those of the inputs given. */
  readonly secrets?: readonly PropertyPath[];
}

/** One thing wrong with the inputs; the engine stops before anything is created. */
export interface CheckFailure {
  /** The property at fault, in path notation; empty for the resource as a whole. */
  readonly property: string;
  readonly reason: string;
}

export interface DiffRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  /** The outputs of the last deployment or refresh. */
  readonly oldOutputs: Properties;
  readonly inputs: Properties;
  /** Paths of the resource's `ignoreChanges` option. */
  readonly ignoreChanges: readonly string[];
}

export interface DiffResult {
  /** Every difference, at the deepest paths. None means that nothing is to be done. */
  readonly changes: readonly PropertyChange[];
  /** Whether a replacement must delete the old resource first, as when both would have the same name. */
  readonly deleteBeforeReplace?: boolean;
  /** Whether the engine is told whole paths alone, and not which top-level properties they are in (the default). */
  readonly pathsOnly?: boolean;
}

export interface CreateRequest extends ResourceRequest {
  readonly inputs: Properties;
  /** Where in the inputs the secrets are. */
  readonly secrets: readonly PropertyPath[];
  /** Whether this is a preview: nothing may be made, and what only the real thing would tell is unknown. */
  readonly preview: boolean;
  /** The resource's custom timeout in seconds; undefined when the program gave none. */
  readonly timeoutSeconds?: number;
}

export interface CreateResult {
  /** The new resource's id; may be left out in a preview. */
  readonly id?: string;
  readonly outputs: Properties;
  /** Paths that are secret besides those of the inputs. */
  readonly secrets?: readonly PropertyPath[];
}

export interface ReadRequest extends ResourceRequest {
  readonly id: string;
  /** The last known outputs; empty when importing. */
  readonly oldOutputs: Properties;
  /** The last known inputs; empty when importing. */
  readonly oldInputs: Properties;
  /** Where in the inputs or outputs the secrets are. */
  readonly secrets: readonly PropertyPath[];
  readonly timeoutSeconds?: number;
}

export interface ReadResult {
  readonly id: string;
  readonly outputs: Properties;
  /** The inputs that would make the resource what it is now. */
  readonly inputs: Properties;
  readonly secrets?: readonly PropertyPath[];
}

export interface UpdateRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly inputs: Properties;
  /** Where in the new inputs the secrets are. */
  readonly secrets: readonly PropertyPath[];
  readonly ignoreChanges: readonly string[];
  readonly preview: boolean;
  readonly timeoutSeconds?: number;
}

export interface UpdateResult {
  readonly outputs: Properties;
  readonly secrets?: readonly PropertyPath[];
}

export interface DeleteRequest extends ResourceRequest {
  readonly id: string;
  readonly oldInputs: Properties;
  readonly oldOutputs: Properties;
  readonly timeoutSeconds?: number;
}

export interface InvokeRequest {
  /** The function's token, for example `aws:index/getRegion:getRegion`. */
  readonly token: string;
  readonly args: Properties;
  readonly preview: boolean;
  readonly signal: AbortSignal;
}

export interface InvokeResult {
  readonly value: Properties;
  readonly failures?: readonly CheckFailure[];
}
