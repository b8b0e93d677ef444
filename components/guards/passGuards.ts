import type { ComponentResource, ComponentResourceOptions, Resource } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { checkLater } from "../checkArgs.ts";
import { previousOutputs } from "../previousState.ts";
import { Refusal } from "../refusal.ts";
import { resourcesOf } from "../resources.ts";
import { defaultsProblem, previousPolicy } from "./defaultsGuard.ts";
import { definitionProblem, instancesAmong, previousDefinition } from "./definitionGuard.ts";
import { previousInstance, tableProblem } from "./tableGuard.ts";
import { definitionTakeoverProblem, takeoverProblem } from "./takeoverGuard.ts";
import { checkTwinsLater } from "./twins.ts";
import { uiProblem } from "./uiGuard.ts";

/** What is known of a CartsStack once nothing is in its way. */
export interface Passed {
  /** The arguments; in a preview some may still be Outputs. */
  readonly known: ResolvedArgs;
  /** What the CartsStack was told to come after. */
  readonly prerequisites: readonly Resource[];
}

/**
 * Waits until everything is known that decides whether the CartsStack may be declared, and refuses where it may not.
 * Every child's `dependsOn` awaits this: a rejection fails them all before any is registered, as one error.
 *
 * @throws ArgumentError (a rejection) for an argument that became known only now, Refusal for an update that would lose
 *   a table's items, the RGD of instances that stay, or the ui's own setting, or take over what isn't the stack's. All name
 *   the keys, and what to do.
 */
export async function passGuards(
  component: ComponentResource,
  name: string,
  args: CartsStackArgs,
  { dependsOn }: ComponentResourceOptions,
): Promise<Passed> {
  const known = await checkLater(args);
  await checkTwinsLater(component, name, known);
  // An RGD that a CartsApi of the program takes over does not go away.
  const definition = args.api === undefined ? await previousDefinition(component, name) : undefined;
  refuse(definitionProblem(definition, args, instancesAmong(await previousOutputs())));
  const previous = await previousInstance(component, name);
  if (previous) {
    refuse(defaultsProblem(previous, await previousPolicy(component, name), args, known));
    refuse(tableProblem(previous, known));
  }
  const makesDefinition = known.createDefinition && definition === undefined;
  refuse(await takeoverProblem(component, makesDefinition, previous, known));
  const prerequisites = await resourcesOf(dependsOn);
  if (known.routeUi) refuse(await uiProblem(component, name, known, prerequisites));
  return { known, prerequisites };
}

/** The same for a CartsApi: what it was told to come after, once nothing is in its way. */
export async function passApiGuards(
  component: ComponentResource,
  name: string,
  { dependsOn }: ComponentResourceOptions,
): Promise<Resource[]> {
  if (!(await previousDefinition(component, name))) refuse(await definitionTakeoverProblem(component));
  return resourcesOf(dependsOn);
}

function refuse(problem: string | undefined): void {
  if (problem) throw new Refusal(`nothing was changed: ${problem}`);
}
