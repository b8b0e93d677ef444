import type { ComponentResource, ComponentResourceOptions, Output, Resource } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { checkLater, hide } from "../checkArgs.ts";
import type { Identities } from "../definition/cartsDefinition.ts";
import { madeHere } from "../definition/madeHere.ts";
import type { ServedApi } from "../definition/servedApi.ts";
import { whenKnown } from "../given.ts";
import { previousOutputs } from "../previousState.ts";
import { nothingChanged, type Refusal } from "../refusal.ts";
import { resourcesOf } from "../resources.ts";
import { apiProblem, othersApi, tellDifference } from "./apiGuard.ts";
import { defaultsProblem, isTakenBack, previousPolicy } from "./defaultsGuard.ts";
import { definitionProblem, instancesAmong, type PreviousDefinition, previousDefinition } from "./definitionGuard.ts";
import { identitiesProblem, identityMoveProblem, servedIdentityProblem } from "./identityGuard.ts";
import { instanceNamespaceProblem } from "./instanceNamespaceGuard.ts";
import { keyRegionProblem } from "./keyRegionGuard.ts";
import { formerSecrets, liveTableProblem, previousInstance, tableProblem } from "./tableGuard.ts";
import { tableInAwsProblem } from "./tableInAws.ts";
import { definitionTakeoverProblem, takeoverProblem } from "./takeoverGuard.ts";
import { checkApiTwinsLater, checkTwinsLater } from "./twins.ts";
import { uiProblem } from "./uiGuard.ts";

/** What is known of a CartsStack once nothing is in its way. */
export interface Passed {
  /** The arguments; in a preview some may still be Outputs. */
  readonly known: ResolvedArgs;
  /** What the CartsStack was told to come after. */
  readonly prerequisites: readonly Resource[];
  /** The API that another stack has made for the instance; undefined where it is this program's, or not known. */
  readonly served: ServedApi | undefined;
  /** The identities that the API of this program serves; undefined where another stack makes it. */
  readonly identities: Identities | undefined;
}

/**
 * Waits until everything is known that decides whether the CartsStack may be declared, and refuses where it may not.
 * Every child's `dependsOn` awaits this: a rejection fails them all before any is registered, as one error.
 *
 * @throws ArgumentError (a rejection) for an argument that became known only now, Refusal for an update that would lose
 *   a table's items, the RGD of instances that stay, or the ui's own setting, or take over what isn't the stack's, and for
 *   an API that can't take the instance. All name the keys, and what to do, and show no secret.
 */
export async function passGuards(
  component: ComponentResource,
  name: string,
  args: CartsStackArgs,
  { dependsOn }: ComponentResourceOptions,
): Promise<Passed> {
  const secrets = new Set<string>();
  const refuse = (problem: string | undefined) => {
    if (problem) throw refusal(problem, secrets);
  };
  const known = await checkLater(args, secrets);
  await checkTwinsLater(component, name, known, secrets);
  // An RGD that a CartsApi of the program takes over does not go away.
  const definition = args.api === undefined ? await previousDefinition(component, name) : undefined;
  const outputs = await previousOutputs();
  refuse(definitionProblem(definition, args, () => instancesAmong(outputs)));
  const previous = await previousInstance(component, name);
  if (previous) {
    for (const secret of formerSecrets(previous, args, known, secrets)) secrets.add(secret);
    if (!(await isTakenBack(component, name, previous, known))) {
      refuse(defaultsProblem(previous, await previousPolicy(component, name), args, known));
    }
    refuse(tableProblem(previous, known) ?? (await liveTableProblem(component, previous, known)));
    refuse(await identityMoveProblem(component, name, previous, known));
  }
  const makesDefinition = known.createDefinition && definition === undefined;
  refuse(await takeoverProblem(component, makesDefinition, previous, known));
  refuse(await keyRegionProblem(component, known));
  refuse(await tableInAwsProblem(component, previous, known));
  const prerequisites = await resourcesOf(dependsOn);
  refuse(await instanceNamespaceProblem(component, previous, known, prerequisites));
  // Whoever makes the API in this program has declared it by now, or it counts as another stack's.
  const identities = await madeHere(component);
  if (known.createDefinition) refuse(await identitiesProblem(component, definition, identities!, prerequisites));
  const served = identities ? undefined : await othersApi(component, args, prerequisites);
  refuse(servedIdentityProblem(known, identities, served));
  if (served) {
    refuse(apiProblem(served, known));
    await tellDifference(served, component);
  }
  if (known.routeUi) refuse(await uiProblem(component, name, known, prerequisites));
  return { known, prerequisites, served, identities };
}

/**
 * The same for a CartsApi: what it was told to come after, once nothing is in its way.
 *
 * @param former - URN that the RGD had under the CartsStack that it is taken over from, if any.
 */
export async function passApiGuards(
  component: ComponentResource,
  name: string,
  identities: Identities,
  { dependsOn }: ComponentResourceOptions,
  former: Output<string> | undefined,
): Promise<Resource[]> {
  await checkApiTwinsLater(component, name);
  const taken = former && (await previousOutputs())[await whenKnown(former)];
  const known = (taken as PreviousDefinition | undefined) ?? (await previousDefinition(component, name));
  const prerequisites = await resourcesOf(dependsOn);
  const problem =
    (known ? undefined : await definitionTakeoverProblem(component)) ??
    (await identitiesProblem(component, known, identities, prerequisites));
  if (problem) throw refusal(problem);
  return prerequisites;
}

const refusal = (problem: string, secrets: ReadonlySet<string> = new Set()): Refusal =>
  nothingChanged(hide(problem, secrets));
