import { DefinitionError, InstanceError } from "../kro/index.ts";

/** What `work` returns, or what is wrong with an RGD or an instance. */
export function attempt<T>(work: () => T): T | DefinitionError | InstanceError {
  try {
    return work();
  } catch (error) {
    if (error instanceof DefinitionError || error instanceof InstanceError) return error;
    throw error;
  }
}
