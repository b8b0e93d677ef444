import type { Definition, Instance } from "../../kro/index.ts";
import type { DefinitionSource } from "./definitions.ts";

/** A cluster that can be asked for RGDs, and for instances of them. */
export interface Cluster extends DefinitionSource {
  /**
   * Every instance of an RGD, whoever owns it, as its owner declares it.
   *
   * @throws Error that says why the cluster could not be asked.
   */
  instancesOf(definition: Definition): Promise<readonly Instance[]>;
}
