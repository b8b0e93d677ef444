import type { Input } from "@pulumi/pulumi";
import { ARGUMENTS, type ArgRule } from "./argRules.ts";
import type { CartsStackSpec } from "./definition/cartsSchema.ts";

/** Arguments of {@link CartsStack}. Every one but `clusterName` has the workshop's value as its default. */
export interface CartsStackArgs {
  /** Name of the EKS cluster, 1 to 100 letters, digits, `-` and `_`; at most 51 unless `roleName` is given. */
  readonly clusterName: string;
  /** Name of the kro instance, a DNS label. Default `carts-kro`. */
  readonly instanceName?: string;
  /** Namespace of the kro instance, which must exist. Default `default`. */
  readonly instanceNamespace?: string;
  /**
   * Namespace that the instance creates for the carts service, and deletes with it. Default `carts-kro`.
   * A change replaces the instance: see `tableOnDestroy`.
   */
  readonly namespace?: string;
  /**
   * Name of the DynamoDB table, 3 to 255 characters. Default `${clusterName}-carts-kro`; unless `roleName` is given it
   * must begin with `${clusterName}-carts-`, which is what the role may use. A change replaces the instance.
   */
  readonly tableName?: string;
  /** Service account of the carts pods, a DNS label. Default `carts`. */
  readonly serviceAccount?: string;
  /** Image repository, without a tag. Default `public.ecr.aws/aws-containers/retail-store-sample-cart`. */
  readonly image?: string;
  /** Tag of the image. Default `1.3.0`. */
  readonly imageVersion?: string;
  /** Number of carts pods, 1 or more. Default 1. */
  readonly replicas?: number;
  /** Kubernetes quantities. Default 250m CPU and 1Gi memory requested, memory limited to 1Gi; CPU is not limited. */
  readonly resources?: {
    readonly requests?: { readonly cpu?: string; readonly memory?: string };
    readonly limits?: { readonly memory?: string };
  };
  /** Further environment variables of the carts container, by name; a secret stays one in Pulumi's state. Default none. */
  readonly environment?: Readonly<Record<string, Input<string>>>;
  /**
   * Make the ResourceGraphDefinition. Default true. A cluster has only one of them: with false it must be there
   * already, made by another stack, or by a CartsStack of this program that is then named in `dependsOn`. Such a stack
   * needs an `instanceName`, `namespace` and `tableName` of its own, and a `roleName`: the default role exists by then.
   */
  readonly createDefinition?: boolean;
  /** Name of an IAM role to use. Default: a role `${clusterName}-carts-dynamo` is made. */
  readonly roleName?: string;
  /** AWS tags of the role, the association and the table. Default none. */
  readonly tags?: Readonly<Record<string, string>>;
  /**
   * What becomes of the table when its instance is destroyed, or replaced because `tableName` or `namespace` changed:
   * `retain` (the default) leaves it with its items, and an instance of the same tableName takes it up again;
   * `delete` deletes both. What counts is the value of the last update before.
   */
  readonly tableOnDestroy?: "retain" | "delete";
  /**
   * Point the retail store's ui at this carts service. Its pods restart, and again when this is turned off or the stack
   * destroyed: then the previous value is back. Default false.
   */
  readonly routeUi?: boolean;
  /** Where the ui is, for `routeUi`. Default Deployment `ui` of namespace `ui`, container `ui`. */
  readonly ui?: { readonly namespace?: string; readonly deployment?: string; readonly container?: string };
  /** How long Pulumi waits for the instance, such as `90s`, `15m`, `1h`. Default `10m` each. */
  readonly timeouts?: { readonly create?: string; readonly update?: string; readonly delete?: string };
}

/** The arguments with every default filled in. `roleName` is undefined where a role is to be made. */
export type ResolvedArgs = Required<Omit<CartsStackArgs, "roleName" | "resources" | "ui" | "timeouts">> & {
  readonly roleName: string | undefined;
  readonly resources: CartsStackSpec["resources"];
  readonly ui: { readonly namespace: string; readonly deployment: string; readonly container: string };
  readonly timeouts: { readonly create: string; readonly update: string; readonly delete: string };
};

/** Name of the IAM role that is made when none is given. */
export const roleNameFor = (clusterName: string): string => `${clusterName}-carts-dynamo`;
/** What the names of the tables begin with that this role may use. */
export const tablePrefixFor = (clusterName: string): string => `${clusterName}-carts-`;

/** Fills in the defaults, without any check. */
export function resolveArgs(args: CartsStackArgs): ResolvedArgs {
  const tableName = `${tablePrefixFor(args.clusterName)}kro`;
  return {
    tableName,
    ...withDefaults(ARGUMENTS satisfies Record<keyof CartsStackArgs, ArgRule>, args),
  } as ResolvedArgs;
}

/** The fields that are given, or have a default: nothing else, and nothing that is undefined. */
const withDefaults = (fields: Readonly<Record<string, ArgRule>>, given: object = {}): object =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, rule]) => {
      const value = (given as Record<string, unknown>)[name] ?? undefined;
      const filled = rule.fields ? withDefaults(rule.fields, value as object | undefined) : (value ?? rule.default);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );
