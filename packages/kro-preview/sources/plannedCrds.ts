import { isMap } from "../../kro/index.ts";
import type { Plan } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import { isOpen } from "./isOpen.ts";

/** Pulumi's type of a CustomResourceDefinition. */
const CRD_TYPE = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/**
 * The CustomResourceDefinitions of a plan: those of before, then those of after, so that of two of a kind the last is what
 * will be.
 *
 * @param note - called with a sentence for each that can't be read.
 */
export function plannedCrds({ changes }: Plan, note: (text: string) => void): readonly Inputs[] {
  const crds = changes.filter(({ type }) => type === CRD_TYPE);
  const readable = (inputs: Inputs | undefined, name: string): readonly Inputs[] => {
    if (!inputs) return [];
    const spec = inputs.spec ?? {};
    // A webhook's certificate may well be secret.
    const read = isMap(spec) ? [spec.group, spec.names, spec.scope, spec.versions] : [spec];
    if (!read.some(isOpen)) return [inputs];
    note(`The CRD ${name} was not looked at: it holds what is secret, or known only after the update.`);
    return [];
  };
  return (["before", "after"] as const).flatMap((side) =>
    crds.flatMap((change) => readable(change[side], change.name)),
  );
}
