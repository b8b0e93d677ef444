import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import type { Value } from "../../../packages/kro/index.ts";
import { type Answer, check } from "../check.ts";
import { documentDifferences } from "../fields.ts";
import type { ObservedAssociation, ObservedPolicy, ObservedRole } from "../observation.ts";
import type { Check } from "../verification.ts";
import { fieldsAnswer } from "./declared.ts";
import { UP } from "./remedies.ts";

/** Whether a role is trusted as it is declared; one that the stack does not own, whether Pod Identity may assume it. */
export function roleTrust({ name, trustPolicy, live }: ObservedRole): Check {
  const question = { id: "role-trust", object: `IAM role ${name}`, what: "trust policy" };
  if (trustPolicy !== undefined) {
    return check({ ...question, expected: "as declared", remedy: UP }, live, (seen) => sameDocument(trustPolicy, seen));
  }
  const expected = `${SERVICE} may ${ACTIONS.join(" and ")}`;
  const remedy = "the role is not this stack's: its owner has to let Pod Identity assume it";
  return check({ ...question, expected, remedy }, live, (seen) => {
    const missing = ACTIONS.filter((action) => !allows(seen, action));
    return { ok: missing.length === 0, found: missing.length === 0 ? expected : `may not ${missing.join(" nor ")}` };
  });
}

/** Whether a role's inline policy is as declared. */
export const rolePolicy = ({ role, name, policy, live }: ObservedPolicy): Check =>
  check(
    { id: "role-policy", object: `IAM role ${role}`, what: `policy ${name}`, expected: "as declared", remedy: UP },
    live,
    (seen) => sameDocument(policy, seen),
  );

/** Whether the service account is bound to the role, by the stack's own association, and to no other role through it. */
export function associationAsDeclared({
  namespace,
  serviceAccount,
  id,
  live,
  ...declared
}: ObservedAssociation): Check {
  const object = `Pod Identity association of ${namespace}/${serviceAccount}`;
  const remedy = `${UP}; pods that were admitted without it need \`--heal\` then`;
  const question = { id: "association", object, what: "role", expected: bindingOf(id, declared), remedy };
  return check(question, live, (seen) => {
    const own = seen.associationId === id;
    const found = bindingOf(String(seen.associationId), seen);
    return {
      ok: found === question.expected,
      found,
      ...(!own && { remedy: "it was not made by this stack: delete it, then `carts up`" }),
    };
  });
}

/** What decides with which credentials pods come, a line each. */
const bindingOf = (
  id: string,
  {
    roleArn,
    targetRoleArn,
    disableSessionTags,
  }: Pick<PodIdentityAssociation, "roleArn" | "targetRoleArn" | "disableSessionTags">,
): string =>
  [
    id,
    roleArn,
    ...(targetRoleArn ? [`target role ${targetRoleArn}`] : []),
    ...(disableSessionTags ? ["no session tags"] : []),
  ].join("\n");

const SERVICE = "pods.eks.amazonaws.com";
const ACTIONS = ["sts:AssumeRole", "sts:TagSession"] as const;

interface Statement {
  readonly Effect?: string;
  readonly Action?: string | readonly string[];
  readonly Principal?: string | { readonly Service?: string | readonly string[] };
}

/** Conditions are not looked at. */
function allows(document: string, action: string): boolean {
  const { Statement } = (parse(document) ?? {}) as unknown as { readonly Statement?: Statement | readonly Statement[] };
  return [Statement ?? []].flat().some(({ Effect, Action, Principal }: Statement) => {
    const services = typeof Principal === "object" ? [Principal.Service ?? []].flat() : [Principal];
    const actions = [Action ?? []].flat();
    return (
      Effect === "Allow" &&
      (services.includes(SERVICE) || services.includes("*")) &&
      actions.some((one) => one === action || one === "sts:*" || one === "*")
    );
  });
}

function sameDocument(declared: string, live: string): Answer {
  const [wanted, found] = [declared, live].map((text) => canonical(parse(text)));
  return fieldsAnswer(documentDifferences(wanted!, found!), "as declared");
}

function parse(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** In a policy, one text and a list of it are the same, and neither the order of keys nor that of texts matters. */
function canonical(value: Value): Value {
  if (Array.isArray(value)) {
    const items = value.map(canonical);
    if (!items.every((item) => typeof item === "string")) return items;
    return items.length === 1 ? items[0]! : items.sort();
  }
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value).map(([key, item]): [string, Value] => [key, canonical(item)]);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}
