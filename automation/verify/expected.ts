import { isDeepStrictEqual } from "node:util";
import {
  type Child,
  type Definition,
  type Instance,
  type KubernetesObject,
  type Rendering,
  render,
} from "../../packages/kro/index.ts";
import {
  attempt,
  foreignDefinition,
  lookUpDefinitions,
  plannedDefinitions,
  plannedInstances,
  sourceOf,
} from "../../packages/kro-preview/index.ts";
import type { ClusterClient } from "../../packages/live/index.ts";
import { KRO, type ManagedStack, shippedDefinition } from "../stack/index.ts";
import { isThere, type Reading, reading, Unreadable } from "./reading.ts";

/** An instance of the stack, and what kro is to make of it. */
export interface ExpectedInstance {
  readonly definition: Definition;
  /** With Secret for secrets, as the children. */
  readonly instance: Instance;
  readonly children: readonly Child[];
  /** The same, in the same order, with the text of every secret. */
  readonly plain: { readonly instance: Instance; readonly children: readonly Child[] };
}

/** What the stack says of the cluster. */
export interface Expected {
  /** RGDs that the stack owns. */
  readonly definitions: readonly KubernetesObject[];
  readonly instances: readonly ExpectedInstance[];
  /** What can't be told, and why: sentences. */
  readonly notes: readonly string[];
}

/**
 * What the cluster is to hold, as the stack's state has it.
 *
 * @param others - RGDs in the cluster, for instances whose RGD is another stack's. What kept them from being read, unless
 *   it is a missing permission, may be of what is expected here: it is noted.
 */
export async function expectedOf(
  { masked, revealed }: ManagedStack,
  others: Reading<readonly Definition[]>,
): Promise<Expected> {
  const notes: string[] = [];
  const note = (text: string) => notes.push(text);
  if (others instanceof Unreadable && !others.isForbidden)
    note(`RGDs of other stacks can't be read: ${others.reason}.`);
  const own = plannedDefinitions(masked, note);
  const inCluster = sourceOf("the cluster", (isThere(others) ? others : []).map(foreignDefinition));
  const lookups = await lookUpDefinitions(masked, own, [inCluster, shippedDefinition]);
  for (const { type, definition } of lookups) {
    if (definition) continue;
    if (type.startsWith(KRO)) {
      note(`What kro makes of ${type} was not looked at: its RGD is not in this stack.`);
    } else if (others instanceof Unreadable) {
      // Of any other group, it is no instance where the cluster has no RGD of it.
      note(`Whether kro makes anything of ${type} can't be told: RGDs of other stacks could not be read.`);
    }
  }
  const definitions = [...own, ...lookups.flatMap(({ definition }) => definition ?? [])];
  const maskedInstances = plannedInstances(masked, definitions, note);
  const plainInstances = new Map(
    plannedInstances(revealed, definitions, () => {}).map((one) => [one.change.urn, one.after]),
  );
  const instances = maskedInstances.flatMap(({ id, change, definition: { after }, after: instance }) => {
    const revealedInstance = plainInstances.get(change.urn)!;
    // Without a secret both are the same, and hundreds are rendered once.
    const open = isDeepStrictEqual(revealedInstance, instance) ? instance! : revealedInstance;
    const children = attempt(() => render(after!, instance!));
    const plain = open === instance ? children : attempt(() => render(after!, open));
    if (isRendering(children) && isRendering(plain)) {
      const others = { instance: open, children: plain.children };
      return [{ definition: after!, instance: instance!, children: children.children, plain: others }];
    }
    // What is said of the instance without its secrets may be shown, the rest may hold one.
    note(
      `What kro makes of ${id} can't be told: ${isRendering(children) ? "a secret is refused" : children!.message}.`,
    );
    return [];
  });
  const inputs = own.flatMap(({ change, after }) => (after && change?.after ? [change.after] : []));
  return { definitions: inputs as unknown as KubernetesObject[], instances, notes };
}

const isRendering = (result: unknown): result is Rendering => result !== undefined && !(result instanceof Error);

/** The RGDs in a cluster, some of which may be another stack's. Who may not list them is told so. */
export async function definitionsIn(
  cluster: Pick<ClusterClient, "list">,
  tell: (text: string) => void,
): Promise<Reading<readonly Definition[]>> {
  const found = await reading(cluster.list({ apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" }));
  if (found instanceof Unreadable && found.isForbidden) {
    tell(`note: RGDs of other stacks may not be read, and none was looked at: ${found.reason}`);
  }
  return found as Reading<readonly Definition[]>;
}
