export { open } from "./celValues.ts";
export { compile } from "./compile.ts";
export { ALLOW_BREAKING_CHANGES, breakingChanges } from "./crd/compat.ts";
export { refusedChanges } from "./crd/refused.ts";
export { DefinitionError, InstanceError } from "./errors.ts";
export type { Graph } from "./graph.ts";
export { groupOf, identityOf } from "./identity.ts";
export {
  type Definition,
  type Instance,
  isList,
  isMap,
  KnownAfterApply,
  type KubernetesObject,
  Secret,
  type Value,
} from "./objects.ts";
export { type Child, type Rendering, render } from "./render.ts";
export { fieldPath } from "./schema/jsonSchema.ts";
