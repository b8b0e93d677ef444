import { count, printable, UserError } from "../console/index.ts";
import {
  type Child,
  type Crds,
  crdSchemas,
  type Definition,
  type Instance,
  instanceGvk,
  type Known,
  type KubernetesObject,
  namespacedName,
  type Rendering,
  render,
} from "../kro/index.ts";
import { attempt } from "./attempt.ts";
import { exampleInstance } from "./exampleInstance.ts";
import { customApi } from "./sources/instances.ts";
import { openKindsNote, unseenNotes } from "./sources/known.ts";
import type { Located, Manifests } from "./sources/manifests.ts";
import { straysIn, strayText } from "./sources/strays.ts";

/** What kro makes of some instances. */
export interface Rendered {
  readonly renderings: readonly Rendering[];
  /** The instances that were made from the schema of their RGD. */
  readonly examples: ReadonlyMap<Rendering, KubernetesObject>;
  /** What CRDs say of kinds that aren't Kubernetes' own. */
  readonly crds: Crds;
  /** Why kro can't make some of the children, and what was not evaluated or looked at: sentences, each once. */
  readonly notes: readonly string[];
}

/** Which instances are rendered. */
export interface RenderOptions {
  /** Files in which every custom resource must be an instance of one of the RGDs. Default: none. */
  readonly instanceFiles?: ReadonlySet<string>;
  /** An RGD without an instance gets one that is made from its schema. Default: nobody can ask for that. */
  readonly example?: boolean;
}

/**
 * What kro makes of each instance of some manifests, in their order.
 *
 * @throws UserError for an RGD that kro refuses, an instance that the API server refuses, and one without its RGD: with
 *   file and line. Also where there is nothing to render.
 */
export function renderInstances(manifests: Manifests, { instanceFiles, example }: RenderOptions = {}): Rendered {
  const { definitions, instances, others } = manifests;
  const crds = crdSchemas(manifests.crds.map(({ object }) => object));
  const known = { definitions: definitions.map(({ object }) => object), crds };
  for (const other of others) if (instanceFiles?.has(other.file)) refuseStray(other, definitions);
  const renderings = instances.map((instance) => {
    const definition = definitions.find(({ object }) => isOf(instance.object, object))!;
    return renderOne(definition, instance, known);
  });
  const bare = definitions.filter(({ object }) => !instances.some((instance) => isOf(instance.object, object)));
  const examples = (example ? bare : []).map((definition) => {
    const instance = exampleOf(definition);
    return [renderOne(definition, instance, known, true), instance.object as unknown as KubernetesObject] as const;
  });
  if (renderings.length + examples.length === 0) throw nothing(manifests, example !== undefined);
  const all = [...renderings, ...examples.map(([one]) => one)];
  const objects = all.flatMap(({ children }) => everyChild(children)).map(({ object }) => object);
  const notes = [
    ...[openKindsNote(objects, known, "--crds")].filter((text) => text !== undefined),
    ...straysIn(manifests).map((stray) => `${strayText(stray, definitions)}.`),
    ...all.flatMap(({ instance, children }) => [
      ...everyChild(children).flatMap(({ problems }) =>
        problems.map((problem) => `${namespacedName(instance)}: ${problem}.`),
      ),
      ...unseenNotes(children),
    ]),
  ];
  return { renderings: all, examples: new Map(examples), crds, notes: [...new Set(notes)] };
}

/** Children, each followed by what kro makes of it where it is an instance itself. */
export const everyChild = (children: readonly Child[]): readonly Child[] =>
  children.flatMap((child) => [child, ...everyChild(child.nested?.children ?? [])]);

const isOf = ({ apiVersion, kind }: Pick<Instance, "apiVersion" | "kind">, definition: Definition): boolean => {
  const made = instanceGvk(definition);
  return apiVersion === made.apiVersion && kind === made.kind;
};

function renderOne(
  definition: Located<Definition>,
  instance: Located<Instance>,
  known: Known,
  isExample = false,
): Rendering {
  const rendering = attempt(() => render(definition.object, inNamespace(instance.object, definition.object), known));
  if (!(rendering instanceof Error)) return rendering;
  const place = rendering.name === "DefinitionError" ? definition : instance;
  const what = isExample
    ? `an example of ${definition.object.metadata.name} can't be made, -i names an instance: `
    : "";
  throw new UserError(`${place.file}:${place.line}: ${what}${printable(rendering.message)}`);
}

/** The API server puts an instance that names no namespace into that of the context: here, `default`. */
export function inNamespace(instance: Instance, { spec }: Definition): Instance {
  const { namespace = "default", ...metadata } = instance.metadata;
  return spec.schema.scope === "Cluster" ? instance : { ...instance, metadata: { ...metadata, namespace } };
}

function exampleOf({ object, file, line }: Located<Definition>): Located<Instance> {
  const instance = attempt(() => exampleInstance(object));
  if (instance instanceof Error) throw new UserError(`${file}:${line}: ${instance.message}`);
  return { object: instance, file, line };
}

function refuseStray(other: Manifests["others"][number], definitions: Manifests["definitions"]): void {
  const { apiVersion, kind } = other.object;
  if (customApi(`kubernetes:${apiVersion}:${kind}`)) throw new UserError(strayText(other, definitions));
}

function nothing(manifests: Manifests, hasExamples: boolean): UserError {
  const { definitions, others } = manifests;
  const [definition] = definitions;
  const [similar] = definition ? straysIn(manifests) : [];
  if (similar) return new UserError(strayText(similar, definitions));
  if (definition) {
    const { apiVersion, kind } = instanceGvk(definition.object);
    return new UserError(
      `there is no instance of ${definition.object.metadata.name}: -i names one (a ${apiVersion} ${kind}), ${hasExamples ? "--example" : "`kro-preview render --example`"} makes one`,
    );
  }
  const stray = others.find(({ object: { apiVersion, kind } }) => customApi(`kubernetes:${apiVersion}:${kind}`));
  if (stray) refuseStray(stray, []);
  return new UserError(
    `there is no ResourceGraphDefinition in what -f names, which has ${count(others.length, "object")}`,
  );
}
