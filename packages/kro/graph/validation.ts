import { DefinitionError } from "../errors.ts";
import type { DefinitionResource } from "../objects.ts";
import type { Kinds } from "./schema/kinds.ts";
import { externalRefProblem } from "./selector.ts";
import type { ResourceField } from "./variable.ts";

/** Words that CEL or kro keep for themselves: no node and no iterator can have one as its name. */
const RESERVED = new Set([
  ..."true false null in as break const continue else for function if import let loop package return var void while".split(
    " ",
  ),
  ..."apiVersion context dependency dependencies each externalRef externalReference externalRefs".split(" "),
  ..."externalReferences graph instance item items kind kro metadata namespace object resource".split(" "),
  ..."resourcegraphdefinition resourceGraphDefinition resources root runtime schema self".split(" "),
  ..."serviceAccountName spec status this variables vars version".split(" "),
]);

/** Names that kro leaves free and cel-js has taken, for types mostly. */
const TAKEN = new Set("bool bytes cel double google int list map optional string type uint".split(" "));

/** What is wrong with the name of a node or of an iterator, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (RESERVED.has(name)) return `"${name}" is a word that kro or CEL reserves: choose another id`;
  if (TAKEN.has(name)) return `"${name}" can't be named in expressions here, though kro allows it: choose another id`;
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return `"${name}" must be in lowerCamelCase: letters and digits only`;
  return undefined;
}

/** Prefixes of the labels and annotations that kro sets itself. */
const KRO_PREFIXES = ["kro.run/", "internal.kro.run/"];

/** kro's name for one item of a collection in readyWhen. */
export const EACH = "each";

/** Throws what is wrong with a node. */
type Fail = (path: string, problem: string) => never;

const failOf =
  (node: string): Fail =>
  (path, problem) => {
    throw new DefinitionError(node, path, undefined, problem);
  };

/** The ids of the nodes. */
export function validateIds(resources: readonly DefinitionResource[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of resources) {
    const problem = nameProblem(id) ?? (ids.has(id) ? "another node has this id" : undefined);
    if (problem) failOf(id)("", problem);
    ids.add(id);
  }
  return ids;
}

/** What a node makes or reads, as far as its text alone can tell. */
export interface ResourceObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [key: string]: unknown;
}

/** The template of a node, or its externalRef. */
export function validateObject(
  { id, template, externalRef, forEach }: DefinitionResource,
  kinds: Kinds,
): ResourceObject {
  const fail = failOf(id);
  const object = template ?? externalRef;
  if (!object || (template && externalRef)) return fail("", "needs a template or an externalRef, and not both");
  if (externalRef && forEach?.length) fail("forEach", "an externalRef can't have forEach");
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== "string") return fail("apiVersion", "must be there, as text");
  if (typeof kind !== "string") return fail("kind", "must be there, as text");
  if (metadata === null || typeof metadata !== "object") return fail("metadata", "must be there, as a map");
  const refused = externalRef && externalRefProblem(metadata as Record<string, unknown>);
  if (refused) fail(...refused);
  if (kinds.isClusterScoped(apiVersion, kind) && "namespace" in metadata) {
    fail("metadata.namespace", `a ${kind} has no namespace`);
  }
  validateNoKroKeys(metadata as Record<string, unknown>, fail);
  return object as ResourceObject;
}

function validateNoKroKeys(metadata: Record<string, unknown>, fail: Fail): void {
  for (const key of ["labels", "annotations"]) {
    for (const name of Object.keys(metadata[key] ?? {})) {
      if (KRO_PREFIXES.some((prefix) => name.startsWith(prefix))) {
        fail(`metadata.${key}`, `${name} begins with a prefix that kro keeps for itself`);
      }
    }
  }
}

/** The iterators of a node. */
export function validateForEach({ id, forEach = [] }: DefinitionResource, ids: ReadonlySet<string>): readonly string[] {
  const iterators = forEach.flatMap((dimension) => Object.keys(dimension));
  for (const [i, name] of iterators.entries()) {
    const isTaken = ids.has(name) || iterators.indexOf(name) < i;
    const problem = nameProblem(name) ?? (isTaken ? `"${name}" is taken` : undefined);
    if (problem) failOf(id)("forEach", problem);
  }
  return iterators;
}

/** The objects of a collection must differ in what tells one from another. */
export function validateIdentityFields(
  node: string,
  iterators: readonly string[],
  variables: readonly ResourceField[],
  clusterScoped: boolean,
): void {
  const identity = clusterScoped ? ["metadata.name"] : ["metadata.name", "metadata.namespace"];
  const used = new Set(
    variables
      .filter(({ path }) => identity.includes(path))
      .flatMap(({ expressions }) => expressions.flatMap(({ references }) => references)),
  );
  const missing = iterators.filter((name) => !used.has(name));
  if (missing.length > 0) {
    failOf(node)("metadata.name", `must use the iterator ${missing.join(" and ")} of forEach`);
  }
}
