import { type Input, type Output, output } from "@pulumi/pulumi";
import { ARGUMENTS, type ArgRule } from "./argRules.ts";
import type { CartsStackSpec } from "./definition/cartsSchema.ts";
import { derive, type Given, isLater, orElse } from "./given.ts";

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

/**
 * Arguments of {@link CartsStack}. Every one but `clusterName` has the workshop's value as its default. A value may come
 * from another resource, and is then judged as soon as it is known; what decides which resources there are may not:
 * `createDefinition`, `routeUi`, and whether there is a `roleName`.
 */
export interface CartsStackArgs {
  /** Name of the EKS cluster, 1 to 100 letters, digits, `-` and `_`; at most 51 unless `roleName` is given. */
  readonly clusterName: Input<string>;
  /** Name of the kro instance, a DNS label. Default `carts-kro`. */
  readonly instanceName?: Input<string>;
  /** Namespace of the kro instance, which must exist. Default `default`. */
  readonly instanceNamespace?: Input<string>;
  /**
   * Namespace that the instance creates for the carts service, and deletes with it. Default `carts-kro`.
   * A change replaces the instance: see `tableOnDestroy`.
   */
  readonly namespace?: Input<string>;
  /**
   * Name of the DynamoDB table, 3 to 255 characters. Default `${clusterName}-carts-kro`; unless `roleName` is given it
   * must begin with `${clusterName}-carts-`, which is what the role may use. A change replaces the instance.
   */
  readonly tableName?: Input<string>;
  /** Service account of the carts pods, a DNS label. Default `carts`. */
  readonly serviceAccount?: Input<string>;
  /** Image repository, without a tag. Default `public.ecr.aws/aws-containers/retail-store-sample-cart`. */
  readonly image?: Input<string>;
  /** Tag of the image. Default `1.3.0`. */
  readonly imageVersion?: Input<string>;
  /** Number of carts pods, 1 or more. Default 1. */
  readonly replicas?: Input<number>;
  /** Kubernetes quantities. Default 250m CPU and 1Gi memory requested, memory limited to 1Gi; CPU is not limited. */
  readonly resources?: Input<CartsResourcesArgs>;
  /** Further environment variables of the carts container, by name; a secret stays one in Pulumi's state. Default none. */
  readonly environment?: Input<Record<string, Input<string>>>;
  /**
   * Make the ResourceGraphDefinition. Default true. A cluster has only one of them: with false it must be there
   * already, made by another stack. (For one of this program there is `api`.) Such a stack needs an `instanceName`,
   * `namespace` and `tableName` of its own, and a `roleName`: the default role exists by then.
   */
  readonly createDefinition?: boolean;
  /**
   * The API that the instance is of, where a CartsApi of this program makes it: its `definitionName`. The
   * ResourceGraphDefinition is not made then, and the instance comes after it. Default none.
   */
  readonly api?: Input<string>;
  /** Name of an IAM role to use. Default: a role `${clusterName}-carts-dynamo` is made. */
  readonly roleName?: Input<string>;
  /** AWS tags of the role, the association and the table. Default none. */
  readonly tags?: Input<Record<string, Input<string>>>;
  /**
   * What becomes of the table when its instance is destroyed, or replaced because `tableName` or `namespace` changed:
   * `retain` (the default) leaves it with its items, and an instance of the same tableName takes it up again;
   * `delete` deletes both. What counts is the value of the last update before.
   */
  readonly tableOnDestroy?: Input<TableOnDestroy>;
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
  readonly replicas: Given<number>;
  /** Each field may be an Output, too. */
  readonly resources: Given<CartsStackSpec["resources"]>;
  readonly environment: Given<Record<string, Input<string>>>;
  readonly createDefinition: boolean;
  /** Undefined where a role is to be made. */
  readonly roleName: Given<string> | undefined;
  readonly tags: Given<Record<string, Input<string>>>;
  readonly tableOnDestroy: Given<TableOnDestroy>;
  readonly routeUi: boolean;
  readonly ui: Given<{
    readonly namespace: Given<string>;
    readonly deployment: Given<string>;
    readonly container: Given<string>;
  }>;
  readonly timeouts: Required<CartsTimeoutsArgs>;
}

/** Name of the IAM role that is made when none is given. */
export const roleNameFor = (clusterName: string): string => `${clusterName}-carts-dynamo`;
/** What the names of the tables begin with that this role may use. */
export const tablePrefixFor = (clusterName: string): string => `${clusterName}-carts-`;

/** Fills in the defaults, without any check. */
export function resolveArgs(args: CartsStackArgs): ResolvedArgs {
  const filled = withDefaults(
    ARGUMENTS satisfies Record<keyof Omit<CartsStackArgs, "api">, ArgRule>,
    args,
  ) as ResolvedArgs;
  const tableName = derive([filled.clusterName], (cluster) => `${tablePrefixFor(cluster)}kro`);
  const createDefinition = filled.createDefinition && args.api === undefined;
  return { ...filled, createDefinition, tableName: orElse(filled.tableName, tableName)! };
}

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
