// What kro 0.9.4 makes of an RGD and an instance, and what the API server makes of that, without a cluster. The folders
// are kro's packages: graph/, cel/, simpleschema/, runtime/, metadata/; apiserver/ is Kubernetes' own part.

export { withDefaults } from "./apiserver/defaults.ts";
export { refusedChanges, refusedUpdate } from "./apiserver/immutable.ts";
export { type Former, withKept, withoutDefaults } from "./apiserver/kept.ts";
export { DefinitionError, faultText, InstanceError } from "./errors.ts";
export { buildGraph, isKnownKind } from "./graph/builder.ts";
export { ALLOW_BREAKING_CHANGES, breakingChanges } from "./graph/crd/compat.ts";
export { fieldPath } from "./graph/fieldpath.ts";
export type { Graph } from "./graph/graph.ts";
export { type Crds, crdSchemas } from "./graph/schema/crds.ts";
export { fieldSchema, type JsonSchema } from "./graph/schema/jsonSchema.ts";
export type { Known } from "./graph/schema/kinds.ts";
export { resolveSchema } from "./graph/schema/resolver.ts";
export { hasOwnConditions } from "./graph/status.ts";
export { groupOf, instanceGvk } from "./metadata/groupVersion.ts";
export { identityOf, namespacedName, titleOf } from "./metadata/identity.ts";
export type { Definition, DefinitionResource, Instance, KubernetesObject } from "./objects.ts";
export { OUTER } from "./runtime/nested.ts";
export type { Child } from "./runtime/node.ts";
export { type Observed, readinessOf, withObserved } from "./runtime/observed.ts";
export { type Rendering, render } from "./runtime/runtime.ts";
export { isList, isMap, KnownAfterApply, Secret, type Value } from "./value.ts";
export { immutableChanges } from "./verdict/changes.ts";
export { FINDINGS, type Finding, type FindingId } from "./verdict/finding.ts";
export { validate } from "./verdict/validate.ts";
