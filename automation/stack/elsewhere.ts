import type { KubeConfig } from "@kubernetes/client-node";
import { namespacedName } from "../../packages/kro/index.ts";
import {
  instanceChanges,
  type Plan,
  type PlannedChange,
  plannedDefinitions,
  plannedInstances,
} from "../../packages/kro-preview/index.ts";
import { KRO } from "./cluster.ts";
import { nameOfUrn } from "./state.ts";

/** An instance, an RGD, or what may be one, that is not looked at: it is not in the cluster that is looked into. */
export interface Elsewhere {
  readonly urn: string;
  /** Such as `CartsStack default/carts`. */
  readonly title: string;
  /** Such as `in another cluster (provider west)`. */
  readonly where: string;
}

/** Which part of a plan is in one cluster. */
export interface Parts {
  /** What is left of the plan, or of another of the same stack, without what another cluster's providers manage. */
  readonly here: (plan: Plan) => Plan;
  readonly elsewhere: readonly Elsewhere[];
}

/**
 * Tells what is in a cluster from what is in others. Two providers may well reach the same one; of one whose kubeconfig
 * is not known, nobody knows that it does.
 *
 * @param cluster - that is looked into.
 * @param kubeConfig - how the cluster of the provider of a URN is reached.
 */
export async function splitByCluster(
  plan: Plan,
  cluster: KubeConfig,
  kubeConfig: (provider: string) => Promise<KubeConfig>,
): Promise<Parts> {
  const ofKro = plan.changes.filter(isOfKro);
  const others = new Map<string, string>();
  const look = async (urn: string) => {
    const name = nameOfUrn(urn);
    try {
      if (addressOf(await kubeConfig(urn)) !== addressOf(cluster)) others.set(urn, `provider ${name}`);
    } catch (error) {
      others.set(urn, `or in one that is not known, of provider ${name}: ${(error as Error).message}`);
    }
  };
  await Promise.all([...new Set(ofKro.flatMap(({ provider }) => provider ?? []))].map(look));
  const titled = titlesOf(plan);
  const elsewhere = ofKro.flatMap((change): Elsewhere[] => {
    const where = others.get(change.provider ?? "");
    return where === undefined
      ? []
      : [{ urn: change.urn, title: titled(change), where: `in another cluster (${where})` }];
  });
  const isHere = ({ provider }: PlannedChange) => !others.has(provider ?? "");
  return { here: (all) => ({ ...all, changes: all.changes.filter(isHere) }), elsewhere };
}

/** Whether a change is of an RGD, an instance, or what may be one. */
const isOfKro = (change: PlannedChange): boolean =>
  change.type.startsWith(KRO) || instanceChanges([change], []).possible.length > 0;

/** What tells a cluster from others. */
function addressOf(config: KubeConfig): string {
  const { server, proxyUrl } = config.getCurrentCluster() ?? {};
  return JSON.stringify([server, proxyUrl]);
}

function titlesOf(plan: Plan): (change: PlannedChange) => string {
  const ignore = () => {};
  const instances = plannedInstances(plan, plannedDefinitions(plan, ignore), ignore);
  const ids = new Map(instances.map(({ change, id }) => [change.urn, id]));
  return ({ urn, type, name: ownName, before, after }) => {
    const { name, namespace } = ((after ?? before)?.metadata ?? {}) as Readonly<Record<string, unknown>>;
    const declared =
      typeof name === "string"
        ? namespacedName({ name, namespace: typeof namespace === "string" ? namespace : undefined })
        : ownName;
    return `${type.split(":").at(-1)} ${ids.get(urn) ?? declared}`;
  };
}
