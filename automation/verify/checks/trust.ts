import { isList, isMap, type Value } from "../../../packages/kro/index.ts";

/** The service that takes on a role for pods. */
export const POD_IDENTITY = "pods.eks.amazonaws.com";

/** Whether a trust policy lets EKS Pod Identity do something. What it depends on is a line for each thing. */
export type Permission =
  | { readonly verdict: "yes" | "no" }
  | { readonly verdict: "depends"; readonly on: readonly string[] };

interface Statement {
  readonly effect: "Allow" | "Deny";
  /** Undefined: of all actions but those of `notActions`. */
  readonly actions: readonly string[] | undefined;
  readonly notActions: readonly string[];
  /** Whether it is about Pod Identity: by name, because it is about everybody, or because it leaves out only others. */
  readonly isAboutPods: boolean;
  readonly conditions: readonly Condition[];
}

interface Condition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** Conditions are not evaluated: what they ask for, AWS knows when a role is taken on. */
export function permissionOf(trustPolicy: string, action: string): Permission {
  const about = statementsOf(trustPolicy).filter((one) => one.isAboutPods && isAboutAction(one, action));
  const [allows, denies] = [about.filter(isAllow), about.filter((one) => !isAllow(one))];
  if (allows.length === 0 || denies.some(isUnconditional)) return { verdict: "no" };
  if (denies.length === 0 && allows.some(isUnconditional)) return { verdict: "yes" };
  const conditional = allows.some(isUnconditional) ? denies : [...denies, ...allows];
  return { verdict: "depends", on: [...new Set(conditional.map(statementText))] };
}

/** The session tags without which no pod is let in: those that each statement asks for that lets pods in. */
export function sessionTagsAskedFor(trustPolicy: string): string[] {
  const asked = allowing(trustPolicy).map(({ conditions }) =>
    conditions.filter(isUnmetByNothing).flatMap(({ key }) => REQUEST_TAG.exec(key)?.[1] ?? []),
  );
  return asked.every((tags) => tags.length > 0) ? [...new Set(asked.flat())] : [];
}

/**
 * Whether a trust policy can't but keep out the pods of a service account, because it names others.
 *
 * @param tags - of their session, as far as they are known.
 */
export function keepsOut(trustPolicy: string, tags: Readonly<Record<string, string>>): boolean {
  const allows = allowing(trustPolicy);
  const mayHold = ({ operator, key, values }: Condition): boolean => {
    const own = tags[REQUEST_TAG.exec(key)?.[1]?.toLowerCase() ?? ""];
    return own === undefined || operator.toLowerCase() !== "stringequals" || values.includes(own);
  };
  return allows.length > 0 && allows.every(({ conditions }) => !conditions.every(mayHold));
}

const REQUEST_TAG = /^aws:RequestTag\/(.+)$/i;

/** The statements that may let Pod Identity take on the role. */
const allowing = (trustPolicy: string): Statement[] =>
  statementsOf(trustPolicy).filter((one) => isAllow(one) && one.isAboutPods && isAboutAction(one, "sts:AssumeRole"));

const isAllow = ({ effect }: Statement): boolean => effect === "Allow";
const isUnconditional = ({ conditions }: Statement): boolean => conditions.length === 0;

const isAboutAction = ({ actions, notActions }: Statement, action: string): boolean =>
  actions === undefined ? !notActions.some((one) => matches(one, action)) : actions.some((one) => matches(one, action));

/** Whether a pattern of actions, which have no case, is of an action. */
const matches = (pattern: string, action: string): boolean => {
  const expression = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${expression}$`, "i").test(action);
};

/** Whether a condition is not met by a request that lacks its key. */
const isUnmetByNothing = ({ operator, values }: Condition): boolean =>
  /^null$/i.test(operator) ? values.includes("false") : !/Not|IfExists$|^ForAllValues:/i.test(operator);

const statementText = ({ effect, conditions }: Statement): string => {
  const asked = conditions.map(({ operator, key, values }) => `${operator} ${key} ${values.join(", ")}`);
  return `${effect === "Allow" ? "lets it in" : "denies it"} where ${asked.join(" and ")}`;
};

function statementsOf(trustPolicy: string): Statement[] {
  const { Statement } = toMap(parsed(trustPolicy));
  return toList(Statement).map((one) => {
    const { Effect, Action, NotAction, Principal, NotPrincipal, Condition } = toMap(one);
    const conditions = Object.entries(toMap(Condition)).flatMap(([operator, block]) =>
      Object.entries(toMap(block)).map(([key, values]) => ({ operator, key, values: toList(values).map(String) })),
    );
    return {
      effect: Effect === "Deny" ? "Deny" : "Allow",
      actions: Action === undefined ? undefined : toList(Action).map(String),
      notActions: toList(NotAction).map(String),
      isAboutPods: NotPrincipal === undefined ? isPods(Principal) : !isPods(NotPrincipal),
      conditions,
    };
  });
}

const isPods = (principal: Value | undefined): boolean =>
  principal === "*" ||
  toList(toMap(principal).Service).includes(POD_IDENTITY) ||
  toList(toMap(principal).AWS).includes("*");

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const toList = (value: Value | undefined): readonly Value[] =>
  value === undefined ? [] : isList(value) ? value : [value];

const toMap = (value: Value | undefined): { readonly [key: string]: Value } => (isMap(value) ? value : {});
