import { ARGUMENTS } from "../argRules.ts";
import type { ArgRule } from "../rules/argRule.ts";
import type { AckTag } from "./ackTable.ts";

/** The API that the RGD makes: `kind: CartsStack`. */
export const API_VERSION = "kro.run/v1alpha1";
export const KIND = "CartsStack";

/** What `status.missing` says of a part when nothing is. */
export const DONE = "nothing";

/** `spec` of a CartsStack instance. */
export interface CartsStackSpec {
  readonly tableName: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly image: string;
  readonly imageVersion: string;
  /** `sha256:...`, or empty. */
  readonly imageDigest: string;
  readonly replicas: number;
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
  };
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  /** `key` of the Secret `secret` as the variable `name`. */
  readonly environmentFrom: readonly { readonly name: string; readonly secret: string; readonly key: string }[];
  readonly namespaceLabels: Readonly<Record<string, string>>;
  readonly namespaceAnnotations: Readonly<Record<string, string>>;
  readonly tags: readonly AckTag[];
  readonly tableProtection: "none" | "standard";
  /** Undefined for none, and as the API server fills it in, empty. */
  readonly tableKmsKey: string | undefined;
  readonly tableTtlAttribute: string | undefined;
  readonly tableOnDestroy: "retain" | "delete";
  readonly revision: string;
  /** There only where the API serves identities of ACK's. */
  readonly identity?: IdentitySpec;
}

/** Who makes the pods' role and association: Pulumi, or another outside of the graph, or ACK for the graph. */
export const IDENTITIES = ["pulumi", "ack"] as const;
export type IdentityMode = (typeof IDENTITIES)[number];

/** `spec.identity` of a CartsStack instance. */
export interface IdentitySpec {
  readonly mode: IdentityMode;
  /** Name of the EKS cluster, which an instance of the mode `ack` needs. */
  readonly clusterName?: string;
  /** What the role that is made may use. Default `table`. */
  readonly roleScope?: "cluster" | "table";
  /** ARN of a role that exists, or empty where one is made. Default empty. */
  readonly roleArn?: string;
  /** Id of an association that exists and is taken up, or empty. Default empty. */
  readonly associationId?: string;
}

/** `status` of a CartsStack instance: what kro itself reports, and what the RGD adds. */
export interface CartsStackStatus {
  /** ACTIVE, IN_PROGRESS, DELETING, ERROR or FAILED. */
  readonly state: string;
  readonly conditions: readonly { type: string; status: string; reason?: string; message?: string }[];
  readonly tableARN: string;
  readonly tableStatus: string;
  readonly serviceEndpoint: string;
  readonly clusterIP: string;
  readonly serviceAccount: string;
  readonly availableReplicas: number;
  /** What the instance still waits for, in words. */
  readonly missing: {
    readonly table: string;
    readonly pods: string;
    readonly role?: string;
    readonly association?: string;
  };
  /** Both are empty where the identity isn't ACK's, and there only where the API serves such. */
  readonly roleARN?: string;
  readonly associationID?: string;
}

type Markers = Readonly<Record<string, string | number | boolean | undefined>>;

/** A field in kro's SimpleSchema: its type, and markers that the API server enforces for everybody. */
const field = (type: string, markers: Markers): string =>
  [
    type,
    Object.entries(markers)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(" "),
  ].join(" | ");

/** The field of an argument, by the argument's rule. One that is `required` here has no default. */
const argument = (rule: ArgRule, markers: { readonly required?: true; readonly immutable?: true } = {}): string =>
  field(rule.type, {
    ...markers,
    default: markers.required ? undefined : (rule.default as string | number | undefined),
    minLength: rule.minLength,
    maxLength: rule.maxLength,
    pattern: rule.pattern,
    minimum: rule.minimum,
    enum: rule.enum?.join(),
    description: rule.description,
  });

const { requests, limits } = ARGUMENTS.resources.fields;

/**
 * The schema of the API, in kro's SimpleSchema. `immutable` is what keeps a table from being lost: in place, a new
 * `tableName` leaves the pods without a table, and a new `namespace` has ACK delete the table under the new owner.
 *
 * @see https://kro.run/api/specifications/simple-schema
 */
export const schemaSpec: Readonly<Record<Exclude<keyof CartsStackSpec, "identity">, unknown>> = {
  tableName: argument(ARGUMENTS.tableName, { required: true, immutable: true }),
  namespace: argument(ARGUMENTS.namespace, { required: true, immutable: true }),
  serviceAccount: argument(ARGUMENTS.serviceAccount),
  image: argument(ARGUMENTS.image),
  imageVersion: argument(ARGUMENTS.imageVersion),
  imageDigest: field("string", {
    default: "",
    pattern: "^(sha256:[0-9a-f]{64})?$",
    description: "Digest of the image: what runs, whatever the tag says.",
  }),
  replicas: argument(ARGUMENTS.replicas),
  resources: {
    requests: { cpu: argument(requests.fields.cpu), memory: argument(requests.fields.memory) },
    limits: { memory: argument(limits.fields.memory) },
  },
  environment: "[]EnvironmentVariable | default=[]",
  environmentFrom: "[]SecretVariable | default=[]",
  namespaceLabels: "map[string]string | default={}",
  namespaceAnnotations: "map[string]string | default={}",
  tags: "[]Tag | default=[]",
  tableProtection: argument(ARGUMENTS.tableProtection),
  tableKmsKey: argument({ ...ARGUMENTS.tableKmsKey, default: "" }),
  tableTtlAttribute: argument({ ...ARGUMENTS.tableTtlAttribute, default: "" }),
  tableOnDestroy: argument(ARGUMENTS.tableOnDestroy),
  revision: field("string", {
    default: "",
    description: "Digest of the ResourceGraphDefinition that the instance is to be brought to.",
  }),
};

/**
 * The further field of an API that serves identities of ACK's. All of it may be left out, so that kro takes it for a change that
 * breaks nothing, and instances that don't have it go on.
 *
 * @param mode - of an instance that doesn't say.
 */
const identitySchema = (mode: IdentityMode): Readonly<Record<keyof IdentitySpec, string>> => ({
  mode: field("string", {
    default: mode,
    enum: IDENTITIES.join(),
    description:
      "Who makes the role and the Pod Identity association: pulumi, or whoever else, outside of kro; or ack.",
  }),
  clusterName: argument(ARGUMENTS.clusterName, { immutable: true }),
  roleScope: argument({ ...ARGUMENTS.roleScope, default: "table" }),
  roleArn: field("string", {
    ...{ default: "", pattern: "^(arn:[a-z-]+:iam::[0-9]{12}:role/.+)?$" },
    description: "ARN of an IAM role that exists, to use in place of a new one.",
  }),
  associationId: field("string", {
    ...{ default: "", pattern: "^(a-[a-z0-9]+)?$" },
    description: "Id of a Pod Identity association that exists, to be taken up by ACK.",
  }),
});

/** The schema of an API that serves these identities. */
export const schemaSpecOf = (identities: readonly IdentityMode[]): Readonly<Record<string, unknown>> =>
  identities.includes("ack")
    ? { ...schemaSpec, identity: identitySchema(identities.includes("pulumi") ? "pulumi" : "ack") }
    : schemaSpec;

/** The types that schemaSpec names. */
export const schemaTypes = {
  EnvironmentVariable: { name: field("string", { required: true }), value: field("string", { required: true }) },
  SecretVariable: {
    name: field("string", { required: true }),
    secret: field("string", { required: true }),
    key: field("string", { required: true }),
  },
  Tag: { key: field("string", { required: true }), value: field("string", { required: true }) },
};
