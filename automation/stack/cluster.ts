import type { KubeConfig } from "@kubernetes/client-node";
import { KnownAfterApply, Secret } from "../../packages/kro/index.ts";
import {
  instanceChanges,
  type Plan,
  type PlannedChange,
  plannedDefinitions,
} from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, type ClusterProvider, findKubeConfig } from "../../packages/live/index.ts";
import { exportedState } from "./exported.ts";
import { errorLine } from "./pulumiError.ts";
import type { OpenStack } from "./selection.ts";
import { nameOfUrn, readState } from "./state.ts";

/** A kubeconfig that is chosen, and the folder of the project. */
interface Choice extends ClusterChoice {
  readonly cwd: string;
}

/** The stack as its state has it now, secrets revealed; undefined when that can't tell how the provider is going to be. */
type ReadAgain = (provider: PlannedChange | undefined) => Promise<Plan> | undefined;

/**
 * The kubeconfig of the cluster in which a plan's instances are: as their own provider reaches it, unless another is
 * chosen.
 *
 * @param readAgain - called when the plan does not tell of the provider, or hides a part of it.
 * @param urn - of another provider, whose cluster is wanted instead.
 * @throws Error that says why it is not known.
 */
export async function kubeConfigOf(
  plan: Plan,
  { cwd, kubeconfig, context }: Choice,
  readAgain: ReadAgain = () => undefined,
  urn = providerOf(plan),
): Promise<KubeConfig> {
  const choice = { kubeconfig, context };
  const chosen = kubeconfig !== undefined && context !== undefined;
  if (chosen || urn === undefined) return findKubeConfig(choice, undefined, cwd);
  const planned = plan.changes.find((change) => change.urn === urn);
  const told = inputsOf(planned);
  const again = told && !hides(told) ? undefined : await readAgain(planned)?.catch(unread);
  const inputs = inputsOf(again?.changes.find((change) => change.urn === urn)) ?? told;
  if (!inputs) {
    throw new Error(`the stack's state lacks its provider ${nameOfUrn(urn)}: choose with --kubeconfig and --context`);
  }
  return findKubeConfig(choice, inputs, cwd);
}

function unread(error: unknown): never {
  throw new Error(`the stack's state can't be read: ${errorLine(error)}`);
}

/** For {@link kubeConfigOf}. */
export async function readStateAgain({ stack, project }: OpenStack): Promise<Plan> {
  return readState(await exportedState(stack), project, stack.name).revealed;
}

/** URN of the provider of the plan's instances, else of what may be one, else of its RGDs, else of anything in a cluster. */
export function providerOf(plan: Plan): string | undefined {
  const { known, possible } = instanceChanges(
    plan.changes,
    plannedDefinitions(plan, () => {}),
  );
  const ofType = (prefix: string, changes: readonly PlannedChange[]) =>
    changes.filter(({ type }) => type.startsWith(prefix));
  const candidates = [
    ...known.map(({ change }) => change),
    ...ofType(KRO, possible),
    ...ofType(KRO, plan.changes),
    ...possible,
    ...ofType("kubernetes:", plan.changes),
  ];
  return candidates.find(({ provider }) => provider !== undefined)?.provider;
}

/** What Pulumi's types of kro's own group begin with. */
export const KRO = "kubernetes:kro.run/";

const inputsOf = (change: PlannedChange | undefined): ClusterProvider | undefined => change?.after ?? change?.before;

const hides = ({ kubeconfig, context, cluster }: ClusterProvider): boolean =>
  [kubeconfig, context, cluster].some((value) => value instanceof Secret || value instanceof KnownAfterApply);
