import { type Graph, groupOf } from "../../../packages/kro/index.ts";
import type { ClusterClient } from "../../../packages/live/index.ts";
import { ok, unknown, wrong } from "../finding.ts";
import type { Probe } from "../probe.ts";
import { type KroIdentity, kroIdentity } from "./kroIdentity.ts";

/** What kro does with what it makes, and with what it only reads. It watches a kind everywhere. */
const MAKES = ["get", "list", "watch", "create", "patch", "delete"];
const READS = ["get", "list", "watch"];
/** With the instances, and with their status. */
const INSTANCES = ["get", "list", "watch", "patch", "update"];
const STATUS = ["get", "patch", "update"];

/** A kind, and what kro does with its objects. */
interface Need {
  readonly apiVersion: string;
  readonly kind: string;
  readonly subresource?: string;
  readonly verbs: readonly string[];
}

/** What kro must be allowed for the instances of a graph: each kind once. */
export function needsOf({ apiVersion, kind, nodes }: Graph): readonly Need[] {
  const needs = new Map<string, Need>();
  for (const node of nodes) {
    const isMade = node.type === "resource" || node.type === "collection";
    const key = `${node.apiVersion} ${node.kind}`;
    const verbs = isMade || needs.get(key)?.verbs === MAKES ? MAKES : READS;
    needs.set(key, { apiVersion: node.apiVersion, kind: node.kind, verbs });
  }
  const instances = { apiVersion, kind };
  return [
    { ...instances, verbs: INSTANCES },
    { ...instances, subresource: "status", verbs: STATUS },
    ...needs.values(),
  ];
}

/** Whether kro may do all that the shipped RGD asks for, whoever kro is here. */
export const kroPermissions: Probe = {
  id: "kro-permissions",
  topic: "kro",
  wanted: "it may make all kinds of the RGD, in every namespace",
  async look(ground) {
    const [cluster, graph, kro] = [await ground.cluster(), await ground.graph(), await kroIdentity(ground)];
    const needs = needsOf(graph);
    const lacking = await lacksOf(needs, kro, cluster);
    const of = `of ${needs.length - 1} kinds`;
    if (lacking.length === 0) return ok(`${kro.title}: all that it needs ${of}`);
    const found = [`${kro.title} may not`, ...lacking.map(({ lack }) => lack)].join("\n");
    const roles = [...new Set(lacking.map(({ need }) => roleOf(need)))];
    const apply = `\`kubectl apply${roles.map((role) => ` -f docs/${role.replace("carts-stack", "permissions")}.yaml`).join("")}\``;
    if (kro.policies?.length !== 0) {
      return unknown(
        `${found}\nby the cluster's own roles; what ${kro.policies?.join(", ") ?? "EKS' access policies"} allow it, only EKS knows`,
        `where those policies don't allow it: ${apply}, and bind what that makes to it`,
      );
    }
    return wrong(
      found,
      `${apply}; where kro's chart doesn't gather its roles (\`rbac.mode: aggregation\`), also ${roles
        .map((role) => `\`kubectl create clusterrolebinding ${role} --clusterrole ${role} ${kro.bindingFlag}\``)
        .join(" and ")}`,
    );
  },
};

/** Which of the ClusterRoles in docs/ has it. */
const roleOf = ({ apiVersion }: Need): string =>
  IDENTITY_GROUPS.has(groupOf(apiVersion)) ? "kro-carts-stack-identity" : "kro-carts-stack";

const IDENTITY_GROUPS: ReadonlySet<string> = new Set(["iam.services.k8s.aws", "eks.services.k8s.aws"]);

/** What kro needs and is not allowed. */
export interface Lack {
  readonly need: Need;
  /** Of its verbs, those that are not allowed everywhere. */
  readonly verbs: readonly string[];
  /** As `tables.dynamodb.services.k8s.aws`. */
  readonly resource: string;
  /** As `create, patch tables.dynamodb.services.k8s.aws`. */
  readonly lack: string;
}

/** @throws ApiError where one may not ask what others may. */
export async function lacksOf(
  needs: readonly Need[],
  kro: KroIdentity,
  cluster: ClusterClient,
): Promise<readonly Lack[]> {
  const lacks = await Promise.all(needs.map((need) => lackOf(need, kro, cluster)));
  return lacks.filter(({ verbs }) => verbs.length > 0);
}

const REVIEW = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview" };

/** What of a need is not allowed: of no verb where all is. */
async function lackOf(need: Need, kro: KroIdentity, cluster: ClusterClient): Promise<Lack> {
  const { apiVersion, kind, subresource, verbs } = need;
  const group = groupOf(apiVersion);
  const resource = (await cluster.pluralOf({ apiVersion, kind })) ?? `${kind.toLowerCase()}s`;
  const { user, groups, extra } = kro;
  const isAllowed = async (verb: string): Promise<boolean> => {
    const resourceAttributes = { group, resource, verb, ...(subresource !== undefined && { subresource }) };
    const { status } = await cluster.review(REVIEW, { spec: { resourceAttributes, user, groups, extra } });
    return status?.allowed === true;
  };
  const allowed = await Promise.all(verbs.map(isAllowed));
  const missing = verbs.filter((_, i) => !allowed[i]);
  const name = [[resource, group].filter(Boolean).join("."), subresource].filter(Boolean).join("/");
  return { need, verbs: missing, resource: name, lack: `${missing.join(", ")} ${name}` };
}
