/**
 * What is known of each argument, once: the check (checkArgs.ts), the schema of the RGD, the keys of the config, those
 * that Pulumi.yaml declares and the table in README.md all come from here. A unit test holds the last two to it.
 */

import { LAB_INSTANCE } from "./names.ts";
import { type ArgRule, TEXT } from "./rules/argRule.ts";
import { REPOSITORY } from "./rules/image.ts";
import { KEY_ARN, KMS_KEY } from "./rules/kmsKey.ts";
import { ANNOTATIONS, LABELS } from "./rules/namespaceKeys.ts";
import { BYTES, CPUS } from "./rules/quantity.ts";
import { MOST_TAGS, TAG_KEY, TAG_VALUE } from "./rules/tags.ts";
import { SECRET_KEY, VARIABLE } from "./rules/variables.ts";

/** @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const DNS_LABEL = {
  type: "string",
  maxLength: 63,
  pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$",
  must: "must be a DNS label: 1 to 63 lower-case letters, digits and `-`, no `-` at an end",
} as const;

const TIMEOUT = { type: "string", format: "duration", default: "10m" } as const;

/** Arguments of CartsStack, in the order in which they are shown. */
export const ARGUMENTS = {
  clusterName: {
    type: "string",
    description: "Name of the EKS cluster.",
    note: "With the name of the role that is made at most 64 characters, so 51 for `carts-kro`; 100 when roleName is set.",
    required: true,
    maxLength: 100,
    pattern: "^[0-9A-Za-z][A-Za-z0-9_-]*$",
    must: "must be an EKS cluster's name: 1 to 100 letters, digits, `-` and `_`, beginning with a letter or digit",
  },
  instanceName: {
    ...DNS_LABEL,
    description: "Name of the kro instance, a DNS label.",
    note: "Namespace, table and role are named after it. Not `kro` or `dynamo`, which the names of `carts-kro` end with.",
    default: LAB_INSTANCE,
  },
  instanceNamespace: {
    ...DNS_LABEL,
    description: "Namespace, which must exist, that holds the kro instance.",
    default: "default",
  },
  namespace: {
    ...DNS_LABEL,
    description: "Namespace of the carts service, created and deleted with the instance.",
    note: "Changing it replaces the instance.",
    defaultNote: "the instanceName",
    minLength: 1,
  },
  /** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html */
  tableName: {
    type: "string",
    description: "Name of the DynamoDB table.",
    note: "With roleScope cluster it must begin with `<clusterName>-carts-`. Changing it replaces the instance.",
    defaultNote: "`<clusterName>-carts-<instanceName>`, of `carts-kro` `<clusterName>-carts-kro`",
    minLength: 3,
    maxLength: 255,
    pattern: "^[a-zA-Z0-9_.-]+$",
    must: "must be a DynamoDB table's name: 3 to 255 letters, digits, `_`, `-` and `.`",
  },
  serviceAccount: {
    ...DNS_LABEL,
    description: "Service account of the carts pods; a Pod Identity association binds it to an IAM role.",
    default: "carts",
  },
  image: {
    type: "string",
    description: "Image repository of the carts service, without a tag.",
    default: "public.ecr.aws/aws-containers/retail-store-sample-cart",
    minLength: 1,
    stricter: REPOSITORY,
    must: REPOSITORY.must,
  },
  imageVersion: {
    type: "string",
    description: "Tag of the image; with a digest (`1.3.0@sha256:...`), that is what runs, whatever the tag says.",
    default: "1.3.0",
    maxLength: 128,
    pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
    // The API has the digest by itself: kro takes any other pattern for a breaking change.
    whole: { maxLength: 200, pattern: "^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}(@sha256:[0-9a-f]{64})?$" },
    must: "must be an image tag: 1 to 128 letters, digits, `_`, `.` and `-`, beginning with a letter, digit or `_`; `@sha256:` and 64 hexadecimal digits may follow",
  },
  replicas: {
    type: "integer",
    description: "Number of carts pods.",
    default: 1,
    minimum: 1,
    maximum: 2 ** 31 - 1,
    must: "must be a whole number, from 1 to 2147483647",
  },
  resources: {
    type: "object",
    description: "Kubernetes quantities of the carts container.",
    fields: {
      requests: {
        type: "object",
        description: "What a pod is given.",
        fields: {
          cpu: { ...CPUS, description: "CPU that a pod is given.", default: "250m" },
          memory: { ...BYTES, description: "Memory that a pod is given.", default: "1Gi" },
        },
      },
      limits: {
        type: "object",
        description: "What a pod may use. CPU is not limited.",
        fields: { memory: { ...BYTES, description: "Memory that a pod may use.", default: "1Gi" } },
      },
    },
  },
  environment: {
    type: "object",
    description: "Further environment variables of the carts container, NAME: value.",
    default: {},
    entries: {
      name: VARIABLE,
      value: { pattern: TEXT, must: "must be a string: put it in quotes, and no NUL into it" },
    },
  },
  /** @see https://kubernetes.io/docs/concepts/configuration/secret/ */
  environmentFrom: {
    type: "object",
    description: "The same from Secrets of the namespace, NAME: {secret, key}.",
    note: "The pods start once the Secret is there.",
    default: {},
    entries: {
      name: VARIABLE,
      fields: SECRET_KEY,
    },
  },
  namespaceLabels: {
    type: "object",
    description: "Labels of the namespace, beside those that hold its pods to the restricted Pod Security Standard.",
    default: {},
    entries: LABELS,
  },
  namespaceAnnotations: {
    type: "object",
    description: "Annotations of the namespace.",
    default: {},
    entries: ANNOTATIONS,
  },
  createDefinition: {
    type: "boolean",
    description: "Make the ResourceGraphDefinition.",
    note: "A cluster has only one: false where another stack made it. Such a stack needs its own instanceName.",
    default: true,
  },
  /** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
  roleName: {
    type: "string",
    description: "An IAM role that exists, trusted by `pods.eks.amazonaws.com`, to use in place of a new one.",
    defaultNote: "a role `<clusterName>-carts-<instanceName>` is made, of `carts-kro` `<clusterName>-carts-dynamo`",
    maxLength: 64,
    pattern: "^[A-Za-z0-9_+=,.@-]+$",
    must: "must be an IAM role's name: 1 to 64 letters, digits and `+=,.@_-`",
  },
  identity: {
    type: "string",
    description: "Who makes the pods' role and association: Pulumi (pulumi), or ACK for the instance (ack).",
    note: "ack needs ACK's IAM and EKS controllers, and an API that serves it.",
    default: "pulumi",
    enum: ["pulumi", "ack"],
    must: "must be pulumi or ack",
  },
  roleScope: {
    type: "string",
    description:
      "Which tables the role that is made may use: all of `<clusterName>-carts-*` (cluster), or the instance's own (table).",
    note: "With table it lets in the pods of the instance's service account alone.",
    defaultNote: "`table`, of `carts-kro` `cluster`",
    enum: ["cluster", "table"],
    must: "must be cluster or table",
  },
  tags: {
    type: "object",
    description: "AWS tags of role, association and table, key: value.",
    note: "Beside the stack's own, whose keys begin with `carts-stack/`.",
    default: {},
    entries: {
      name: TAG_KEY,
      value: TAG_VALUE,
      most: MOST_TAGS,
    },
  },
  tableOnDestroy: {
    type: "string",
    description: "What becomes of the table and its items when the instance is deleted: retain or delete.",
    note: "A replaced instance is deleted, too.",
    default: "retain",
    enum: ["retain", "delete"],
    must: "must be retain or delete",
  },
  /** @see https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html */
  tableProtection: {
    type: "string",
    description:
      "How the table is guarded: not at all (none), or with point-in-time recovery and deletion protection (standard).",
    note: "With tableOnDestroy delete it has no deletion protection.",
    default: "none",
    enum: ["none", "standard"],
    must: "must be none or standard",
  },
  /** ACK compares it with what AWS says, which is an ARN, so that an alias or an id would never settle. */
  tableKmsKey: {
    ...KMS_KEY,
    description: "ARN of a KMS key, of the table's region, that encrypts the table.",
    note: "Neither an alias nor an id.",
    defaultNote: "DynamoDB's own key",
    pattern: `^(${KEY_ARN})?$`,
  },
  /** @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/TTL.html */
  tableTtlAttribute: {
    type: "string",
    description: "Attribute of an item that says when DynamoDB deletes it, a number of seconds since 1970.",
    note: "The carts service writes none.",
    defaultNote: "items never expire",
    maxLength: 255,
    stricter: { pattern: "^(?!(id|customerId)$)" },
    must: "must be an attribute's name: at most 255 characters, not the table's keys id and customerId",
  },
  adoptTable: {
    type: "boolean",
    description: "Take up a table that exists and has the tags of another cluster, namespace or instance.",
    default: false,
  },
  routeUi: {
    type: "boolean",
    description: "Point the retail store's ui at this carts service (RETAIL_UI_ENDPOINTS_CARTS).",
    note: "Turned off again, or with the stack destroyed, the previous value is back.",
    default: false,
  },
  ui: {
    type: "object",
    description: "Where the ui is that routeUi is about.",
    fields: {
      namespace: { ...DNS_LABEL, description: "Its namespace.", default: "ui" },
      deployment: {
        type: "string",
        description: "Its Deployment.",
        default: "ui",
        maxLength: 253,
        pattern: "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$",
        must: "must be a Deployment's name: 1 to 253 lower-case letters, digits, `-` and `.`, each part between dots a name",
      },
      container: { ...DNS_LABEL, description: "Its container.", default: "ui" },
    },
  },
  timeouts: {
    type: "object",
    description: "How long Pulumi waits for the instance, such as 15m.",
    fields: {
      create: { ...TIMEOUT, description: "Until a new one is ready." },
      update: { ...TIMEOUT, description: "Until a changed one is ready." },
      delete: { ...TIMEOUT, description: "Until it is gone." },
    },
  },
} as const satisfies Readonly<Record<string, ArgRule>>;
