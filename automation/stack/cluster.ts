import type { KubeConfig } from "@kubernetes/client-node";
import { KnownAfterApply, Secret } from "../../packages/kro/index.ts";
import type { Plan, PlannedChange } from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, type ClusterProvider, findKubeConfig } from "../../packages/live/index.ts";
import { errorLine } from "./pulumiError.ts";
import type { OpenStack } from "./selection.ts";
import { nameOfUrn, readState, type StackState } from "./state.ts";

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
 * @throws Error that says why it is not known.
 */
export async function kubeConfigOf(
  plan: Plan,
  { cwd, kubeconfig, context }: Choice,
  readAgain: ReadAgain = () => undefined,
): Promise<KubeConfig> {
  const choice = { kubeconfig, context };
  const urn = providerOf(plan);
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
  const { deployment } = await stack.exportStack();
  return readState(deployment as StackState, project, stack.name).revealed;
}

/** URN of the provider of the plan's instances, else of its RGDs, else of anything in a cluster. */
function providerOf({ changes }: Plan): string | undefined {
  const rank = [
    (type: string) => type.startsWith("kubernetes:kro.run/") && !type.endsWith(":ResourceGraphDefinition"),
    (type: string) => type.startsWith("kubernetes:kro.run/"),
    (type: string) => type.startsWith("kubernetes:"),
  ];
  const found = rank.map((isIt) => changes.find(({ type, provider }) => provider !== undefined && isIt(type)));
  return found.find((change) => change !== undefined)?.provider;
}

const inputsOf = (change: PlannedChange | undefined): ClusterProvider | undefined => change?.after ?? change?.before;

const hides = ({ kubeconfig, context, cluster }: ClusterProvider): boolean =>
  [kubeconfig, context, cluster].some((value) => value instanceof Secret || value instanceof KnownAfterApply);
