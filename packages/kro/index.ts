export { refusedChanges } from "./apiserver/refused.ts";
export { open } from "./cel/unstructured.ts";
export { DefinitionError, InstanceError } from "./errors.ts";
export { compile } from "./graph/builder.ts";
export { ALLOW_BREAKING_CHANGES, breakingChanges } from "./graph/crd/compat.ts";
export type { Graph } from "./graph/graph.ts";
export { fieldPath } from "./graph/schema/jsonSchema.ts";
export { groupOf, instanceGvk, parseGroupVersion } from "./metadata/groupVersion.ts";
export { identityOf, namespacedName, titleOf } from "./metadata/identity.ts";
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
export { type Child, type Rendering, render } from "./runtime/runtime.ts";
