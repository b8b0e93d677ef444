import type { Definition, Instance } from "../../kro/index.ts";
import type { Api, DefinitionSource, PlannedDefinition } from "./definitions.ts";

/** Which kro a cluster has. */
export interface KroVersion {
  /** Such as `0.9.4`. */
  readonly version: string;
  /** The half of a sentence that says how that is known. */
  readonly by: string;
}

/** A cluster that can be asked for RGDs, and for instances of them. */
export interface Cluster extends DefinitionSource {
  /**
   * Every instance of an RGD, whoever owns it, as its owner declares it. With kro's labels: they say what it is within.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  instancesOf(definition: Definition): Promise<readonly Instance[]>;
  /**
   * Every RGD.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  definitions?(): Promise<readonly PlannedDefinition[]>;
  /**
   * The CustomResourceDefinitions of kinds, as far as the cluster has them. No others are read.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  crdsOf?(kinds: readonly Api[]): Promise<readonly unknown[]>;
  /**
   * Which kro it has; undefined where nothing tells.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  kroVersion?(): Promise<KroVersion | undefined>;
}
