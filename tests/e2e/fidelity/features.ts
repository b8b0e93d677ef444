import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import type { Definition, Instance, KubernetesObject } from "../../../packages/kro/index.ts";
import type { Trial } from "./trial.ts";

const FOLDER = join(import.meta.dirname, "features");

const documentsOf = (file: string): (Definition & Instance)[] =>
  parseAllDocuments(readFileSync(join(FOLDER, file), "utf8")).map((document) => document.toJS());

/** What the RGDs need in the cluster. */
export const featureFixtures = documentsOf("fixtures.yaml") as unknown as readonly KubernetesObject[];

const documents = readdirSync(FOLDER)
  .filter((file) => file !== "fixtures.yaml")
  .flatMap(documentsOf);

/** An RGD for each feature of kro's documentation, with instances; those that the API server refuses are called so. */
export const features: readonly Trial[] = documents
  .filter(({ kind }) => kind === "ResourceGraphDefinition")
  .map((definition) => ({
    definition,
    instances: documents.filter(({ kind }) => kind === definition.spec.schema.kind),
  }));

/**
 * kro's features, by the page of its documentation: the RGD that has it, and what of its text shows that.
 *
 * @see https://kro.run/docs/overview
 */
export const FEATURES: Readonly<Record<string, Readonly<Record<string, readonly [rgd: string, text: RegExp]>>>> = {
  "api/specifications/simple-schema": {
    "string, integer, float, boolean": ["types-basic", /"string.*"integer.*"float.*"boolean/],
    "structure types": ["types-objects", /"ports":\{"http":"integer/],
    "unstructured objects": ["types-objects", /"free":"object"/],
    arrays: ["types-arrays", /"\[\]string"/],
    "nested arrays": ["types-arrays", /"\[\]\[\]integer"/],
    maps: ["types-maps", /"map\[string\]string"/],
    "nested maps": ["types-maps", /"map\[string\]map\[string\]boolean"/],
    "custom types": ["types-custom", /"types":\{.*"Server"/],
    "custom types in custom types, aliases": ["types-custom", /"Host":"string \| minLength=3"/],
    required: ["markers-required", /required=true/],
    default: ["markers-default", /default=/],
    description: ["markers-immutable", /description=/],
    enum: ["markers-enum", /enum=/],
    "minimum, maximum": ["markers-numbers", /minimum=1 maximum=10/],
    immutable: ["markers-immutable", /immutable=true/],
    pattern: ["markers-text", /pattern=/],
    "minLength, maxLength": ["markers-text", /minLength=2 maxLength=3/],
    uniqueItems: ["markers-lists", /uniqueItems=true/],
    "minItems, maxItems": ["markers-lists", /minItems=1 maxItems=3/],
    "listType, listMapKey": ["markers-lists", /listType=map listMapKey=name/],
    validation: ["markers-validation", /validation=/],
    "status fields": ["status-fields", /"status":\{"name":"\$\{config/],
    "printer columns": ["printer-columns", /additionalPrinterColumns/],
  },
  "docs/concepts/rgd/schema": {
    "cluster scope": ["scope-cluster", /"scope":"Cluster"/],
    "labels and annotations of the CRD": ["printer-columns", /"example.com\/made":"by-kro"/],
    "short names, categories": ["printer-columns", /shortNames.*categories/],
    "structured status fields": ["status-fields", /"nested":\{/],
    "string templates in a status": ["status-fields", /metadata.name\}-\$\{schema/],
  },
  "docs/concepts/rgd/cel-expressions": {
    "string templates": ["cel-templates", /http:\/\/\$\{/],
    "braces, dollars and what is never closed": ["cel-templates", /a \$\{schema.spec.host"/],
    optionals: ["cel-optionals", /orValue/],
    "optional entries of lists and maps": ["cel-optionals", /\[\?schema.spec/],
    "has, conditional values": ["cel-optionals", /has\(schema/],
    operators: ["cel-operators", /in schema.spec.l/],
    "conversions, times": ["cel-conversions", /timestamp\(/],
    "macros, bindings": ["cel-macros", /cel.bind\(/],
    "null for what is not there": ["cel-optionals", /"maybe":"\$\{schema.spec.\?nick\}"/],
  },
  "docs/concepts/rgd/cel-libraries": {
    hash: ["cel-maps-json", /hash.sha256/],
    json: ["cel-maps-json", /json.unmarshal/],
    random: ["cel-maps-json", /random.seededString/],
    maps: ["cel-maps-json", /merge\(/],
    "index mutation": ["cel-lists", /lists.setAtIndex/],
    strings: ["cel-strings", /strings.quote/],
    "lists of cel-go": ["cel-lists", /sortBy/],
    encoders: ["cel-maps-json", /base64.decode/],
    "two-variable comprehensions": ["cel-macros", /transformMapEntry/],
    urls: ["cel-network", /getHostname/],
    regex: ["cel-regex", /findAll/],
    quantity: ["cel-quantity", /isLessThan/],
    "lists of Kubernetes": ["cel-lists", /isSorted/],
    ip: ["cel-network", /family\(\)/],
    cidr: ["cel-network", /containsIP/],
    semver: ["cel-quantity", /semver\(/],
    runtime: ["status-conditions", /runtime.newCondition/],
  },
  "docs/concepts/rgd/resource-definitions": {
    includeWhen: ["include-when", /"includeWhen":\["\$\{schema/],
    "several conditions": ["include-when", /"includeWhen":\[.*", ?"\$\{schema/],
    "what needs an ignored node": ["include-when", /\$\{both.metadata.name\}/],
    "a condition on another node": ["include-when-node", /"includeWhen":\["\$\{base/],
    readyWhen: ["ready-when", /"readyWhen":\["\$\{ns/],
    "readyWhen of a collection": ["ready-when", /"readyWhen":\["\$\{each/],
    forEach: ["for-each", /"forEach":\[\{"name"/],
    "two dimensions": ["for-each", /"forEach":\[\{"name":[^{}]*\{[^{}]*\}"\},\{"tier"/],
    "over a map's keys": ["for-each", /map\(k, k\)/],
    "a collection of a collection": ["for-each", /"original":"\$\{one\}"/],
    "references to a collection": ["for-each", /one.map\(o/],
    "an empty collection": ["for-each", /empty.size\(\)/],
    "a conditional collection": ["include-when-node", /"includeWhen":[^\]]*\],"forEach"/],
    "externalRef by name": ["external-name", /"externalRef":.*"name":"shared"/],
    "externalRef in the instance's namespace": ["external-name", /"metadata":\{"name":"shared-here"\}/],
    "externalRef by labels": ["external-selector", /matchLabels/],
    "externalRef in all namespaces": ["external-selector", /"metadata":\{"selector":\{"matchExpressions"/],
    "expressions in a CRD": ["kinds-crd", /CustomResourceDefinition.*"example.com\/by":"\$\{/],
  },
  "docs/concepts/rgd": {
    "dependencies and their order": ["dependencies", /left.data.of \+ right.data.of/],
    "custom status conditions": ["status-conditions", /'Ready', status: runtime.condition/],
    "ids that are words of CEL": ["dependencies", /"id":"list"/],
  },
  "docs/building-abstractions": {
    "an RGD of an RGD": ["chain-outer", /"kind":"ChainInner"/],
    "waiting for the inner one": ["chain-outer", /inner.status.\?made/],
  },
  "kinds of Kubernetes": {
    "StatefulSet, DaemonSet, Deployment": ["kinds-workloads", /StatefulSet.*DaemonSet.*Deployment/],
    "Job, CronJob": ["kinds-workloads", /"Job".*"CronJob"/],
    "Service, Ingress, NetworkPolicy": ["kinds-network", /Service.*Ingress.*NetworkPolicy/],
    RBAC: ["kinds-rbac", /"Role".*RoleBinding.*ClusterRole.*ClusterRoleBinding/],
    "HorizontalPodAutoscaler, PodDisruptionBudget": ["kinds-limits", /HorizontalPodAutoscaler.*PodDisruptionBudget/],
    "ResourceQuota, LimitRange, PriorityClass": ["kinds-limits", /ResourceQuota.*LimitRange.*PriorityClass/],
    "PersistentVolumeClaim, StorageClass": ["kinds-storage", /PersistentVolumeClaim.*StorageClass/],
    "Secret with stringData": ["kinds-storage", /stringData/],
  },
};
