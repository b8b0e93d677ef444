import { Output, RunError } from "@pulumi/pulumi";
import { type CartsStackArgs, type ResolvedArgs, resolveArgs, roleNameFor, tablePrefixFor } from "./args.ts";
import { PATTERNS } from "./definition/cartsSchema.ts";

/** What a user can mend: `problems` name each argument, its value and the rule that it breaks. Printed without a stack. */
export class ArgumentError extends RunError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ArgumentError";
    this.problems = problems;
  }
}

/** ConfigMap keys that the instance sets itself. */
const RESERVED_VARIABLES = ["RETAIL_CART_PERSISTENCE_PROVIDER", "RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME"];
/** Namespaces that belong to Kubernetes; an instance's namespace is deleted with it. */
const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

/**
 * The arguments with their defaults, once each is known to be one that IAM, EKS, DynamoDB and Kubernetes take.
 *
 * @throws ArgumentError with a line for each bad argument: its name, its value, the rule, and what to do.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/
 */
export function checkArgs(given: CartsStackArgs): ResolvedArgs {
  const args = resolveArgs(given);
  const problems: string[] = [];
  const must = (holds: boolean, key: string, value: unknown, rule: string): boolean => {
    if (!holds) problems.push(`${key} is ${JSON.stringify(value)}, but ${rule}`);
    return holds;
  };
  const text = (key: string, value: unknown, pattern: string, from: number, to: number, rule: string): boolean =>
    must(
      typeof value === "string" && value.length >= from && value.length <= to && new RegExp(pattern, "u").test(value),
      key,
      value,
      rule,
    );
  const label = (key: string, value: unknown): boolean =>
    text(
      key,
      value,
      PATTERNS.dnsLabel,
      1,
      63,
      "must be a DNS label: 1 to 63 lower-case letters, digits and `-`, no `-` at an end",
    );
  const quantity = (key: string, value: unknown): boolean =>
    text(key, value, PATTERNS.quantity, 1, 32, "must be a Kubernetes quantity, such as 250m or 1Gi");

  const { clusterName, roleName, tableName } = args;
  const clusterOk = text(
    "clusterName",
    clusterName,
    "^[0-9A-Za-z][A-Za-z0-9_-]*$",
    1,
    100,
    "must be an EKS cluster's name: 1 to 100 letters, digits, `-` and `_`, beginning with a letter or digit",
  );
  if (roleName !== undefined) {
    text(
      "roleName",
      roleName,
      "^[A-Za-z0-9_+=,.@-]+$",
      1,
      64,
      "must be an IAM role's name: 1 to 64 letters, digits and `+=,.@_-`",
    );
  } else if (clusterOk) {
    must(
      roleNameFor(clusterName).length <= 64,
      "clusterName",
      clusterName,
      `the IAM role ${roleNameFor(clusterName)} would be longer than 64 characters: set roleName to a role that exists`,
    );
  }
  const tableOk = text(
    "tableName",
    tableName,
    PATTERNS.tableName,
    3,
    255,
    "must be a DynamoDB table's name: 3 to 255 letters, digits, `_`, `-` and `.`",
  );
  if (clusterOk && tableOk && roleName === undefined) {
    must(
      tableName.startsWith(tablePrefixFor(clusterName)),
      "tableName",
      tableName,
      `must begin with ${tablePrefixFor(clusterName)}, the tables that the stack's role may use (or set roleName)`,
    );
  }
  label("instanceName", args.instanceName);
  label("instanceNamespace", args.instanceNamespace);
  label("serviceAccount", args.serviceAccount);
  if (label("namespace", args.namespace)) {
    must(
      ![...SYSTEM_NAMESPACES, args.instanceNamespace].includes(args.namespace),
      "namespace",
      args.namespace,
      "must not be a namespace of Kubernetes, nor instanceNamespace: it is deleted with the instance",
    );
  }
  text("image", args.image, PATTERNS.image, 1, 512, "must be an image repository in lower case, without `@digest`");
  if (typeof args.image === "string") {
    must(
      !args.image.slice(args.image.lastIndexOf("/") + 1).includes(":"),
      "image",
      args.image,
      "must have no tag: put the tag into imageVersion",
    );
  }
  text(
    "imageVersion",
    args.imageVersion,
    PATTERNS.imageVersion,
    1,
    128,
    "must be an image tag: 1 to 128 letters, digits, `_`, `.` and `-`, beginning with a letter, digit or `_`",
  );
  must(
    Number.isInteger(args.replicas) && args.replicas >= 1,
    "replicas",
    args.replicas,
    "must be a whole number, 1 or more",
  );
  quantity("resources.requests.cpu", args.resources.requests.cpu);
  quantity("resources.requests.memory", args.resources.requests.memory);
  quantity("resources.limits.memory", args.resources.limits.memory);
  const only = (key: string, value: object | undefined, known: readonly string[]) => {
    for (const name of Object.keys(value ?? {})) {
      if (!known.includes(name)) problems.push(`${key}.${name} is not a key: ${key} has ${known.join(" and ")}`);
    }
  };
  only("resources", given.resources, ["requests", "limits"]);
  only("resources.requests", given.resources?.requests, ["cpu", "memory"]);
  only("resources.limits", given.resources?.limits, ["memory"]);
  for (const key of ["namespace", "container"] as const) label(`ui.${key}`, args.ui[key]);
  text(
    "ui.deployment",
    args.ui.deployment,
    "^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$",
    1,
    253,
    "must be a Deployment's name: 1 to 253 lower-case letters, digits, `-` and `.`",
  );
  must(typeof args.routeUi === "boolean", "routeUi", args.routeUi, "must be true or false");
  only("ui", given.ui, ["namespace", "deployment", "container"]);
  only("timeouts", given.timeouts, ["create", "update", "delete"]);
  for (const [name, value] of Object.entries(args.environment)) {
    text(
      "environment",
      name,
      "^[A-Za-z_][A-Za-z0-9_.-]*$",
      1,
      253,
      "must hold names of letters, digits, `_`, `.` and `-`",
    );
    must(
      typeof value === "string" || Output.isInstance(value),
      `environment.${name}`,
      value,
      "must be a string: put it in quotes",
    );
    must(
      !RESERVED_VARIABLES.includes(name),
      "environment",
      name,
      "is set by the stack: use tableName to change the table",
    );
  }
  for (const [key, value] of Object.entries(args.tags)) {
    text(
      "tags",
      key,
      "^(?!aws:)[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+$",
      1,
      128,
      "must hold keys of 1 to 128 letters, digits, spaces and `_.:/=+-@`, not beginning with `aws:`",
    );
    must(
      typeof value === "string" && value.length <= 256,
      `tags.${key}`,
      value,
      "must be a string of at most 256 characters",
    );
  }
  must(Object.keys(args.tags).length <= 50, "tags", Object.keys(args.tags).length, "AWS takes at most 50 tags");
  must(
    ["retain", "delete"].includes(args.tableOnDestroy),
    "tableOnDestroy",
    args.tableOnDestroy,
    "must be retain or delete",
  );
  for (const key of ["create", "update", "delete"] as const) {
    text(
      `timeouts.${key}`,
      args.timeouts[key],
      "^([0-9]+h)?([0-9]+m)?([0-9]+s)?$",
      2,
      16,
      "must be a time such as 90s, 15m or 1h30m",
    );
  }
  if (problems.length > 0) throw new ArgumentError(problems);
  return args;
}
