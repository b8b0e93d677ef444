import { type Json, until } from "../../../sandbox/testing.ts";
import { apply, get } from "./lease.ts";

/** A rule of a ClusterRole. */
interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** Lets kro do more than docs/kro-permissions.yaml does, for RGDs with children of other kinds. The story's end takes it back. */
export async function letKro(...rules: readonly Rule[]): Promise<void> {
  await apply({
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "kro-of-a-test", labels: { "rbac.kro.run/aggregate-to-controller": "true" } },
    rules,
  });
  await until("kro has been given it", async () => {
    const has = ((await get("clusterrole", "kro:controller"))!.rules ?? []) as Json[];
    return rules.every(({ resources }) => has.some((rule) => String(rule.resources) === String(resources)));
  });
}
