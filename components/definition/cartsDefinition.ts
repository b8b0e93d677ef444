import type { input, output } from "@pulumi/kubernetes/types/index.js";
import { type AckTable, TABLE_OBJECT } from "./ackTable.ts";
import { type CartsStackSpec, DONE, type IdentityMode, KIND, schemaSpecOf, schemaTypes } from "./cartsSchema.ts";
import { identityMissing, identityResources, identityStatus, isAsked, withAssociation } from "./identityGraph.ts";
import { podSpec, RESTRICTED } from "./pod.ts";
import { countWithoutCredentials, WITHOUT_CREDENTIALS, withAttempt } from "./podCredentials.ts";
import { cel, type KroResource, reference, writeReferences } from "./references.ts";
import { revisionOf } from "./revision.ts";
import { guardsOf } from "./tableGuards.ts";

const schema = reference<{ spec: CartsStackSpec; metadata: { name: string } }>("schema");
const ns = reference<output.core.v1.Namespace>("ns"); // kro reserves the id "namespace"
const table = reference<AckTable>("table");
const configMap = reference<output.core.v1.ConfigMap>("configMap");
const serviceAccount = reference<output.core.v1.ServiceAccount>("serviceAccount");
const deployment = reference<output.apps.v1.Deployment>("deployment");
const service = reference<output.core.v1.Service>("service");
const pods = reference<output.core.v1.Pod[]>("pods");

/** Name of the objects in the namespace, and of the component that they make up. */
const NAME = "carts";
const selector = {
  "app.kubernetes.io/name": NAME,
  "app.kubernetes.io/instance": schema.metadata.name,
  "app.kubernetes.io/component": "service",
};
const metadata = { name: NAME, namespace: ns.metadata.name, labels: selector };

/** ACTIVE is not enough: ACK says so too of a table that it found and does not manage. */
const synced = cel`${table.status.tableStatus} == "ACTIVE" && ${table.status.conditions}.exists(c, c.type == "ACK.ResourceSynced" && c.status == "True")`;

/** availableReplicas alone stays right while old pods are replaced, and any status may be of an older generation. */
const rolledOut = cel`${deployment.status.observedGeneration} >= ${deployment.metadata.generation} && [${deployment.status}.?updatedReplicas, ${deployment.status}.?replicas, ${deployment.status}.?availableReplicas].all(n, n.orValue(0) == ${deployment.spec.replicas})`;

/** How many pods came too early for their credentials. */
const counted = service.metadata.annotations[WITHOUT_CREDENTIALS];

const NO_CONTROLLER = "ACK has not seen the Table yet: is its DynamoDB controller running?";

const noCredentials = cel`"pods without AWS credentials, admitted before the Pod Identity association counted: " + ${counted} + "; kubectl rollout restart deployment/" + ${deployment.metadata.name} + " -n " + ${deployment.metadata.namespace} + " makes new ones; "`;

/** The Secrets that the pods need: they don't start without, and only their own status says so. */
const secrets = cel`${deployment.spec.template.spec.containers[0]!}.?env.orValue([]).filter(e, e.?valueFrom.?secretKeyRef.hasValue()).map(e, e.valueFrom.secretKeyRef.name)`;

/**
 * What is still missing, in words, or `DONE`. Pulumi shows it while it waits: kro's own conditions name the expression
 * that isn't true yet, but not why.
 */
const missing = {
  table: cel`${table}.?status.?conditions.orValue([]).size() == 0 ? ${NO_CONTROLLER} : ${synced} ? ${DONE} : ${table.status.conditions}.map(c, c.type + " is " + c.status + ": " + c.?message.orValue("")).join(" ")`,
  pods: cel`${rolledOut} && ${counted} == "0" ? ${DONE} : (${counted} == "0" ? "" : ${noCredentials}) + string(${deployment.status}.?unavailableReplicas.orValue(0)) + " unavailable of " + string(${deployment.spec.replicas}) + " with image " + ${deployment.spec.template.spec.containers[0]!.image} + ": " + ${deployment.status.conditions}.map(c, c.message).join(" ") + (${secrets}.size() == 0 ? "" : " They need the Secrets " + ${secrets}.join(", "))`,
};

const POD_ANNOTATIONS = {
  "prometheus.io/path": "/actuator/prometheus",
  "prometheus.io/port": "8080",
  "prometheus.io/scrape": "true",
};
const ACCOUNT_ANNOTATIONS = { "carts-stack/table-arn": table.status.ackResourceMetadata.arn };

/**
 * The six templates, and the Deployment's pods, which are only read. Only references order them, so each refers to the wave
 * before it: Namespace; Table; ConfigMap and ServiceAccount; Deployment and Service.
 */
const resourcesOf = (isAck: boolean): readonly KroResource[] => [
  {
    id: "ns",
    readyWhen: [cel`${ns.status.phase} == "Active"`],
    template: {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: {
        name: schema.spec.namespace,
        // The last ones win, whoever writes the instance.
        labels: cel`${schema.spec.namespaceLabels}.merge(${RESTRICTED})` as unknown as Record<string, string>,
        annotations: schema.spec.namespaceAnnotations,
      },
    } satisfies input.core.v1.Namespace,
  },
  {
    id: "table",
    readyWhen: [synced],
    template: {
      apiVersion: "dynamodb.services.k8s.aws/v1alpha1",
      kind: "Table",
      metadata: {
        name: TABLE_OBJECT,
        namespace: ns.metadata.name,
        annotations: {
          "services.k8s.aws/deletion-policy": schema.spec.tableOnDestroy,
          // A table that an earlier destroy retained is taken up again, with its items.
          "services.k8s.aws/adoption-policy": "adopt-or-create",
          "services.k8s.aws/adoption-fields": `{"tableName": "${schema.spec.tableName}"}`,
        },
      },
      spec: {
        tableName: schema.spec.tableName,
        billingMode: "PAY_PER_REQUEST",
        attributeDefinitions: [
          { attributeName: "id", attributeType: "S" },
          { attributeName: "customerId", attributeType: "S" },
        ],
        keySchema: [{ attributeName: "id", keyType: "HASH" }],
        globalSecondaryIndexes: [
          {
            indexName: "idx_global_customerId",
            keySchema: [
              { attributeName: "customerId", keyType: "HASH" },
              { attributeName: "id", keyType: "RANGE" },
            ],
            projection: { projectionType: "ALL" },
          },
        ],
        tags: schema.spec.tags,
        ...guardsOf(schema.spec),
      },
    } satisfies AckTable,
  },
  ...(isAck ? identityResources : []),
  {
    id: "configMap",
    template: {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata,
      data: {
        RETAIL_CART_PERSISTENCE_PROVIDER: "dynamodb",
        RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME: table.spec.tableName,
      },
    } satisfies input.core.v1.ConfigMap,
  },
  {
    id: "serviceAccount",
    template: {
      apiVersion: "v1",
      kind: "ServiceAccount",
      metadata: {
        ...metadata,
        name: schema.spec.serviceAccount,
        annotations: isAck ? withAssociation(ACCOUNT_ANNOTATIONS) : ACCOUNT_ANNOTATIONS,
      },
    } satisfies input.core.v1.ServiceAccount,
  },
  {
    id: "deployment",
    readyWhen: [rolledOut],
    template: {
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata,
      spec: {
        replicas: schema.spec.replicas,
        selector: { matchLabels: selector },
        template: {
          metadata: {
            labels: selector,
            annotations: isAck
              ? (withAttempt(POD_ANNOTATIONS, isAsked, pods, NAME) as unknown as Record<string, string>)
              : POD_ANNOTATIONS,
          },
          spec: podSpec(NAME),
        },
      },
    } satisfies input.apps.v1.Deployment,
  },
  {
    id: "pods",
    // Not by the Deployment's own name and labels: as a reference, those would have the Service wait for the rollout.
    externalRef: {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { namespace: ns.metadata.name, selector: { matchLabels: selector } },
    },
  },
  {
    id: "service",
    readyWhen: [cel`${service.spec.clusterIP} != ""`, cel`${counted} == "0"`],
    template: {
      apiVersion: "v1",
      kind: "Service",
      // The name is a reference for the order's sake: the Service comes with the Deployment.
      metadata: {
        ...metadata,
        name: configMap.metadata.name,
        annotations: { [WITHOUT_CREDENTIALS]: countWithoutCredentials(pods, NAME) },
      },
      spec: {
        type: "ClusterIP",
        selector,
        ports: [{ name: "http", port: 80, targetPort: "http", protocol: "TCP" }],
      },
    } satisfies input.core.v1.Service,
  },
];

/** Who may make the identity of an instance of an API, without repetition. */
export type Identities = readonly IdentityMode[];

/**
 * `spec` of the RGD that serves these identities. With `pulumi` alone it has nothing of an identity; with `ack` an instance says
 * which it has, `pulumi` where it doesn't say and both are served.
 */
export function definitionOf(identities: Identities): Record<string, unknown> {
  const isAck = identities.includes("ack");
  return writeReferences({
    schema: {
      apiVersion: "v1alpha1",
      kind: KIND,
      spec: schemaSpecOf(identities),
      types: schemaTypes,
      status: {
        tableARN: table.status.ackResourceMetadata.arn,
        tableStatus: table.status.tableStatus,
        serviceEndpoint: `http://${service.metadata.name}.${service.metadata.namespace}.svc.cluster.local`,
        clusterIP: service.spec.clusterIP,
        serviceAccount: serviceAccount.metadata.name,
        availableReplicas: deployment.status.availableReplicas,
        missing: isAck ? { ...missing, ...identityMissing } : missing,
        ...(isAck && identityStatus),
      },
      additionalPrinterColumns: [
        { name: "State", type: "string", jsonPath: ".status.state" },
        { name: "Ready", type: "string", jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
        { name: "Table", type: "string", jsonPath: ".spec.tableName" },
        { name: "Target", type: "string", jsonPath: ".spec.namespace" },
      ],
    },
    resources: resourcesOf(isAck),
  }) as Record<string, unknown>;
}

/** `spec` of the RGD of a CartsStack whose identity is Pulumi's. */
export const definition = definitionOf(["pulumi"]);

/** Changes with anything in the definition. An instance carries it, so that it changes, and is waited for, too. */
export const revision: string = revisionOf(definition);

/** The children of an instance that say why they do not come, by its namespace. */
export const childrenThatMayFail = (namespace: string) => [
  { apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table", namespace, name: TABLE_OBJECT },
  { apiVersion: "apps/v1", kind: "Deployment", namespace, name: NAME },
];

export const DEFINITION_KIND = "ResourceGraphDefinition";
/** Name of the RGD in the cluster. RGDs have no namespace: a cluster has one of each name. */
export const DEFINITION_NAME = "cartsstack";
