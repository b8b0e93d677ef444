import { DefinitionError, type Report } from "../errors.ts";
import type { DefinitionResource } from "../objects.ts";
import { fieldPath } from "./fieldpath.ts";
import type { Kinds } from "./schema/kinds.ts";
import { resolveSchema } from "./schema/resolver.ts";
import { externalRefProblem } from "./selector.ts";
import type { ResourceField } from "./variable.ts";

/** Words that CEL keeps for itself. */
const CEL_WORDS = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

/** Words that kro or CEL keep for themselves: no node and no iterator can have one as its name. */
const RESERVED = new Set([
  ...CEL_WORDS,
  ..."apiVersion context dependency dependencies each externalRef externalReference externalRefs".split(" "),
  ..."externalReferences graph instance item items kind kro metadata namespace object resource".split(" "),
  ..."resourcegraphdefinition resourceGraphDefinition resources root runtime schema self".split(" "),
  ..."serviceAccountName spec status this variables vars version".split(" "),
]);

/** Whether an expression can name a variable so, whatever kro says to the name. */
export const isCelName = (name: string): boolean => /^[A-Za-z]\w*$/.test(name) && !CEL_WORDS.has(name);

/** What is wrong with the name of a node or of an iterator, or undefined. */
export function nameProblem(name: string): string | undefined {
  if (RESERVED.has(name)) return `"${name}" is a word that kro or CEL reserves: choose another id`;
  if (!/^[a-z][a-zA-Z0-9]*$/.test(name)) return `"${name}" must be in lowerCamelCase: letters and digits only`;
  return undefined;
}

/** Prefixes of the labels and annotations that kro sets itself. */
const KRO_PREFIXES = ["kro.run/", "internal.kro.run/"];

/** kro's name for one item of a collection in readyWhen. */
export const EACH = "each";

/** Reports what is wrong with a node. */
type Fail = (path: string, problem: string) => undefined;

const failOf =
  (node: string, report: Report): Fail =>
  (path, problem) =>
    void report(new DefinitionError(node, path, undefined, problem));

/** The ids of the nodes, of those too that are wrong: what refers to them is not wrong for that. */
export function validateIds(
  resources: readonly DefinitionResource[],
  reportOf: (resource: number) => Report,
): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const [i, { id }] of resources.entries()) {
    const problem = nameProblem(id) ?? (ids.has(id) ? "another node has this id" : undefined);
    if (problem) failOf(id, reportOf(i))("", problem);
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

/** The template of a node, or its externalRef; undefined where there is none that can be looked at. */
export function validateObject(
  { id, template, externalRef, forEach }: DefinitionResource,
  instanceNamespaced: boolean,
  kinds: Kinds,
  report: Report,
): ResourceObject | undefined {
  const fail = failOf(id, report);
  const object = template ?? externalRef;
  if (!object || (template && externalRef)) return fail("", "needs a template or an externalRef, and not both");
  if (externalRef && forEach?.length) fail("forEach", "an externalRef can't have forEach");
  const { apiVersion, kind, metadata } = object;
  if (typeof apiVersion !== "string") return fail("apiVersion", "must be there, as text");
  if (typeof kind !== "string") return fail("kind", "must be there, as text");
  const unnamed = gvkProblem(apiVersion, kind);
  if (unnamed) return fail(...unnamed);
  if (metadata === null || typeof metadata !== "object" || Array.isArray(metadata)) {
    return fail("metadata", "must be there, as a map");
  }
  const fields = metadata as Readonly<Record<string, unknown>>;
  const refused = externalRef && externalRefProblem(fields);
  if (refused) fail(...refused);
  validateNamespace(object as ResourceObject, instanceNamespaced, externalRef !== undefined, kinds, fail);
  validateNoKroKeys(fields, fail);
  return object as ResourceObject;
}

/** kro takes what stands there as it is: there are no expressions in it. */
function gvkProblem(apiVersion: string, kind: string): readonly [path: string, problem: string] | undefined {
  if (/\$\{/.test(apiVersion)) return ["apiVersion", "kro evaluates no expression here"];
  if (/\$\{/.test(kind)) return ["kind", "kro evaluates no expression here"];
  if (!/^[^/]+(\/[^/]+)?$/.test(apiVersion))
    return ["apiVersion", `"${apiVersion}" must be a version, or group/version`];
  if (!/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/i.test(kind)) return ["kind", `"${kind}" can't be the name of a kind`];
  return undefined;
}

function validateNamespace(
  { apiVersion, kind, metadata }: ResourceObject,
  instanceNamespaced: boolean,
  external: boolean,
  kinds: Kinds,
  fail: Fail,
): void {
  if (kinds.isClusterScoped(apiVersion, kind)) {
    if ("namespace" in metadata) fail("metadata.namespace", `a ${kind} has no namespace`);
    return;
  }
  // Of other kinds nobody knows here whether they have one. By labels, all namespaces are looked through.
  const isKnown = kinds.served(apiVersion, kind) !== undefined || resolveSchema(apiVersion, kind) !== undefined;
  if (instanceNamespaced || !isKnown || (external && isThere(metadata.selector))) return;
  const { namespace } = metadata;
  if (isThere(namespace) && (typeof namespace !== "string" || namespace.trim() !== "")) return;
  fail("metadata.namespace", `a ${kind} needs a namespace: instances have none (scope: Cluster)`);
}

const isThere = (value: unknown): boolean => value !== undefined && value !== null;

function validateNoKroKeys(metadata: Readonly<Record<string, unknown>>, fail: Fail): void {
  for (const key of ["labels", "annotations"]) {
    for (const name of Object.keys(metadata[key] ?? {})) {
      if (KRO_PREFIXES.some((prefix) => name.startsWith(prefix))) {
        fail(`metadata.${key}`, `${name} begins with a prefix that kro keeps for itself`);
      }
    }
  }
}

/** What kro takes unless it is told otherwise, by --rgd-max-collection-dimension-size. */
const MAX_DIMENSIONS = 10;

/** The iterators of a node. */
export function validateForEach(
  { id, forEach = [] }: DefinitionResource,
  ids: ReadonlySet<string>,
  report: Report,
): readonly string[] {
  const iterators = forEach.flatMap((dimension) => Object.keys(dimension));
  if (iterators.length > MAX_DIMENSIONS) {
    failOf(id, report)("forEach", `has ${iterators.length} iterators, and kro takes ${MAX_DIMENSIONS}`);
  }
  for (const [i, name] of iterators.entries()) {
    const isTaken = ids.has(name) || iterators.indexOf(name) < i;
    const problem = nameProblem(name) ?? (isTaken ? `"${name}" is taken` : undefined);
    if (problem) failOf(id, report)(fieldPath("forEach", name), problem);
  }
  return iterators;
}

/** The objects of a collection must differ in what tells one from another. */
export function validateIdentityFields(
  node: string,
  iterators: readonly string[],
  variables: readonly ResourceField[],
  clusterScoped: boolean,
  report: Report,
): void {
  const identity = clusterScoped ? ["metadata.name"] : ["metadata.name", "metadata.namespace"];
  const used = new Set(
    variables
      .filter(({ path }) => identity.includes(path))
      .flatMap(({ expressions }) => expressions.flatMap(({ references }) => references)),
  );
  const missing = iterators.filter((name) => !used.has(name));
  if (missing.length > 0) {
    failOf(node, report)("metadata.name", `must use the iterator ${missing.join(" and ")} of forEach`);
  }
}
