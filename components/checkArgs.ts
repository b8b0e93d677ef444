import { Output, RunError } from "@pulumi/pulumi";
import { DURATION_RULE, parseDuration } from "../packages/console/index.ts";
import { ARGUMENTS, type ArgRule, type TextRule } from "./argRules.ts";
import { type CartsStackArgs, type ResolvedArgs, resolveArgs, roleNameFor, tablePrefixFor } from "./args.ts";

/** What a user can mend: `problems` name each argument, its value and the rule that it breaks. Printed without a stack. */
export class ArgumentError extends RunError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.join("\n"));
    this.name = "ArgumentError";
    this.problems = problems;
  }
}

/**
 * The arguments with their defaults, once each is known to be one that IAM, EKS, DynamoDB and Kubernetes take.
 *
 * @throws ArgumentError with a line for each bad argument: its name, its value, the rule, and what to do.
 */
export function checkArgs(given: CartsStackArgs): ResolvedArgs {
  const args = resolveArgs(given);
  const own = fieldProblems(ARGUMENTS, given, args);
  const isFine = (key: keyof CartsStackArgs) => !own.some((problem) => problem.key === key);
  const problems = [...own.map(({ text }) => text), ...ACROSS.flatMap((rule) => rule(args, isFine))];
  if (problems.length > 0) throw new ArgumentError(problems);
  return args;
}

interface Problem {
  readonly key: string;
  readonly text: string;
}

const but = (key: string, value: unknown, rule: string): string => `${key} is ${JSON.stringify(value)}, but ${rule}`;

/** What is wrong with each of the fields by itself. `args` is `given` with the defaults. */
function fieldProblems(fields: Readonly<Record<string, ArgRule>>, given: object, args: object, path = ""): Problem[] {
  return Object.entries(fields).flatMap(([name, rule]) => {
    const key = path + name;
    const [raw, value] = [given, args].map((of) => (of as Record<string, unknown>)[name]);
    const bad = (text: string): Problem[] => [{ key, text }];
    if (rule.type === "object") {
      if (typeof (raw ?? {}) !== "object") return bad(but(key, raw, "must be an object"));
      const inner = (raw ?? {}) as object;
      if (rule.entries) return entryProblems(key, rule.entries, inner).flatMap(bad);
      const known = Object.keys(rule.fields!);
      const unknown = Object.keys(inner).filter((inside) => !known.includes(inside));
      return [
        ...unknown.flatMap((inside) => bad(`${key}.${inside} is not a key: ${key} has ${known.join(" and ")}`)),
        ...fieldProblems(rule.fields!, inner, value as object, `${key}.`),
      ];
    }
    return (value === undefined && !rule.required) || isTaken(rule, value) ? [] : bad(but(key, value, ruleOf(rule)));
  });
}

function entryProblems(key: string, { name, value, most }: NonNullable<ArgRule["entries"]>, given: object): string[] {
  const entries = Object.entries(given);
  return [
    ...entries.flatMap(([entry, content]) => [
      ...(matches(name, entry) ? [] : [but(key, entry, name.must)]),
      ...((value.output && Output.isInstance(content)) || matches(value, content)
        ? []
        : [but(`${key}.${entry}`, content, value.must)]),
    ]),
    ...(most && entries.length > most.number ? [but(key, entries.length, most.must)] : []),
  ];
}

function isTaken(rule: ArgRule, value: unknown): boolean {
  if (rule.type === "boolean") return typeof value === "boolean";
  if (rule.type === "integer") {
    const { minimum = -Infinity, maximum = Infinity } = rule;
    return Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
  }
  return (
    matches(rule, value) &&
    matches(rule.stricter ?? {}, value) &&
    (!rule.enum || rule.enum.includes(value)) &&
    (rule.format !== "duration" || parseDuration(value) !== undefined)
  );
}

const matches = ({ pattern = "", minLength = 0, maxLength = Infinity }: TextRule, value: unknown): value is string =>
  typeof value === "string" &&
  value.length >= minLength &&
  value.length <= maxLength &&
  new RegExp(pattern, "u").test(value);

const ruleOf = ({ must, format, type }: ArgRule): string =>
  must ?? (format === "duration" ? DURATION_RULE : type === "boolean" ? "must be true or false" : `must be a ${type}`);

/** A rule for what can't be judged by one field's own rule: what is wrong, once the fields named are each `isFine`. */
type RuleAcross = (args: ResolvedArgs, isFine: (key: keyof CartsStackArgs) => boolean) => readonly string[];

const roleNameFits: RuleAcross = ({ clusterName, roleName }, isFine) =>
  roleName !== undefined || !isFine("clusterName") || roleNameFor(clusterName).length <= ARGUMENTS.roleName.maxLength
    ? []
    : [
        but(
          "clusterName",
          clusterName,
          `the IAM role ${roleNameFor(clusterName)} would be longer than ${ARGUMENTS.roleName.maxLength} characters: set roleName to a role that exists`,
        ),
      ];

const tableIsInReach: RuleAcross = ({ clusterName, roleName, tableName }, isFine) =>
  roleName !== undefined ||
  !isFine("clusterName") ||
  !isFine("tableName") ||
  tableName.startsWith(tablePrefixFor(clusterName))
    ? []
    : [
        but(
          "tableName",
          tableName,
          `must begin with ${tablePrefixFor(clusterName)}, the tables that the stack's role may use (or set roleName)`,
        ),
      ];

/** Namespaces that belong to Kubernetes; an instance's namespace is deleted with it. */
const SYSTEM_NAMESPACES = ["default", "kube-system", "kube-public", "kube-node-lease"];

const namespaceIsItsOwn: RuleAcross = ({ namespace, instanceNamespace }, isFine) =>
  !isFine("namespace") || ![...SYSTEM_NAMESPACES, instanceNamespace].includes(namespace)
    ? []
    : [
        but(
          "namespace",
          namespace,
          "must not be a namespace of Kubernetes, nor instanceNamespace: it is deleted with the instance",
        ),
      ];

const imageHasNoTag: RuleAcross = ({ image }) =>
  typeof image === "string" && image.slice(image.lastIndexOf("/") + 1).includes(":")
    ? [but("image", image, "must have no tag: put the tag into imageVersion")]
    : [];

/** ConfigMap keys that the instance sets itself. */
const RESERVED_VARIABLES = ["RETAIL_CART_PERSISTENCE_PROVIDER", "RETAIL_CART_PERSISTENCE_DYNAMODB_TABLE_NAME"];

const variablesAreFree: RuleAcross = ({ environment }) =>
  RESERVED_VARIABLES.filter((name) => name in Object(environment)).map((name) =>
    but("environment", name, "is set by the stack: use tableName to change the table"),
  );

const ACROSS = [roleNameFits, tableIsInReach, namespaceIsItsOwn, imageHasNoTag, variablesAreFree];
