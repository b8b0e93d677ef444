import { KnownAfterApply, Secret } from "../../../packages/kro/index.ts";
import type { Danger, FieldChange } from "../../../packages/kro-preview/changes.ts";
import type { InstanceChildChange, Report, ResourceChange } from "../../../packages/kro-preview/report.ts";

/** Reports as the preview makes them, by hand. */

const NODES = [
  { node: "ns", wave: 1, apiVersion: "v1", kind: "Namespace", own: true },
  { node: "table", wave: 2, apiVersion: "dynamodb.services.k8s.aws/v1alpha1", kind: "Table", name: "carts-table" },
  { node: "configMap", wave: 3, apiVersion: "v1", kind: "ConfigMap", name: "carts" },
  { node: "serviceAccount", wave: 3, apiVersion: "v1", kind: "ServiceAccount", name: "carts" },
  { node: "deployment", wave: 4, apiVersion: "apps/v1", kind: "Deployment", name: "carts" },
  { node: "service", wave: 4, apiVersion: "v1", kind: "Service", name: "carts" },
];

/** The six children of an instance, unchanged but for those in `changes`, by node. */
export function children(
  instance: string,
  changes: Readonly<Record<string, Partial<InstanceChildChange>>> = {},
  otherStack = false,
): InstanceChildChange[] {
  const namespace = instance.split("/")[1]!;
  return NODES.map(({ node, wave, apiVersion, kind, own, name }) => ({
    apiVersion,
    kind,
    namespace: own ? undefined : namespace,
    name: name ?? namespace,
    node,
    wave,
    action: "same",
    fields: [],
    dangers: [],
    instance,
    otherStack,
    ...changes[node],
  }));
}

export const resource = (name: string, change: Partial<ResourceChange> = {}): ResourceChange => {
  const type = change.type ?? "kubernetes:kro.run/v1alpha1:CartsStack";
  return {
    urn: `urn:pulumi:dev::carts-stack::carts-stack:index:CartsStack$${type}::${name}`,
    type,
    name,
    action: "same",
    changed: [],
    dangers: [],
    ...change,
  };
};

export function report(part: Partial<Report> = {}): Report {
  const { resources = [], children = [] } = part;
  const dangers = [
    ...resources.flatMap(({ type, name, dangers }) => dangers.map((danger) => ({ ...danger, of: `${type} ${name}` }))),
    ...children.flatMap(({ kind, name, instance, dangers }) =>
      dangers.map((danger) => ({ ...danger, of: `${instance}: ${kind} ${name}` })),
    ),
  ];
  return { version: 1, project: "carts-stack", stack: "dev", resources, children, dangers, notes: [], ...part };
}

export const rollout: Danger = {
  name: "rollout",
  message: "the pods of Deployment carts are replaced: 1 field changes",
};

const IMAGE = "public.ecr.aws/aws-containers/retail-store-sample-cart";
export const imageField: FieldChange = {
  path: "spec.template.spec.containers[name=carts].image",
  before: `${IMAGE}:1.3.0`,
  after: `${IMAGE}:1.4.0`,
};

/** Two environment variables in each other's place. */
export const orderReport: Report = report({
  children: children("default/carts-kro", {
    deployment: {
      action: "update",
      fields: [
        { path: "spec.template.spec.containers[name=carts].env", before: ["A", "B"], after: ["B", "A"], order: true },
      ],
      dangers: [rollout],
    },
  }),
});

const unchangedResources = [
  resource("carts-role", { type: "aws:iam/role:Role" }),
  resource("carts-definition", { type: "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition" }),
];

/** (a) Another version of the image. */
export const imageReport = report({
  resources: [...unchangedResources, resource("carts", { action: "update", changed: ["spec"] })],
  children: children("default/carts-kro", {
    deployment: { action: "update", fields: [imageField], dangers: [rollout] },
  }),
});

/** (b) Another table: everything is replaced. */
export const tableReport = report({
  resources: [
    resource("carts-association", { type: "aws:eks/podIdentityAssociation:PodIdentityAssociation" }),
    resource("carts", { action: "replace", changed: ["spec"] }),
  ],
  children: children("default/carts-kro", {
    ns: {
      action: "replace",
      dangers: [{ name: "namespace-replaced", message: "the namespace carts-kro is deleted with everything in it" }],
    },
    table: {
      action: "replace",
      fields: [{ path: "spec.tableName", before: "dev-carts-kro", after: "dev-carts-new" }],
      dangers: [
        { name: "table-replaced", message: "the service goes on with the table dev-carts-new, not dev-carts-kro" },
        {
          name: "table-retained",
          message: "the DynamoDB table dev-carts-kro stays, with its items, and nothing manages it",
        },
      ],
    },
    configMap: {
      action: "replace",
      fields: [
        { path: "data.RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME", before: "dev-carts-kro", after: "dev-carts-new" },
      ],
    },
    serviceAccount: {
      action: "replace",
      fields: [
        {
          path: 'metadata.annotations["carts-stack/table-arn"]',
          before: new KnownAfterApply("${table.status.ackResourceMetadata.arn}"),
          after: new KnownAfterApply("${table.status.ackResourceMetadata.arn}"),
        },
      ],
    },
    deployment: { action: "replace" },
    service: { action: "replace" },
  }),
});

/** (c) Another definition, `instances` instances; one of another stack. Each has a number of replicas of its own. */
export const definitionReport = (instances = 3, alike = false): Report =>
  report({
    resources: [
      resource("carts-definition", {
        type: "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition",
        action: "update",
        changed: ["spec"],
      }),
    ],
    children: Array.from({ length: instances }, (_, i) => {
      const replicas = alike ? 1 : i + 1;
      const deployment = {
        action: "update" as const,
        fields: [{ path: "spec.replicas", before: replicas, after: replicas * 2 }],
      };
      return children(`default/carts-${i + 1}`, { deployment }, i === 2);
    }).flat(),
  });

/** Twelve instances that change in the same field, with other children beside it that stay as they are. */
export const unevenReport: Report = report({
  children: Array.from({ length: 12 }, (_, i) => {
    const fields = [{ path: "spec.replicas", before: i, after: i + 1 }];
    const all = children(`default/carts-${i + 1}`, { deployment: { action: "update", fields } });
    return all.slice(i % 3);
  }).flat(),
});

/** A new instance, with all that a value can be. */
export const createReport = report({
  resources: [resource("carts", { action: "create", changed: ["apiVersion", "kind", "metadata", "spec"] })],
  children: children("default/carts-kro", {
    serviceAccount: {
      action: "create",
      fields: [
        { path: "metadata.name", before: undefined, after: "carts" },
        {
          path: 'metadata.annotations["carts-stack/table-arn"]',
          before: undefined,
          after: new KnownAfterApply("${table.status.ackResourceMetadata.arn}"),
        },
      ],
    },
    deployment: {
      action: "create",
      condition: "${table.status.tableStatus == 'ACTIVE'}",
      fields: [
        { path: "spec.replicas", before: undefined, after: 2 },
        { path: "spec.paused", before: undefined, after: false },
        { path: "spec.strategy", before: undefined, after: null },
        { path: "spec.template.spec.volumes", before: undefined, after: [] },
        { path: "spec.template.metadata", before: undefined, after: { labels: { app: "carts" }, list: [1, "1"] } },
        { path: "env.PASSWORD", before: undefined, after: new Secret("hash-of-it") },
        {
          path: "env.NESTED",
          before: undefined,
          after: { list: [new Secret("hash-of-it"), new KnownAfterApply("${service.spec.clusterIP}")] },
        },
      ],
    },
  }),
  notes: ["The cluster was not reached: instances of other stacks are not known."],
});

/** Whatever could break a table, a fence, a tag, a comment, a terminal or a graph. */
export const HOSTILE =
  "a|b \\| `` ``` ```` </details> --> <img src=x onerror=alert(1)> @someone #1 $x$ [l](http://e.org) \u001b[31m\u202e\r\n```\n| x |\n\ud800 end";

export const hostileReport = report({
  resources: [resource(HOSTILE, { action: "update", changed: [HOSTILE] })],
  children: children(`default/${HOSTILE}`, {
    configMap: {
      action: "update",
      kind: HOSTILE,
      name: HOSTILE,
      node: HOSTILE,
      condition: HOSTILE,
      fields: [{ path: HOSTILE, before: HOSTILE, after: { [HOSTILE]: new KnownAfterApply(HOSTILE) } }],
      dangers: [{ name: "never-ready", message: HOSTILE }],
    },
  }),
  notes: [HOSTILE],
});

/** What a policy found in the Deployments of two instances, one of which had it before. */
export const findingsReport: Report = report({
  children: ["default/a", "default/b"].flatMap((instance) =>
    children(instance, { deployment: { action: "update", fields: [imageField] } }),
  ),
  findings: ["a", "b"].flatMap((name) => [
    {
      ...{ rule: "memory-limit", severity: "warn", message: 'container "carts" has no memory limit' },
      ...{ path: "spec.template.spec.containers[name=carts].resources.limits.memory", before: true },
      ...{ source: "https://kubernetes.io/docs/", of: `Deployment ${name}/carts`, instance: `default/${name}` },
    } as const,
    {
      ...{ rule: "image-tag", severity: "error", message: 'container "carts" has the image <b>, which has no tag' },
      ...{ path: "spec.template.spec.containers[name=carts].image" },
      ...{ source: "https://kubernetes.io/docs/", of: `Deployment ${name}/carts`, instance: `default/${name}` },
    } as const,
  ]),
});
