import type { PodIdentityAssociation } from "@aws-sdk/client-eks";
import { comparablePolicies } from "../../../packages/iam/index.ts";
import { kubectlName, type LiveObject } from "../../../packages/live/index.ts";
import { type Answer, check } from "../check.ts";
import { documentDifferences } from "../fields.ts";
import type { ObservedAssociation, ObservedPolicy, ObservedRole } from "../observation.ts";
import { isThere, type Reading } from "../reading.ts";
import type { Check } from "../verification.ts";
import { fieldsAnswer } from "./declared.ts";
import { UP } from "./remedies.ts";
import { keepsOut, POD_IDENTITY, permissionOf, sessionTagsAskedFor } from "./trust.ts";

/** Whether a role is trusted as it is declared; one that the stack does not own, whether Pod Identity may assume it. */
export function roleTrust({ name, trustPolicy, live, ack }: ObservedRole): Check {
  const question = { id: "role-trust", object: `IAM role ${name}`, what: "trust policy" };
  if (trustPolicy !== undefined) {
    return check({ ...question, expected: "as declared", remedy: backBy(ack) }, live, (seen) =>
      sameDocument(trustPolicy, seen),
    );
  }
  const expected = `${POD_IDENTITY} may ${ACTIONS.join(" and ")}`;
  const remedy = "the role is not this stack's: its owner has to let Pod Identity assume it";
  return check({ ...question, expected, remedy }, live, (seen) => {
    const permissions = ACTIONS.map((action) => ({ action, ...permissionOf(seen, action) }));
    const missing = permissions.filter(({ verdict }) => verdict === "no").map(({ action }) => action);
    if (missing.length > 0) return { ok: false, found: `may not ${missing.join(" nor ")}` };
    const on = [...new Set(permissions.flatMap((one) => ("on" in one ? one.on : [])))];
    if (on.length === 0) return { ok: true, found: expected };
    return {
      ok: "unknown",
      found: ["what it asks for was not evaluated:", ...on].join("\n"),
      remedy:
        "the role is not this stack's: see whether all that holds for the pods, as cluster, namespace and service account",
    };
  });
}

/**
 * Who else of the cluster has been given a role that the stack owns. Of those that its trust policy does not name, pods
 * get no credentials.
 */
export function roleUsers({ name, trustPolicy, live, users }: ObservedRole): Check[] {
  if (trustPolicy === undefined || users === undefined) return [];
  const question = {
    id: "role-users",
    object: `IAM role ${name}`,
    what: "who else is given it",
    expected: "nobody, or whom its trust policy lets in",
    remedy: "give each of those a role of its own, or this one `roleScope: cluster`",
  };
  const trust = isThere(live) ? live : trustPolicy;
  return [
    check(question, users, (others) => {
      const lines = others.map((one) => {
        const isOut = whyOut(one, trust) !== undefined;
        const text = `${one.namespace}/${one.serviceAccount}, ${one.associationId}`;
        return { isOut, text: isOut ? `${text}: not let in` : text };
      });
      const found = lines.map(({ text }) => text).join("\n");
      return { ok: !lines.some(({ isOut }) => isOut), found: found || "nobody" };
    }),
  ];
}

/** Why a role lets in no pod of an association, as far as that is for certain. */
function whyOut(association: PodIdentityAssociation, trustPolicy: string): string | undefined {
  const { clusterName = "", namespace = "", serviceAccount = "", disableSessionTags } = association;
  if (disableSessionTags) {
    const asked = sessionTagsAskedFor(trustPolicy);
    return asked.length > 0 ? `the role asks for ${asked.join(", ")}` : undefined;
  }
  const tags = {
    "eks-cluster-name": clusterName,
    "kubernetes-namespace": namespace,
    "kubernetes-service-account": serviceAccount,
  };
  return keepsOut(trustPolicy, tags) ? "the role is for others, by its trust policy" : undefined;
}

/** Whether a role's inline policy is as declared. */
export const rolePolicy = ({ role, name, policy, live, ack }: ObservedPolicy): Check =>
  check(
    {
      id: "role-policy",
      object: `IAM role ${role}`,
      what: `policy ${name}`,
      expected: "as declared",
      remedy: backBy(ack),
    },
    live,
    (seen) => sameDocument(policy, seen),
  );

/**
 * Whether the service account is bound to the role, by the stack's own association, to no other role through it, and with
 * what the role asks for of the pods' session.
 *
 * @param trustPolicy - of the role, as IAM has it.
 */
export function associationAsDeclared(
  { namespace, serviceAccount, id, live, ack, ...declared }: ObservedAssociation,
  trustPolicy?: Reading<string>,
): Check {
  const object = `Pod Identity association of ${namespace}/${serviceAccount}`;
  const remedy = `${backBy(ack)}; pods that were admitted without it need \`--heal\` then`;
  const question = { id: "association", object, what: "role", expected: bindingOf(id, declared), remedy };
  return check(question, live, (seen) => {
    const own = seen.associationId === id;
    const found = bindingOf(String(seen.associationId), seen);
    const { clusterName, disableSessionTags } = declared;
    const why = isThere(trustPolicy)
      ? whyOut({ ...seen, clusterName, namespace, serviceAccount }, trustPolicy)
      : undefined;
    return {
      ok: found === question.expected && why === undefined,
      found: why === undefined ? found : `${found}\nso that no pod is let in: ${why}`,
      ...(why !== undefined && {
        remedy: disableSessionTags ? WITHOUT_TAGS : seen.disableSessionTags ? remedy : FOR_OTHERS,
      }),
      ...(!own && { remedy: ack ? backBy(ack) : "it was not made by this stack: delete it, then `carts up`" }),
    };
  });
}

const WITHOUT_TAGS =
  "leave `disableSessionTags` out, or give the role a trust policy that asks for no session tags, with `transforms`";
const FOR_OTHERS =
  "give the role a trust policy that names this cluster and service account; where the stack has made it, `carts up` does";

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

/** What puts back a thing in AWS. ACK looks at it when its object changes, and by itself seldom. */
const backBy = (ack: LiveObject | undefined): string =>
  ack
    ? `ACK puts it back when it resyncs, every 10 hours by default, and when its controller starts; what it says: \`kubectl describe ${kubectlName(ack)}\``
    : UP;

const ACTIONS = ["sts:AssumeRole", "sts:TagSession"] as const;

function sameDocument(declared: string, live: string): Answer {
  const [wanted, found] = comparablePolicies(declared, live);
  return fieldsAnswer(documentDifferences(wanted, found), "as declared");
}
