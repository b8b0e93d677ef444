import type { LiveObject } from "../../packages/live/index.ts";
import { type Place, RGD } from "./place.ts";

const REVIEW = { apiVersion: "authorization.k8s.io/v1", kind: "SelfSubjectAccessReview" };

/** What this user may not do that a rollout does: sentences. */
export async function permissionProblems(
  { cluster, gvk, name }: Place,
  instances: readonly LiveObject[],
): Promise<string[]> {
  const may = async (attributes: object): Promise<boolean> => {
    const { status } = await cluster.review(REVIEW, { spec: { resourceAttributes: attributes } });
    return status?.allowed === true;
  };
  const plural = await cluster.pluralOf(gvk);
  const patch = { group: gvk.group, resource: plural, verb: "patch" };
  const problems: string[] = [];
  if (!(await may({ ...patch, group: "kro.run", resource: "resourcegraphdefinitions", name }))) {
    problems.push(`you may not patch the ${RGD.kind} ${name}, on which a rollout notes what it does`);
  }
  if (await may(patch)) return problems;
  const namespaces = [...new Set(instances.map(({ metadata }) => metadata.namespace))];
  const allowed = await Promise.all(namespaces.map((namespace) => may({ ...patch, namespace })));
  const denied = namespaces.filter((_, i) => !allowed[i]);
  if (denied.length > 0) {
    problems.push(
      `you may not patch ${plural}.${gvk.group} in ${denied.join(", ")}: a rollout holds instances by an annotation`,
    );
  }
  return problems;
}
