import { DefinitionError } from "../errors.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import { keyProblem, valueProblem } from "../graph/selector.ts";
import type { Definition } from "../objects.ts";
import type { Value } from "../value.ts";
import { withDefaults } from "./defaults.ts";
import { valueProblems } from "./validate.ts";

const text: JsonSchema = { type: "string" };
const texts: JsonSchema = { type: "array", items: text };
const textMap: JsonSchema = { type: "object", additionalProperties: text };
const open: JsonSchema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
const object = (properties: JsonSchema["properties"] & {}, required: readonly string[] = []): JsonSchema => ({
  type: "object",
  properties,
  required,
});
/** A pattern of ours, of which Go and JavaScript think alike. */
const like = (pattern: RegExp): JsonSchema => ({ pattern: pattern.source, ownPattern: pattern });
const aliases: JsonSchema = {
  type: "array",
  items: { type: "string", maxLength: 63, ...like(/^[a-z]([-a-z0-9]*[a-z0-9])?$/) },
  maxItems: 32,
  listType: "set",
};

/**
 * `spec` of an RGD, as its CRD has it.
 *
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/helm/crds/kro.run_resourcegraphdefinitions.yaml
 */
const SPEC: JsonSchema = object(
  {
    schema: object(
      {
        apiVersion: { type: "string", ...like(/^v[0-9]+(alpha[0-9]+|beta[0-9]+)?$/), immutable: true },
        kind: { type: "string", ...like(/^[A-Z][a-zA-Z0-9]{0,62}$/), immutable: true },
        group: { type: "string", default: "kro.run", immutable: true },
        scope: { type: "string", enum: ["Namespaced", "Cluster"], default: "Namespaced", immutable: true },
        spec: open,
        types: open,
        status: open,
        shortNames: aliases,
        categories: aliases,
        metadata: object({ labels: textMap, annotations: textMap }),
        additionalPrinterColumns: {
          type: "array",
          items: object(
            {
              ...{ name: text, type: text, jsonPath: text, description: text, format: text },
              priority: { type: "integer" },
            },
            ["name", "type", "jsonPath"],
          ),
        },
      },
      ["apiVersion", "kind", "scope"],
    ),
    resources: {
      type: "array",
      items: object(
        {
          id: text,
          template: open,
          externalRef: object(
            {
              apiVersion: text,
              kind: text,
              metadata: object({
                name: { type: "string", minLength: 1 },
                namespace: text,
                selector: { "x-kubernetes-preserve-unknown-fields": true },
              }),
            },
            ["apiVersion", "kind", "metadata"],
          ),
          readyWhen: texts,
          includeWhen: texts,
          forEach: { type: "array", items: { ...textMap, minProperties: 1, maxProperties: 1 } },
        },
        ["id"],
      ),
    },
  },
  ["schema"],
);

const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** What the API server says to an RGD before kro sees it. */
export interface Admission {
  readonly refused: readonly DefinitionError[];
  /** Keys that RGDs don't have. */
  readonly unknown: readonly DefinitionError[];
}

/** Holds an RGD against the schema of RGDs. What is secret, or not known yet, passes. */
export function admit({ apiVersion, metadata, spec }: Definition): Admission {
  const given = withDefaults((spec ?? {}) as unknown as Value, SPEC);
  const found = valueProblems(given, SPEC, "spec");
  const ids = (spec?.resources as readonly { readonly id?: unknown }[] | undefined) ?? [];
  const faultOf = ({ path, problem }: { readonly path: string; readonly problem: string }) =>
    placed(path, problem, ids);
  return {
    refused: [
      ...versionFaults(apiVersion),
      ...nameFaults(metadata?.name),
      ...found.filter(({ unknown }) => !unknown).map(faultOf),
    ],
    unknown: found.filter(({ unknown }) => unknown).map(faultOf),
  };
}

/** A problem at a path of the RGD, as one of a node. */
function placed(path: string, problem: string, resources: readonly { readonly id?: unknown }[]): DefinitionError {
  const [, index, within = ""] = /^spec\.resources\[(\d+)\]\.?(.*)$/s.exec(path) ?? [];
  if (index !== undefined) {
    const id = resources[Number(index)]?.id;
    const fault = new DefinitionError(typeof id === "string" ? id : `resources[${index}]`, within, undefined, problem);
    fault.resource = Number(index);
    return fault;
  }
  const [, field] = /^spec\.schema(?:\.(.*))?$/s.exec(path) ?? [];
  return path.startsWith("spec.schema")
    ? new DefinitionError("schema", field ?? "", undefined, problem)
    : new DefinitionError("", path, undefined, problem);
}

/** The version of RGDs that kro 0.9.4 serves. */
const RGD_VERSION = "kro.run/v1alpha1";

function versionFaults(apiVersion: string | undefined): DefinitionError[] {
  if (apiVersion === undefined || apiVersion === RGD_VERSION) return [];
  const problem = `kro 0.9.4 serves RGDs as ${RGD_VERSION}, and not as ${apiVersion}`;
  return [new DefinitionError("", "apiVersion", undefined, problem)];
}

function nameFaults(name: unknown): DefinitionError[] {
  if (typeof name !== "string") return [];
  const fault = (problem: string) => [new DefinitionError("", "metadata.name", undefined, `"${name}" ${problem}`)];
  if (!DNS_NAME.test(name)) return fault('must be small letters, digits, "-" and "."');
  // kro labels what it makes with the name, and a label has no more.
  return name.length > 63 ? fault("has more than the 63 characters that kro can use in a label") : [];
}

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];

/** What the API server would refuse in the CRD that kro makes of an RGD, but for the fields of its schema. */
export function crdFaults({ spec: { schema } }: Definition): DefinitionError[] {
  const {
    kind,
    group = "",
    metadata,
    additionalPrinterColumns = [],
  } = schema as Definition["spec"]["schema"] & CrdParts;
  const faults: DefinitionError[] = [];
  const add = (path: string, problem: string | undefined) => {
    if (problem) faults.push(new DefinitionError("schema", path, undefined, problem));
  };
  if (typeof kind === "string") add("kind", kindProblem(kind));
  if (group && typeof group === "string") add("group", groupProblem(group, metadata?.annotations ?? {}));
  for (const [key, value] of Object.entries(metadata?.labels ?? {})) {
    add("metadata.labels", keyProblem(key) ?? (typeof value === "string" ? valueProblem(value) : undefined));
  }
  for (const key of Object.keys(metadata?.annotations ?? {})) {
    add("metadata.annotations", keyProblem(key.toLowerCase()) && `"${key}" can't be the key of an annotation`);
  }
  for (const [i, { type, jsonPath }] of additionalPrinterColumns.entries()) {
    const at = `additionalPrinterColumns[${i}]`;
    if (!COLUMN_TYPES.includes(type)) add(`${at}.type`, `"${type}" must be one of ${COLUMN_TYPES.join(", ")}`);
    if (!jsonPath.startsWith(".")) add(`${at}.jsonPath`, `"${jsonPath}" must begin with a dot`);
  }
  return faults;
}

interface CrdParts {
  readonly metadata?: {
    readonly labels?: Readonly<Record<string, unknown>>;
    readonly annotations?: Readonly<Record<string, unknown>>;
  };
  readonly additionalPrinterColumns?: readonly { readonly type: string; readonly jsonPath: string }[];
}

/**
 * Abbreviations of kro's pluralizer that end with an S: of `dns` it makes `dnsDNSes`.
 *
 * @see https://github.com/gobuffalo/flect/blob/v1.0.3/pluralize.go
 */
const ABBREVIATIONS = /^(aes|bss|cmos|des|dns|ess|fcs|https|ids|ips|mpls|pots)$/i;

/** Of the name of the kind's list, `<kind>List`. */
const MAX_NAME = 63;

function kindProblem(kind: string): string | undefined {
  if (ABBREVIATIONS.test(kind)) {
    const plural = `${kind.toLowerCase()}${kind.slice(0, -1).toUpperCase()}Ses`;
    return `kro's plural of "${kind}" is ${plural}, and a CRD's name has no capitals`;
  }
  return kind.length + "List".length > MAX_NAME
    ? `"${kind}List", which names lists of it, has more than ${MAX_NAME} characters`
    : undefined;
}

function groupProblem(group: string, annotations: Readonly<Record<string, unknown>>): string | undefined {
  if (!DNS_NAME.test(group)) return `"${group}" must be a domain in small letters`;
  if (!group.includes(".")) return `"${group}" must be a domain with at least one dot`;
  const isProtected = /(^|\.)(k8s|kubernetes)\.io$/.test(group);
  if (!isProtected || annotations["api-approved.kubernetes.io"]) return undefined;
  return `"${group}" is Kubernetes' own: the CRD would need the annotation api-approved.kubernetes.io`;
}

/** The fields of an RGD's schema that can't be changed. */
export const IMMUTABLE_FIELDS = ["apiVersion", "kind", "group", "scope"] as const;
