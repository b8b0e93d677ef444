import { compile } from "../graph/builder.ts";
import type { Definition, Instance } from "../objects.ts";
import { immutableChanges } from "./immutable.ts";
import { completeInstance } from "./instance.ts";

/**
 * Paths of what an update of an instance changes and the API server refuses to change.
 *
 * @param definition - the RGD after the update.
 * @throws InstanceError for an instance that the API server refuses anyway.
 */
export function refusedChanges(definition: Definition, before: Instance, after: Instance): string[] {
  const { schema } = compile(definition);
  return immutableChanges(completeInstance(before, schema), completeInstance(after, schema), schema);
}
