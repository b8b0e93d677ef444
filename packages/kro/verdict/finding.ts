import type { Segment } from "../graph/fieldpath.ts";

/** What is said of an RGD. */
export interface Finding {
  readonly id: FindingId;
  /** An error: kro or the API server refuses the RGD. A note: they take it, and it may not be what is meant. */
  readonly severity: "error" | "note";
  /** Id of the node, or `schema`; empty where it is about the RGD itself. */
  readonly node: string;
  /** Within the node's template, or `schema`; empty where it is about the whole node. */
  readonly path: string;
  /** The expression, or the text with expressions, as written; undefined where it is about none. */
  readonly expression?: string;
  /** The half of a sentence. */
  readonly problem: string;
  readonly remedy?: string;
  /** The page or the file that says so. */
  readonly source: string;
  /** Where it is in the RGD, such as `["spec", "resources", 0, "template", "kind"]`, as far as there is something there. */
  readonly at: readonly Segment[];
}

const KRO = "https://github.com/kubernetes-sigs/kro/blob/v0.9.4";

interface Kind {
  readonly severity: Finding["severity"];
  readonly meaning: string;
  /** The first version of kro that says so; undefined for one that the versions before had as well. */
  readonly since?: string;
  readonly source: string;
}

const kinds = <Id extends string>(all: Readonly<Record<Id, Kind>>) => all;

/** Everything that may be found, in the order in which kro and the API server look. */
export const FINDINGS = kinds({
  "rgd-schema": {
    severity: "error",
    meaning: "the API server refuses the RGD by its version, by the schema of RGDs, or by its name",
    source: `${KRO}/helm/crds/kro.run_resourcegraphdefinitions.yaml`,
  },
  immutable: {
    severity: "error",
    meaning: "the API server refuses the change: `kind`, `apiVersion`, `group` and `scope` stay what they are",
    source: `${KRO}/helm/crds/kro.run_resourcegraphdefinitions.yaml`,
  },
  id: {
    severity: "error",
    meaning: "kro refuses the id of a node, or the name of an iterator",
    source: `${KRO}/pkg/graph/validation.go`,
  },
  node: {
    severity: "error",
    meaning: "kro refuses a node: its template, its externalRef, its iterators",
    source: `${KRO}/pkg/graph/validation.go`,
  },
  schema: {
    severity: "error",
    meaning: "kro, or the API server for it, refuses a field of `spec` or `types` in SimpleSchema",
    source: `${KRO}/pkg/simpleschema`,
  },
  expression: {
    severity: "error",
    meaning: "kro refuses an expression: its syntax, what it refers to, its type",
    source: "https://kro.run/docs/concepts/rgd/static-type-checking",
  },
  cycle: { severity: "error", meaning: "nodes wait for each other", source: `${KRO}/pkg/graph/dag/dag.go` },
  field: {
    severity: "error",
    meaning: "a kind of Kubernetes' own has no such field, or the field another type",
    source: `${KRO}/pkg/graph/parser/parser.go`,
  },
  status: {
    severity: "error",
    meaning: "kro refuses a field of `status`",
    source: `${KRO}/pkg/graph/builder.go`,
  },
  crd: {
    severity: "error",
    meaning: "the API server refuses the CRD that kro makes",
    source: "https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/",
  },
  "taken-api": {
    severity: "error",
    meaning: "kro refuses the RGD: another one has its API, whose CRD is that one's",
    source: `${KRO}/pkg/client/crd.go`,
  },
  "breaking-change": {
    severity: "error",
    meaning: "kro refuses the change: what an instance could say before, it could not say after",
    source: `${KRO}/pkg/graph/crd/compat/schema.go`,
  },
  "allowed-breaking-change": {
    severity: "note",
    meaning: "a change that kro would refuse without its annotation: instances may be refused from then on",
    source: `${KRO}/pkg/client/crd.go`,
  },
  "change-not-applied": {
    severity: "note",
    meaning: "kro does not see a change of this kind, and leaves the CRD as it is until something else in it changes",
    source: `${KRO}/pkg/client/crd.go`,
  },
  "unknown-key": {
    severity: "note",
    meaning: "a key that RGDs don't have: the API server drops it",
    source: `${KRO}/helm/crds/kro.run_resourcegraphdefinitions.yaml`,
  },
  "optional-list": {
    severity: "note",
    meaning: "a collection over a list that an instance may leave out: then kro can't make it",
    source: `${KRO}/pkg/runtime/node.go`,
  },
  "unserved-version": {
    severity: "note",
    meaning: "an alpha or beta version of Kubernetes' own, which an API server has only if it was told to",
    source: "https://kubernetes.io/docs/reference/using-api/#api-versioning",
  },
  "unterminated-expression": {
    severity: "note",
    meaning: "`${` that is never closed: text for kro 0.9, refused by 0.10",
    since: "0.10.0",
    source: "https://kro.run/0.10.0-rc.0/docs/upgrading/v0.10.0",
  },
  "reserved-later": {
    severity: "note",
    meaning: "an id, or the name of an iterator, that a later kro reserves: it refuses the RGD",
    since: "0.10.0",
    source: "https://kro.run/0.10.0-rc.0/docs/upgrading/v0.10.0",
  },
  "deletion-policy": {
    severity: "note",
    meaning:
      "`deletionPolicy` of a node, which no release of kro has: its main branch has an annotation for it, behind a feature gate",
    since: "main",
    source: "https://kro.run/next/docs/concepts/reconciliation/deletion-policy",
  },
  "external-fields": {
    severity: "note",
    meaning: "`externalFields` of a node, which no release of kro has: it is asked for, and on its way",
    since: "main",
    source: "https://github.com/kubernetes-sigs/kro/issues/1290",
  },
});

export type FindingId = keyof typeof FINDINGS;

/** The checks that a fault of an RGD may come from. */
export type Check = Extract<
  FindingId,
  "rgd-schema" | "id" | "node" | "schema" | "expression" | "cycle" | "field" | "status" | "crd"
>;
