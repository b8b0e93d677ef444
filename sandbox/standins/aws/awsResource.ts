import type { Properties, PropertyValue } from "../plugin/values.ts";
import type { AwsClients } from "./awsClients.ts";
import type { ProviderConfig } from "./providerConfig.ts";

/** What a resource's operations work with. */
export interface AwsContext {
  readonly clients: AwsClients;
  readonly config: ProviderConfig;
  /** Aborts when the user cancels. */
  readonly signal: AbortSignal;
  /** How long to wait for a change to be known everywhere, in milliseconds. */
  readonly propagationMilliseconds: number;
}

/** One input of a resource type. */
export interface InputSpec {
  /** `policy` is an IAM policy document: JSON text, or the object itself. `texts` is a set: their order means nothing. */
  readonly type: "string" | "boolean" | "integer" | "tags" | "policy" | "texts" | "object";
  /** The fields of an `object`. */
  readonly fields?: Readonly<Record<string, InputSpec>>;
  readonly required?: boolean;
  /** Whether a change makes a new resource. */
  readonly forceNew?: boolean;
  readonly default?: PropertyValue;
  /** Whether AWS chooses a value when the program gives none, so that leaving it out changes nothing. */
  readonly computed?: boolean;
  /** The longest name allowed, for the input that is named automatically. */
  readonly autonameLength?: number;
  /** For a policy document: whether it is kept with `Version` first. */
  readonly versionFirst?: boolean;
  /** Gives what is wrong with a known value of the right type, or undefined. */
  readonly problem?: (value: PropertyValue) => string | undefined;
}

/** A resource as it is: the outputs without the id. */
export interface LiveResource {
  readonly id: string;
  readonly outputs: Properties;
}

/** A resource type: its inputs, and how it is made, read, changed and deleted. */
export interface AwsResource {
  /** Pulumi's type token, for example `aws:iam/role:Role`. */
  readonly type: string;
  readonly inputs: Readonly<Record<string, InputSpec>>;
  /** Inputs of the official provider that the stand-in refuses. */
  readonly refusedInputs: readonly string[];
  /** Outputs that are not inputs too, unknown until the resource is created. */
  readonly computed: readonly string[];
  /** Outputs among them that an update may change. */
  readonly volatile?: readonly string[];
  /**
   * Makes the resource. `planned` has the defaults filled in, and `tagsAll` for a type with tags. Gives the outputs, or
   * leaves it to a read afterwards.
   */
  create(planned: Properties, context: AwsContext): Promise<{ id: string; outputs?: Properties }>;
  /** Waits until the resource, whose id is known by now, can be used. What it throws leaves it in the state. */
  ready?(id: string, planned: Properties, context: AwsContext): Promise<void>;
  /** Reads it by id, or by what it is imported with; undefined when it does not exist. `known` is what the state says. */
  read(id: string, known: Properties, context: AwsContext): Promise<LiveResource | undefined>;
  /** Turns `current` (the last outputs) into `planned`; gives the new outputs. */
  update(id: string, current: Properties, planned: Properties, context: AwsContext): Promise<Properties>;
  /** Deletes it; finding nothing is a success. */
  delete(id: string, known: Properties, context: AwsContext): Promise<void>;
}

/** A known text property; throws when it is not one. */
export function text(properties: Properties, name: string): string {
  const value = properties[name];
  if (typeof value !== "string") throw new Error(`${name} is not a text`);
  return value;
}

/** A text property, with undefined for an absent or empty one. */
export function optionalText(properties: Properties, name: string): string | undefined {
  return properties[name] === undefined || properties[name] === null ? undefined : text(properties, name) || undefined;
}
