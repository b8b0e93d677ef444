import {
  type ComponentResource,
  type ComponentResourceOptions,
  type Input,
  Output,
  output,
  Resource,
} from "@pulumi/pulumi";
import { settle } from "./given.ts";

/** Options of a child that comes after what its component comes after, and after `resources`. */
export type After = (...resources: readonly (Resource | Promise<readonly Resource[]>)[]) => ChildOptions;

export interface ChildOptions {
  readonly parent: ComponentResource;
  readonly dependsOn: Promise<Resource[]>;
}

/** Has children of `parent` come after its prerequisites, once nothing is in its way. */
export const childrenAfter =
  (parent: ComponentResource, passed: Promise<{ readonly prerequisites: readonly Resource[] }>): After =>
  (...resources) => ({
    parent,
    dependsOn: Promise.all([passed.then(({ prerequisites }) => prerequisites), ...resources]).then((all) => all.flat()),
  });

/** The resources of a `dependsOn`: a list of them, or one, each of them or all within an Output or a promise. */
export async function resourcesOf(dependsOn: ComponentResourceOptions["dependsOn"]): Promise<Resource[]> {
  const known = [await settle(dependsOn ?? [], new Set())].flat().filter((item) => Resource.isInstance(item));
  // What an Output comes from counts as well.
  return [...known, ...(Output.isInstance(dependsOn) ? await sourcesOf(dependsOn) : [])];
}

/** The resources that a value comes from. */
export async function sourcesOf(value: Input<unknown>): Promise<Resource[]> {
  const inside = output(value) as unknown as { allResources(): Promise<Set<Resource>> };
  return [...(await inside.allResources())];
}
