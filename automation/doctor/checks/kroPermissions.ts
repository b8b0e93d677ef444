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
    const lacking = (await Promise.all(needs.map((need) => lackOf(need, kro, cluster)))).filter((text) => text !== "");
    const of = `of ${needs.length - 1} kinds`;
    if (lacking.length === 0) return ok(`${kro.title}: all that it needs ${of}`);
    const found = [`${kro.title} may not`, ...lacking].join("\n");
    if (kro.policies.length > 0) {
      return unknown(
        `${found}\nby the cluster's own roles; what ${kro.policies.join(", ")} allow it, only EKS knows`,
        "where those policies don't allow it: `kubectl apply -f docs/kro-permissions.yaml`, and bind that ClusterRole to it",
      );
    }
    return wrong(
      found,
      "`kubectl apply -f docs/kro-permissions.yaml`; where kro's chart doesn't gather its roles (`rbac.mode: aggregation`), also " +
        `\`kubectl create clusterrolebinding kro-carts-stack --clusterrole kro-carts-stack ${kro.bindingFlag}\``,
    );
  },
};

const REVIEW = { apiVersion: "authorization.k8s.io/v1", kind: "SubjectAccessReview" };

/** What of a need is not allowed, as `create, patch tables.dynamodb.services.k8s.aws`; empty where all is. */
async function lackOf({ apiVersion, kind, subresource, verbs }: Need, kro: KroIdentity, cluster: ClusterClient) {
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
  return missing.length === 0 ? "" : `${missing.join(", ")} ${name}`;
}
