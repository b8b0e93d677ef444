import { isMaskedStep, type Step, unmaskDefinition, unmaskStep } from "../../packages/kro-preview/index.ts";
import { loadDefinition } from "./shippedDefinition.ts";
import type { StackState } from "./state.ts";

/**
 * Steps with the texts of RGDs and custom resources that Pulumi masked only because they are also those of secret config
 * values. Plain texts come from the state of before, and from the RGD that ships with this command. What the state has
 * as a secret stays one.
 *
 * @param readState - gives the state with its secrets shown. Called once, and only when a text is masked. Where it can't
 *   be read, the texts stay masked.
 */
export async function unmaskSteps(
  steps: readonly Step[],
  readState: () => Promise<StackState>,
): Promise<readonly Step[]> {
  if (!steps.some(isMaskedStep)) return steps;
  const { resources = [] } = steps.some((step) => step.old && isMaskedStep(step))
    ? await readState().catch((): StackState => ({}))
    : {};
  const inputs = new Map(resources.filter((one) => !one.delete).map((one) => [one.urn, one.inputs]));
  const known = steps.map((step) => (isMaskedStep(step) ? unmaskStep(step, inputs.get(step.urn)) : step));
  if (!known.some(isMaskedStep)) return known;
  const shipped = await loadDefinition();
  return known.map((step) => (isMaskedStep(step) ? unmaskDefinition(step, shipped) : step));
}
