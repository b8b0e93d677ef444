export { attempt } from "./attempt.ts";
export type { ChildChange, FieldChange } from "./changes.ts";
export { checkReportFiles, type ReportOptions, withReport, writeReport } from "./command/reporting.ts";
export { DANGERS } from "./dangers/names.ts";
export { diff } from "./diff.ts";
export type { Drift, DriftedField, Stray } from "./drift.ts";
export { fieldChanges } from "./fieldChanges.ts";
export { FOLLOWED } from "./followed.ts";
export { driftLines, driftText } from "./format/drift.ts";
export { formatHtml } from "./format/html.ts";
export { formatMarkdown } from "./format/markdown.ts";
export { formatTree } from "./format/tree.ts";
export { valueText, valueTexts } from "./format/values.ts";
export { withoutApplied } from "./lastApplied.ts";
export { makeReport } from "./makeReport.ts";
export { policyOf } from "./policy/options.ts";
export { type Exception, makePolicy } from "./policy/policy.ts";
export { POLICY_RULES } from "./policy/rules.ts";
export { isMaskedStep, unmaskDefinition, unmaskStep } from "./pulumi/masks.ts";
export { type Plan, type PlannedChange, providerUrn, type Step, toChanges } from "./pulumi/plan.ts";
export { type Inputs, PULUMI_SIGNATURE, parsePath, revealed, toInputs, toSides } from "./pulumi/values.ts";
export { everyChild } from "./renderInstances.ts";
export type { Report } from "./report.ts";
export { clusterSource } from "./sources/clusterSource.ts";
export { reachBy } from "./sources/connect.ts";
export {
  DEFINITION_TYPE,
  type DefinitionSource,
  foreignDefinition,
  type PlannedDefinition,
  plannedDefinitions,
  sourceOf,
} from "./sources/definitions.ts";
export { instanceChanges, type PlannedInstance, plannedInstances } from "./sources/instances.ts";
export { kroDeployments, kroVersion } from "./sources/kroVersion.ts";
export { lookUpDefinitions } from "./sources/lookup.ts";
export { yamlSource } from "./sources/yaml.ts";
