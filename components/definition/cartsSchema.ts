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
  readonly replicas: number;
  readonly resources: {
    readonly requests: { readonly cpu: string; readonly memory: string };
    readonly limits: { readonly memory: string };
  };
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly tags: readonly AckTag[];
  readonly tableOnDestroy: "retain" | "delete";
  readonly revision: string;
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
  readonly missing: { readonly table: string; readonly pods: string };
}

/** What the workshop takes for each field that an instance may leave out. */
export const DEFAULTS = {
  serviceAccount: "carts",
  image: "public.ecr.aws/aws-containers/retail-store-sample-cart",
  imageVersion: "1.3.0",
  replicas: 1,
  resources: { requests: { cpu: "250m", memory: "1Gi" }, limits: { memory: "1Gi" } },
  tableOnDestroy: "retain",
} as const satisfies Partial<CartsStackSpec>;

/** Rules for names, as regular expressions that Kubernetes, the API server's CRD and this program all read alike. */
export const PATTERNS = {
  dnsLabel: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  tableName: "^[a-zA-Z0-9_.-]+$",
  image: "^[a-z0-9][a-z0-9._:/-]*$",
  imageVersion: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
  quantity: "^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|Ki|Mi|Gi|Ti)?$",
} as const;

type Markers = Readonly<Record<string, string | number | boolean>>;

/** A field in kro's SimpleSchema: its type, and markers that the API server enforces for everybody. */
const field = (type: string, markers: Markers): string =>
  [
    type,
    Object.entries(markers)
      .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
      .join(" "),
  ].join(" | ");

/**
 * The schema of the API, in kro's SimpleSchema. `immutable` is what keeps a table from being lost: in place, a new
 * `tableName` leaves the pods without a table, and a new `namespace` has ACK delete the table under the new owner.
 *
 * @see https://kro.run/api/specifications/simple-schema
 */
export const schemaSpec: Readonly<Record<keyof CartsStackSpec, unknown>> = {
  tableName: field("string", {
    required: true,
    immutable: true,
    minLength: 3,
    maxLength: 255,
    pattern: PATTERNS.tableName,
    description: "Name of the DynamoDB table.",
  }),
  namespace: field("string", {
    required: true,
    immutable: true,
    minLength: 1,
    maxLength: 63,
    pattern: PATTERNS.dnsLabel,
    description: "Namespace of the carts service, created and deleted with the instance.",
  }),
  serviceAccount: field("string", {
    default: DEFAULTS.serviceAccount,
    maxLength: 63,
    pattern: PATTERNS.dnsLabel,
    description: "Service account of the carts pods; a Pod Identity association binds it to an IAM role.",
  }),
  image: field("string", {
    default: DEFAULTS.image,
    minLength: 1,
    description: "Image repository of the carts service, without a tag.",
  }),
  imageVersion: field("string", {
    default: DEFAULTS.imageVersion,
    maxLength: 128,
    pattern: PATTERNS.imageVersion,
    description: "Tag of the image.",
  }),
  replicas: field("integer", { default: DEFAULTS.replicas, minimum: 1, description: "Number of carts pods." }),
  resources: {
    requests: {
      cpu: field("string", { default: DEFAULTS.resources.requests.cpu, description: "CPU that a pod is given." }),
      memory: field("string", {
        default: DEFAULTS.resources.requests.memory,
        description: "Memory that a pod is given.",
      }),
    },
    limits: {
      memory: field("string", { default: DEFAULTS.resources.limits.memory, description: "Memory that a pod may use." }),
    },
  },
  environment: "[]EnvironmentVariable | default=[]",
  tags: "[]Tag | default=[]",
  tableOnDestroy: field("string", {
    default: DEFAULTS.tableOnDestroy,
    enum: "retain,delete",
    description: "What becomes of the table and its items when the instance is deleted: retain or delete.",
  }),
  revision: field("string", {
    default: "",
    description: "Digest of the ResourceGraphDefinition that the instance is to be brought to.",
  }),
};

/** The types that schemaSpec names. */
export const schemaTypes = {
  EnvironmentVariable: { name: field("string", { required: true }), value: field("string", { required: true }) },
  Tag: { key: field("string", { required: true }), value: field("string", { required: true }) },
};
