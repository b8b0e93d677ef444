// What a program takes that depends on the package kro-preview: docs/kro-preview-api.md is its page. What this project's
// own rooms take is index.ts, which changes without notice.

export { UserError } from "../console/index.ts";
export {
  type Child,
  type Crds,
  crdSchemas,
  type Definition,
  DefinitionError,
  type DefinitionResource,
  type Finding,
  type Instance,
  InstanceError,
  type Known,
  KnownAfterApply,
  type KubernetesObject,
  type Rendering,
  render,
  Secret,
  type Value,
  validate,
} from "../kro/index.ts";
export type { Action, ChangedObject, ChildChange, ChildRule, Danger, FieldChange } from "./changes.ts";
export { RULES as DANGER_RULES } from "./dangers/index.ts";
export { DANGERS } from "./dangers/names.ts";
export type { DangerRule } from "./dangers/rule.ts";
export { type DiffOptions, diff } from "./diff.ts";
export { formatHtml, type HtmlOptions } from "./format/html.ts";
export { formatJson } from "./format/json.ts";
export { formatMarkdown, type MarkdownOptions } from "./format/markdown.ts";
export { formatTree, type TreeOptions } from "./format/tree.ts";
export { formatYaml } from "./format/yaml.ts";
export { makeReport, type ReportOptions } from "./makeReport.ts";
export type { Look } from "./policy/look.ts";
export type { PodLook } from "./policy/pods.ts";
export {
  type Checked,
  type Exception,
  type Finding as PolicyFinding,
  makePolicy,
  type Policy,
  type PolicySettings,
} from "./policy/policy.ts";
export type { Child as PolicyChild, PolicyRule } from "./policy/rule.ts";
export { POLICY_RULES } from "./policy/rules.ts";
export type { Plan } from "./pulumi/plan.ts";
export type { InstanceChildChange, Report, ResourceChange } from "./report.ts";
export type { Cluster } from "./sources/cluster.ts";
export { type ClusterAddress, clusterAt } from "./sources/clusterAt.ts";
export type { DefinitionSource } from "./sources/definitions.ts";
export type { TextFile } from "./sources/files.ts";
export { manifestPlan } from "./sources/manifestPlan.ts";
export { type Located, type Manifests, ofFiles, readManifests } from "./sources/manifests.ts";
export { type Comparison, comparePaths, compareRevisions } from "./sources/sides.ts";
