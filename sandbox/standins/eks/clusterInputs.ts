import type { Input, Inputs } from "@pulumi/pulumi";
import { refusal } from "./eksProvider.ts";

/** Inputs of `eks.Cluster`, those of them that are implemented. */
export interface ClusterInputs {
  readonly name?: Input<string>;
  readonly version?: Input<string>;
  readonly endpointPublicAccess?: Input<boolean>;
  readonly endpointPrivateAccess?: Input<boolean>;
  readonly enabledClusterLogTypes?: Input<Input<string>[]>;
  readonly encryptionConfigKeyArn?: Input<string>;
}

const IMPLEMENTED = new Set([
  ...["authenticationMode", "autoMode", "enabledClusterLogTypes", "encryptionConfigKeyArn"],
  ...["endpointPrivateAccess", "endpointPublicAccess", "name", "version"],
]);

/** @throws Error that names what isn't implemented. */
export function checkInputs({ authenticationMode, autoMode, ...inputs }: Inputs): ClusterInputs {
  const given = Object.entries(inputs).filter(([, value]) => value !== undefined && value !== null);
  const unknown = given.map(([name]) => name).filter((name) => !IMPLEMENTED.has(name));
  if (unknown.length > 0) throw refusal(`eks:index:Cluster: the input ${unknown.join(", ")} is not implemented`);
  if (authenticationMode !== "API") {
    throw refusal(`eks:index:Cluster: authenticationMode ${authenticationMode} is not implemented, only API`);
  }
  // The SDK says createNodeRole itself.
  const { enabled, createNodeRole = true, ...others } = (autoMode ?? {}) as Record<string, unknown>;
  if (enabled !== true || createNodeRole !== true || Object.values(others).some((value) => value !== undefined)) {
    throw refusal("eks:index:Cluster: autoMode is implemented as { enabled: true }, and not otherwise");
  }
  return Object.fromEntries(given);
}
