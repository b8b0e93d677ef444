import { policyStatements } from "../../iam/index.ts";
import { groupOf, isList, isMap, type Value } from "../../kro/index.ts";
import type { Look } from "./look.ts";
import type { Child, Fault, PolicyRule } from "./rule.ts";

type Statement = { readonly [key: string]: Value };

/** A policy's statement that allows something, and how a message calls it. */
interface Allowed {
  readonly statement: Statement;
  readonly title: string;
  readonly path: string;
}

/** Where IAM's resources of ACK have policies: a document, or a map of several by name. */
const DOCUMENTS: Readonly<Record<string, { readonly one?: string; readonly map?: string; readonly trust?: string }>> = {
  Policy: { one: "policyDocument" },
  Role: { map: "inlinePolicies", trust: "assumeRolePolicyDocument" },
  User: { map: "inlinePolicies" },
  Group: { map: "inlinePolicies" },
};

function documentsOf({ object, look }: Child, kind: "permissions" | "trust"): Look[] {
  if (groupOf(object.apiVersion) !== "iam.services.k8s.aws" || !Object.hasOwn(DOCUMENTS, object.kind)) return [];
  const { one, map, trust } = DOCUMENTS[object.kind]!;
  if (kind === "trust") return trust === undefined ? [] : [look.at("spec", trust)];
  return [
    ...(one === undefined ? [] : [look.at("spec", one)]),
    ...(map === undefined ? [] : look.at("spec", map).items()),
  ];
}

/** The statements that allow something. A document that can't be told, or is no policy, has none. */
const allowed = (child: Child, kind: "permissions" | "trust"): Allowed[] =>
  documentsOf(child, kind).flatMap((document) => {
    const text = document.text();
    const statements = text === undefined ? [] : policyStatements(text);
    return statements.flatMap((statement, i) => {
      if (!isMap(statement) || statement.Effect !== "Allow") return [];
      const title = typeof statement.Sid === "string" ? `statement ${statement.Sid}` : `statement ${i + 1}`;
      return [{ statement, title, path: document.path }];
    });
  });

const iamRule = (
  id: string,
  meaning: string,
  source: string,
  kind: "permissions" | "trust",
  look: (statement: Statement) => readonly string[],
): PolicyRule => ({
  id,
  meaning,
  default: "error",
  source,
  check: (child) =>
    allowed(child, kind).flatMap(({ statement, title, path }): Fault[] =>
      look(statement).map((what) => ({ message: `${title} allows ${what}`, path })),
    ),
});

const texts = (value: Value | undefined): string[] =>
  value === undefined ? [] : isList(value) ? value.map(String) : [String(value)];

/** A wildcard that stands for everything, however it is written; `?` stands for one character. */
const isAll = (text: string): boolean => /^[*?]*\*[*?]*$/.test(text);

const IAM = "https://docs.aws.amazon.com/IAM/latest/UserGuide/";
const SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html";

export const iamRules: readonly PolicyRule[] = [
  iamRule(
    "iam-wildcard-action",
    "a policy allows no action `*`, and not all of a service",
    `${SECURITY_HUB}#iam-21`,
    "permissions",
    (statement) =>
      texts(statement.Action)
        .filter((action) => isAll(action.slice(action.indexOf(":") + 1)))
        .map((action) => `the action ${action}`),
  ),
  iamRule(
    "iam-wildcard-resource",
    "a policy allows nothing on every resource",
    `${IAM}best-practices.html#grant-least-privilege`,
    "permissions",
    ({ Resource, Action, NotAction }) => {
      // Also `arn:aws:*`, and `arn:aws:*:*:*:*`.
      const all = texts(Resource).filter((one) =>
        isAll(one.replace(/^arn:(?:(?:aws[\w-]*|\*):)?/, "").replaceAll(":", "")),
      );
      const what = Action === undefined ? `all but ${texts(NotAction).join(", ")}` : texts(Action).join(", ");
      return all.length > 0 ? [`${what} on the resource *`] : [];
    },
  ),
  iamRule(
    "iam-not-action",
    "a policy says what it allows, not what it leaves out (`NotAction`, `NotResource`)",
    `${IAM}reference_policies_elements_notaction.html`,
    "permissions",
    ({ NotAction, NotResource }) => [
      ...(NotAction === undefined ? [] : [`every action but ${texts(NotAction).join(", ")}`]),
      ...(NotResource === undefined ? [] : [`every resource but ${texts(NotResource).join(", ")}`]),
    ],
  ),
  iamRule(
    "iam-wildcard-principal",
    "a role is trusted to somebody, not to everybody",
    `${IAM}reference_policies_elements_principal.html#principal-anonymous`,
    "trust",
    ({ Principal, NotPrincipal, Condition }) => {
      if (NotPrincipal !== undefined) return ["everybody but its NotPrincipal"];
      const principals = isMap(Principal) ? Object.values(Principal).flatMap(texts) : texts(Principal);
      // A condition may say who, as for a role that an organisation's accounts take.
      const isOpen = Condition === undefined || (isMap(Condition) && Object.keys(Condition).length === 0);
      return principals.includes("*") && isOpen ? ["everybody to take the role"] : [];
    },
  ),
];
