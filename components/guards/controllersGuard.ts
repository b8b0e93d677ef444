import type { ControllersMode } from "../controllers/controllersArgs.ts";
import { previousOutputs } from "../previousState.ts";
import { but } from "../rules/ruleAcross.ts";

const KINDS = {
  capability: { type: "aws:eks/capability:Capability", words: "EKS Capabilities" },
  helm: { type: "kubernetes:helm.sh/v3:Release", words: "Helm releases" },
} as const satisfies Readonly<Record<ControllersMode, object>>;

/**
 * Why kro and ACK can't come in this way: they are there in the other one, which goes at the end of the update only, and until
 * then two of each would work on the same objects. Undefined where they can.
 *
 * @param name - of the Controllers.
 */
export async function controllersProblem(name: string, mode: ControllersMode): Promise<string | undefined> {
  const other = KINDS[mode === "helm" ? "capability" : "helm"];
  // Whatever the parent: it was CartsCluster before.
  const hasOther = Object.keys(await previousOutputs()).some((urn) => urn.endsWith(`$${other.type}::${name}-kro`));
  if (!hasOther) return undefined;
  const rule = `the stack has kro and ACK as ${other.words}: have an update without them first (controllers none), then this one`;
  return but("controllers", mode, rule);
}
