import { interrupted } from "../../packages/console/index.ts";
import { instanceGvk, titleOf } from "../../packages/kro/index.ts";
import {
  clusterSource,
  type Plan,
  type PlannedDefinition,
  plannedDefinitions,
  plannedInstances,
} from "../../packages/kro-preview/index.ts";
import { type ClusterChoice, clusterClient, isForbidden } from "../../packages/live/index.ts";
import { kubeConfigOf, previewPlan, type StackChoice } from "../stack/index.ts";
import type { Cause } from "./causes/cause.ts";

/** What has been found out of an RGD that a stack has. */
export interface DefinitionUse {
  readonly name: string;
  /** Of the stack's resource. */
  readonly urn: string;
  /** Instances that the stack does not have, such as `CartsStack default/blue`; or why they can't be told. */
  readonly others: readonly string[] | Error;
}

/** How a stack is changed, and who hears of what could not be looked at. */
interface Look extends StackChoice, ClusterChoice {
  readonly note: (text: string) => void;
}

/**
 * Why an update must not begin: it would delete an RGD of which there are instances that the stack does not have. kro
 * would leave those with a finalizer that nobody takes off.
 *
 * `destroy` deletes every RGD of the stack. What `up` deletes a preview tells, which is run only where there are such
 * instances.
 *
 * @param state - the stack as it is, secrets revealed.
 */
export async function definitionInUse(command: "up" | "destroy", state: Plan, look: Look): Promise<Cause | undefined> {
  const uses = (await definitionUses(state, look)).filter(({ others }) => others instanceof Error || others.length > 0);
  if (uses.length === 0) return undefined;
  const going = command === "destroy" ? uses : await deletedByUp(uses, look);
  return going[0] && causeOf(going[0]);
}

/** Of each RGD of the stack that a deletion would reach, who else has instances. */
async function definitionUses(state: Plan, look: Look): Promise<readonly DefinitionUse[]> {
  const definitions = plannedDefinitions(state, look.note).filter(({ change }) => !change!.retained);
  const uses = await Promise.all(
    definitions.map(async (definition): Promise<DefinitionUse[]> => {
      const { name, change, before } = definition;
      if (!before) return [];
      try {
        const others = await othersOf(state, definition, look);
        return [{ name, urn: change!.urn, others }];
      } catch (error) {
        interrupted.throwIfAborted();
        const problem = error as Error;
        if (isForbidden(problem)) return [{ name, urn: change!.urn, others: problem }];
        // Pulumi doesn't come any further, either.
        look.note(`Of the RGD ${name}, instances of other stacks were not looked for: ${problem.message}.`);
        return [];
      }
    }),
  );
  return uses.flat();
}

async function othersOf(state: Plan, definition: PlannedDefinition, look: Look): Promise<readonly string[]> {
  const { change, before } = definition;
  // The RGD's own provider, where the stack has several.
  const near = {
    ...state,
    changes: state.changes.filter(({ urn }) => urn === change!.urn || urn === change!.provider),
  };
  const cluster = clusterSource("the cluster", async () => clusterClient(await kubeConfigOf(near, look), interrupted));
  return notIn(state, definition, (await cluster.instancesOf(before!)).map(titleOf));
}

/** Which instances of one of its RGDs a stack does not have. Titles such as `CartsStack default/blue`. */
export function notIn(state: Plan, definition: PlannedDefinition, instances: readonly string[]): readonly string[] {
  const own = plannedInstances(state, [definition], () => {});
  const { kind } = instanceGvk(definition.before!);
  const owned = new Set(own.map(({ id }) => `${kind} ${id}`));
  return instances.filter((title) => !owned.has(title)).sort();
}

/** Which RGDs `up` would delete. Of an update that can't be previewed, Pulumi says itself what is wrong. */
async function deletedByUp(uses: readonly DefinitionUse[], look: Look): Promise<readonly DefinitionUse[]> {
  const silent = { onOutput: () => {}, color: false, signal: interrupted };
  const plan = await previewPlan({ ...look, ...silent }).catch(() => undefined);
  interrupted.throwIfAborted();
  const deleted = plan?.changes.filter(({ action, retained }) => action === "delete" && !retained);
  return uses.filter(({ urn }) => deleted?.some((change) => change.urn === urn));
}

/** How many are named. */
const NAMED = 10;

export function causeOf({ name, others }: DefinitionUse): Cause {
  const object = `ResourceGraphDefinition ${name}`;
  if (others instanceof Error) {
    const message =
      `whether ${object}, which would be deleted, is in use can't be told: ${others.message}. ` +
      "Instances that other stacks have could not be deleted without it. Nothing was changed: run this as somebody who may list them.";
    return { name: "definition-in-use", object, message };
  }
  const more = others.length > NAMED ? ` and ${others.length - NAMED} more` : "";
  const message =
    `${object} would be deleted, but is in use by what this stack does not have: ${others.slice(0, NAMED).join(", ")}${more}. ` +
    "kro would look after these no more, and nothing could delete them. Nothing was changed. " +
    "Destroy the stacks that have them first, or hand the definition over to one of these: docs/behaviour.md says how.";
  return { name: "definition-in-use", object, message };
}
