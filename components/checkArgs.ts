import { DURATION_RULE, didYouMean, parseDuration, problemLine } from "../packages/console/index.ts";
import { ARGUMENTS } from "./argRules.ts";
import { type CartsStackArgs, type ResolvedArgs, resolveArgs } from "./args.ts";
import { DEFINITION_NAME } from "./definition/cartsDefinition.ts";
import { isLater, settle } from "./given.ts";
import { Refusal } from "./refusal.ts";
import { ACROSS } from "./rules/across.ts";
import type { ArgRule, TextRule } from "./rules/argRule.ts";
import { but, type PlainArgs } from "./rules/ruleAcross.ts";

/** What a user can mend: `problems` name each argument, its value and the rule that it breaks. Printed without a stack. */
export class ArgumentError extends Refusal {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(problems.map(problemLine).join("\n"));
    this.name = "ArgumentError";
    this.problems = problems;
  }

  /** The same, with no secret shown. */
  without(secrets: ReadonlySet<string>): ArgumentError {
    return new ArgumentError(this.problems.map((problem) => hide(problem, secrets)));
  }
}

/**
 * The arguments with their defaults, once each is known to be one that IAM, EKS, DynamoDB and Kubernetes take. What is not
 * at hand yet is left to {@link checkLater}.
 *
 * @throws ArgumentError with a line for each bad argument: its name, its value, the rule, and what to do.
 */
export function checkArgs(given: CartsStackArgs): ResolvedArgs {
  if (typeof (given ?? undefined) !== "object" || Array.isArray(given))
    throw new ArgumentError([but("args", given, "must be an object, with a clusterName")]);
  const args = resolveArgs(given);
  const own = [...unknownArguments(given), ...fieldProblems(ARGUMENTS, given, args)];
  const isFine = (key: keyof ResolvedArgs) =>
    !isLater(args[key]) && !own.some((problem) => problem.key === key || problem.key.startsWith(`${key}.`));
  const across = ACROSS.filter(({ of }) => of.every(isFine)).flatMap(({ problems }) =>
    problems(args as PlainArgs, given),
  );
  const problems = [...own.map(({ text }) => text), ...across, ...apiProblems(given), ...scopeProblems(given)];
  if (problems.length > 0) throw new ArgumentError(problems);
  return args;
}

/**
 * The same once the Outputs among the arguments are known; in a preview some may stay Outputs, and unchecked.
 *
 * @param secrets - gets the texts among the arguments that are secret: for whoever shows any, to {@link hide} them.
 * @throws ArgumentError (a rejection) in the same words; a secret is not shown.
 */
export async function checkLater(given: CartsStackArgs, secrets: Set<string>): Promise<ResolvedArgs> {
  const known = (await settle(given, secrets)) as CartsStackArgs;
  try {
    return checkArgs(known);
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error;
    throw error.without(secrets);
  }
}

/** `api` is no key of a config, and so has no rule in {@link ARGUMENTS}. */
function apiProblems({ api, createDefinition }: CartsStackArgs): string[] {
  if (api === undefined) return [];
  return [
    ...(createDefinition ? ["createDefinition is true, but api says who makes the definition: set only one"] : []),
    ...(isLater(api) || api === DEFINITION_NAME ? [] : [but("api", api, "must be a CartsApi's definitionName")]),
  ];
}

/** A scope is of the role that is made: it would narrow nothing, and say that it did. */
const scopeProblems = ({ roleName, roleScope }: CartsStackArgs): string[] =>
  (roleName ?? undefined) === undefined || (roleScope ?? undefined) === undefined
    ? []
    : ["roleScope is set, but it is of the role that is made, and roleName names another: set only one of them"];

/** A program in JavaScript, and a config, may have any. */
function unknownArguments(given: object): Problem[] {
  const known = [...Object.keys(ARGUMENTS), "api"];
  return Object.keys(given)
    .filter((key) => !known.includes(key))
    .map((key) => {
      const text = `${key} is not an argument${didYouMean(key, known)}: they are ${known.join(", ")}`;
      return { key, text };
    });
}

/** A text without the secrets, the longest first because one may hold another. */
export const hide = (text: string, secrets: ReadonlySet<string>): string =>
  [...secrets]
    .flatMap((secret) => [JSON.stringify(secret), secret])
    .sort((a, b) => b.length - a.length)
    .reduce((shown, secret) => shown.replaceAll(secret, "[secret]"), text);

/** What is wrong with one field, by its path. */
export interface Problem {
  readonly key: string;
  readonly text: string;
}

/** A list, a Map and the like have no fields that would be looked at. */
const isPlainObject = (value: unknown): boolean => Object.prototype.toString.call(value) === "[object Object]";

/** What decides which resources there are, or is no value of a resource's. */
const PLAIN = /^(createDefinition|identity|routeUi|timeouts(\..*)?|mode|controllers)$/;

/** What is wrong with each of the fields by itself. `args` is `given` with the defaults. */
export function fieldProblems(
  fields: Readonly<Record<string, ArgRule>>,
  given: object,
  args: object,
  path = "",
): Problem[] {
  return Object.entries(fields).flatMap(([name, rule]) => {
    const key = path + name;
    const [raw, value] = [given, args].map((of) => (of as Record<string, unknown>)[name]);
    const bad = (text: string): Problem[] => [{ key, text }];
    if (isLater(raw) || isLater(value)) {
      return PLAIN.test(key) ? bad(`${key} comes from a resource, but must be a plain value of the program's`) : [];
    }
    if (rule.type === "object") {
      if (!isPlainObject(raw ?? {})) return bad(but(key, raw, "must be an object"));
      const inner = (raw ?? {}) as object;
      if (rule.entries) return entryProblems(key, rule.entries, inner).flatMap(bad);
      const known = Object.keys(rule.fields!);
      const unknown = Object.keys(inner).filter((inside) => !known.includes(inside));
      return [
        ...unknown.flatMap((inside) =>
          bad(`${key}.${inside} is not a key${didYouMean(inside, known)}: ${key} has ${known.join(" and ")}`),
        ),
        ...fieldProblems(rule.fields!, inner, (value ?? inner) as object, `${key}.`),
      ];
    }
    // A default is right, or made of other arguments and as right as they are.
    const isGiven = (raw ?? undefined) !== undefined;
    return isGiven || rule.required ? (isTaken(rule, raw) ? [] : bad(but(key, raw, ruleOf(rule)))) : [];
  });
}

function entryProblems(
  key: string,
  { name, value, fields, most }: NonNullable<ArgRule["entries"]>,
  given: object,
): string[] {
  const entries = Object.entries(given);
  const contentProblems = (entry: string, content: unknown): string[] => {
    if (fields) {
      const inside: ArgRule = { type: "object", description: "", fields };
      return fieldProblems({ [entry]: inside }, { [entry]: content }, { [entry]: content ?? {} }, `${key}.`).map(
        ({ text }) => text,
      );
    }
    return value && !isLater(content) && !matches(value, content) ? [but(`${key}.${entry}`, content, value.must)] : [];
  };
  return [
    ...entries.flatMap(([entry, content]) => [
      ...(matches(name, entry) ? [] : [but(key, entry, name.must)]),
      ...contentProblems(entry, content),
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
  if (rule.type === "array") {
    if (!Array.isArray(value)) return false;
    const known = value.filter((item) => !isLater(item));
    return new Set(known).size === known.length && known.every((item) => rule.enum!.includes(item));
  }
  return (
    matches(rule.whole ?? rule, value) &&
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
