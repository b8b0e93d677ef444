import { type Input, type Output, output } from "@pulumi/pulumi";
import { ARGUMENTS } from "./argRules.ts";
import type { CartsStackSpec } from "./definition/cartsSchema.ts";
import { derive, type Given, isLater, orElse } from "./given.ts";
import { LAB_INSTANCE, tableNameFor } from "./names.ts";
import type { ArgRule } from "./rules/argRule.ts";

/** Kubernetes quantities of what a pod is given. */
export interface CartsRequestsArgs {
  /** Default `250m`. */
  readonly cpu?: Input<string>;
  /** Default `1Gi`. */
  readonly memory?: Input<string>;
}

/** Kubernetes quantities of what a pod may use. CPU is not limited. */
export interface CartsLimitsArgs {
  /** Default `1Gi`. */
  readonly memory?: Input<string>;
}

/** Kubernetes quantities of the carts container. */
export interface CartsResourcesArgs {
  readonly requests?: Input<CartsRequestsArgs>;
  readonly limits?: Input<CartsLimitsArgs>;
}

/** Where the value of an environment variable is: in a Secret of the service's namespace. */
export interface CartsSecretKeyArgs {
  /** Name of the Secret. */
  readonly secret: Input<string>;
  /** Key in the Secret. */
  readonly key: Input<string>;
}

/** Where the retail store's ui is. */
export interface CartsUiArgs {
  /** A DNS label. Default `ui`. */
  readonly namespace?: Input<string>;
  /** A Deployment's name. Default `ui`. */
  readonly deployment?: Input<string>;
  /** A DNS label. Default `ui`. */
  readonly container?: Input<string>;
}

/** How long Pulumi waits, such as `90s`, `15m`, `1h`. Pulumi takes them as plain texts only. */
export interface CartsTimeoutsArgs {
  /** Default `10m`. */
  readonly create?: string;
  /** Default `10m`. */
  readonly update?: string;
  /** Default `10m`. */
  readonly delete?: string;
}

/** What may become of a table whose instance goes. */
export const TableOnDestroy = { Retain: "retain", Delete: "delete" } as const;
export type TableOnDestroy = (typeof TableOnDestroy)[keyof typeof TableOnDestroy];

/** How a table is guarded. */
export const TableProtection = { None: "none", Standard: "standard" } as const;
export type TableProtection = (typeof TableProtection)[keyof typeof TableProtection];

/** Which tables a role may use. */
export const RoleScope = { Cluster: "cluster", Table: "table" } as const;
export type RoleScope = (typeof RoleScope)[keyof typeof RoleScope];

/** Who makes an instance's role and Pod Identity association: Pulumi, or ACK for the instance. */
export const Identity = { Pulumi: "pulumi", Ack: "ack" } as const;
export type Identity = (typeof Identity)[keyof typeof Identity];

/**
 * Arguments of {@link CartsStack}. Every one but `clusterName` has the workshop's value as its default. A value may come
 * from another resource, and is then judged as soon as it is known; what decides which resources there are may not:
 * `createDefinition`, `identity`, `routeUi`, and whether there is a `roleName`.
 */
export interface CartsStackArgs {
  /** Name of the EKS cluster, 1 to 100 letters, digits, `-` and `_`. Unless `roleName` is given, the role's name must fit. */
  readonly clusterName: Input<string>;
  /**
   * Name of the kro instance, a DNS label. Default `carts-kro`. Namespace, table and role are named after it: one more
   * instance on a cluster needs this, and nothing else of its own.
   */
  readonly instanceName?: Input<string>;
  /** Namespace of the kro instance, which must exist. Default `default`. */
  readonly instanceNamespace?: Input<string>;
  /**
   * Namespace that the instance creates for the carts service, and deletes with it. Default: the `instanceName`.
   * A change replaces the instance: see `tableOnDestroy`.
   */
  readonly namespace?: Input<string>;
  /**
   * Name of the DynamoDB table, 3 to 255 characters. Default `${clusterName}-carts-${instanceName}`, of `carts-kro`
   * `${clusterName}-carts-kro`. A role of the scope `cluster` may use it only if it begins with `${clusterName}-carts-`.
   * A change replaces the instance.
   */
  readonly tableName?: Input<string>;
  /** Service account of the carts pods, a DNS label. Default `carts`. */
  readonly serviceAccount?: Input<string>;
  /** Image repository, without a tag. Default `public.ecr.aws/aws-containers/retail-store-sample-cart`. */
  readonly image?: Input<string>;
  /**
   * Tag of the image, or tag and digest, `1.3.0@sha256:<64 hexadecimal digits>`: the digest is what runs then. Default `1.3.0`.
   */
  readonly imageVersion?: Input<string>;
  /** Number of carts pods, 1 or more. Default 1. */
  readonly replicas?: Input<number>;
  /** Kubernetes quantities. Default 250m CPU and 1Gi memory requested, memory limited to 1Gi; CPU is not limited. */
  readonly resources?: Input<CartsResourcesArgs>;
  /**
   * Further environment variables of the carts container, by name. A secret stays one in Pulumi's state, and stands in plain
   * text in the cluster's instance and Deployment, which is warned of: see `environmentFrom`. Default none.
   */
  readonly environment?: Input<Record<string, Input<string>>>;
  /**
   * The same by reference to Secrets of `namespace`, by name of the variable; the instance holds the references alone. The pods
   * start once the Secret and its key are there. Default none.
   */
  readonly environmentFrom?: Input<Record<string, Input<CartsSecretKeyArgs>>>;
  /** Labels of the namespace, beside those of the Pod Security Standard `restricted`. Default none. */
  readonly namespaceLabels?: Input<Record<string, Input<string>>>;
  /** Annotations of the namespace. Default none. */
  readonly namespaceAnnotations?: Input<Record<string, Input<string>>>;
  /**
   * Make the ResourceGraphDefinition. Default true. A cluster has only one of them: with false it must be there
   * already, made by another stack. (For one of this program there is `api`.) Such a stack needs an `instanceName`
   * of its own.
   */
  readonly createDefinition?: boolean;
  /**
   * The API that the instance is of, where a CartsApi of this program makes it: its `definitionName`. The
   * ResourceGraphDefinition is not made then, and the instance comes after it. Default none.
   */
  readonly api?: Input<string>;
  /**
   * Name of an IAM role to use. Default: a role `${clusterName}-carts-${instanceName}` is made, of `carts-kro`
   * `${clusterName}-carts-dynamo`; one that the stack has made keeps its name.
   */
  readonly roleName?: Input<string>;
  /**
   * Who makes the role and the Pod Identity association: `pulumi`, or `ack`, by ACK's IAM and EKS controllers for the
   * instance, whose API must serve that. Default `pulumi`.
   */
  readonly identity?: Identity;
  /**
   * Which tables the role that is made may use: `cluster`, all whose names begin with `${clusterName}-carts-`, or `table`,
   * the instance's own; that one lets in the pods of the instance's service account alone. Default `table`, of `carts-kro`
   * `cluster`.
   */
  readonly roleScope?: Input<RoleScope>;
  /**
   * AWS tags of the role, the association and the table, beside the stack's own: `carts-stack/cluster`,
   * `carts-stack/namespace`, `carts-stack/instance` and `carts-stack/managed-by`. Default none.
   */
  readonly tags?: Input<Record<string, Input<string>>>;
  /**
   * What becomes of the table when its instance is destroyed, or replaced because `tableName` or `namespace` changed:
   * `retain` (the default) leaves it with its items, and an instance of the same tableName takes it up again;
   * `delete` deletes both. What counts is the value of the last update before.
   */
  readonly tableOnDestroy?: Input<TableOnDestroy>;
  /**
   * How the table is guarded: `none` (the default), as the workshop makes it, or `standard`, with point-in-time recovery and
   * deletion protection. With `tableOnDestroy` `delete` it has no deletion protection, which would keep the instance from
   * being deleted: the update that sets both takes it off.
   */
  readonly tableProtection?: Input<TableProtection>;
  /**
   * ARN of the KMS key, of the table's region, that encrypts the table; neither an alias nor an id. The role that is made may
   * use it. Default: DynamoDB's own key.
   */
  readonly tableKmsKey?: Input<string>;
  /**
   * Name of the attribute that says when DynamoDB deletes an item, a number of seconds since 1970. The carts service
   * writes none. Default: items never expire.
   */
  readonly tableTtlAttribute?: Input<string>;
  /**
   * Take up a table that exists and has the tags of another cluster, namespace or instance. Default false: it is refused.
   * One without such tags is taken up either way.
   */
  readonly adoptTable?: Input<boolean>;
  /**
   * Point the retail store's ui at this carts service. Its pods restart, and again when this is turned off or the stack
   * destroyed: then the previous value is back. Default false.
   */
  readonly routeUi?: boolean;
  /** Where the ui is, for `routeUi`. Default Deployment `ui` of namespace `ui`, container `ui`. */
  readonly ui?: Input<CartsUiArgs>;
  /** How long Pulumi waits for the instance, such as `90s`, `15m`, `1h`. Default `10m` each. */
  readonly timeouts?: CartsTimeoutsArgs;
}

/** The arguments with every default filled in: what is at hand as a plain value, all else as Outputs. */
export interface ResolvedArgs {
  readonly clusterName: Given<string>;
  readonly instanceName: Given<string>;
  readonly instanceNamespace: Given<string>;
  readonly namespace: Given<string>;
  readonly tableName: Given<string>;
  readonly serviceAccount: Given<string>;
  readonly image: Given<string>;
  readonly imageVersion: Given<string>;
  /** What follows `@` in `imageVersion`; undefined for none. */
  readonly imageDigest: Given<string | undefined>;
  readonly replicas: Given<number>;
  /** Each field may be an Output, too. */
  readonly resources: Given<CartsStackSpec["resources"]>;
  readonly environment: Given<Record<string, Input<string>>>;
  readonly environmentFrom: Given<Record<string, Input<CartsSecretKeyArgs>>>;
  readonly namespaceLabels: Given<Record<string, Input<string>>>;
  readonly namespaceAnnotations: Given<Record<string, Input<string>>>;
  readonly createDefinition: boolean;
  /** Undefined where a role is to be made. */
  readonly roleName: Given<string> | undefined;
  readonly identity: Identity;
  readonly roleScope: Given<RoleScope>;
  readonly tags: Given<Record<string, Input<string>>>;
  readonly tableOnDestroy: Given<TableOnDestroy>;
  readonly tableProtection: Given<TableProtection>;
  /** Undefined, or empty, for DynamoDB's own. */
  readonly tableKmsKey: Given<string> | undefined;
  /** Undefined, or empty, where items never expire. */
  readonly tableTtlAttribute: Given<string> | undefined;
  readonly adoptTable: Given<boolean>;
  readonly routeUi: boolean;
  readonly ui: Given<{
    readonly namespace: Given<string>;
    readonly deployment: Given<string>;
    readonly container: Given<string>;
  }>;
  readonly timeouts: Required<CartsTimeoutsArgs>;
}

/** Fills in the defaults, without any check. */
export function resolveArgs(args: CartsStackArgs): ResolvedArgs {
  const rules = ARGUMENTS satisfies Record<keyof Omit<CartsStackArgs, "api">, ArgRule>;
  const filled = withDefaults(rules, args) as ResolvedArgs;
  const { clusterName, instanceName } = filled;
  return {
    ...filled,
    createDefinition: filled.createDefinition && args.api === undefined,
    imageDigest: derive([filled.imageVersion], (version) => String(version).split("@")[1]),
    namespace: orElse(filled.namespace, instanceName)!,
    tableName: orElse(filled.tableName, derive([clusterName, instanceName], tableNameFor))!,
    roleScope: orElse(filled.roleScope, derive([instanceName], roleScopeFor))!,
  };
}

const roleScopeFor = (instanceName: string): RoleScope =>
  instanceName === LAB_INSTANCE ? RoleScope.Cluster : RoleScope.Table;

/** The fields that are given, or have a default: nothing else, and nothing that is undefined. */
const withDefaults = (fields: Readonly<Record<string, ArgRule>>, given: object = {}): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, rule]) => {
      const value = (given as Record<string, unknown>)[name] ?? undefined;
      const filled = rule.fields ? inside(rule.fields, value) : orElse(value, rule.default);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );

const inside = (fields: Readonly<Record<string, ArgRule>>, value: unknown): unknown =>
  isLater(value)
    ? (output(value) as Output<unknown>).apply((known) =>
        withDefaults(fields, (known ?? undefined) as object | undefined),
      )
    : withDefaults(fields, value as object | undefined);
