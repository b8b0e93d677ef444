import { admit, crdFaults } from "../apiserver/definition.ts";
import { type DefinitionError, from, type Report, reporting, throwFault } from "../errors.ts";
import { instanceGvk } from "../metadata/groupVersion.ts";
import type { Definition, DefinitionResource } from "../objects.ts";
import { toJsonSchema } from "../simpleschema/simpleSchema.ts";
import { buildConditions } from "./conditions.ts";
import { reverseTopologicalLayers, topologicalLayers } from "./dag.ts";
import { fieldPath } from "./fieldpath.ts";
import type { Draft, Graph, Node, NodeType, Unordered } from "./graph.ts";
import { type ParseContext, parseTemplate, unwrapExpression } from "./parser/parser.ts";
import type { Crds } from "./schema/crds.ts";
import { type Kinds, type Known, makeKinds } from "./schema/kinds.ts";
import { resolveSchema } from "./schema/resolver.ts";
import { buildStatus } from "./status.ts";
import { checkTypes } from "./typeCheck.ts";
import {
  EACH,
  type ResourceObject,
  validateForEach,
  validateIdentityFields,
  validateIds,
  validateObject,
} from "./validation.ts";

const NONE: readonly Definition[] = [];
const NO_CRDS: Crds = new Map();
const made = new WeakMap<readonly Definition[], WeakMap<Crds, Kinds>>();

/** What is known, to be asked. The same for the same. */
export function kindsOf({ definitions = NONE, crds = NO_CRDS }: Known = {}): Kinds {
  const byCrds = made.get(definitions) ?? new WeakMap<Crds, Kinds>();
  made.set(definitions, byCrds);
  const typesOf = (definition: Definition, all: Kinds) => graphOf(definition, all).statusTypes;
  const kinds = byCrds.get(crds) ?? makeKinds(definitions, crds, typesOf);
  byCrds.set(crds, kinds);
  return kinds;
}

/** Whether the fields of a kind are known: one of Kubernetes' own, of a CRD or of an RGD. */
export const isKnownKind = (known: Known, apiVersion: string, kind: string): boolean =>
  (kindsOf(known).served(apiVersion, kind)?.schema ?? resolveSchema(apiVersion, kind)) !== undefined;

const built = new WeakMap<Kinds, WeakMap<Definition, Graph>>();

/**
 * The graph of an RGD, with all the checks that kro and the API server make when they accept one.
 *
 * @param known - kinds that are not Kubernetes' own. Of any other, nothing is known, so that anything goes.
 * @throws DefinitionError naming the node, the path and the expression.
 * @see https://kro.run/docs/concepts/rgd/static-type-checking
 */
export const buildGraph = (definition: Definition, known?: Known): Graph => graphOf(definition, kindsOf(known));

/** See {@link buildGraph}. One that names no further kinds is built once, whatever is known. */
export function graphOf(definition: Definition, kinds: Kinds): Graph {
  const own = kinds.isEmpty || listed(definition).some((one) => isOf(one, kinds)) ? kinds : kindsOf();
  const graphs = built.get(own) ?? new WeakMap<Definition, Graph>();
  built.set(own, graphs);
  let graph = graphs.get(definition);
  if (!graph) {
    graph = build(definition, throwFault, own);
    graphs.set(definition, graph);
  }
  return graph;
}

function isOf(resource: unknown, kinds: Kinds): boolean {
  const { template, externalRef } = mapOf(resource);
  const { apiVersion, kind } = mapOf(template ?? externalRef);
  return kinds.served(String(apiVersion), String(kind)) !== undefined;
}

/**
 * As {@link buildGraph}, but goes on after a fault: one of a node hides none of another, and what depends on what is
 * wrong is not wrong for that.
 *
 * @returns what there is of the graph; it is kro's only if nothing was reported.
 */
export function build(definition: Definition, report: Report, kinds: Kinds = kindsOf()): Graph {
  const { refused } = admit(definition);
  for (const fault of refused) from("rgd-schema", report)(fault);
  if (refused.length === 0) for (const fault of crdFaults(definition)) from("crd", report)(fault);
  const { schema, resources } = readable(definition, refused);
  const reportOf =
    (resource: number): Report =>
    (fault) => {
      fault.resource ??= resource;
      report(fault);
    };

  const clusterScoped = schema.scope === "Cluster";
  const ids = validateIds(
    resources.map(({ of }) => of),
    (i) => from("id", reportOf(resources[i]!.index)),
  );
  const drafts = resources.flatMap(({ of, index, isBroken }): Draft[] => {
    const draft = isBroken ? undefined : buildNode(of, ids, !clusterScoped, kinds, reportOf(index));
    return draft ? [draft] : [];
  });
  const unordered = [...new Map(drafts.toReversed().map(({ node }) => [node.id, node])).values()].toReversed();
  const nodes =
    reporting(from("cycle", report), () => inOrder(unordered)) ??
    unordered.map((node) => ({ ...node, wave: 1, deletionWave: 1 }));
  const { apiVersion, kind } = instanceGvk(definition);
  const ofSpec = toJsonSchema(mapOf(schema.spec), mapOf(schema.types), from("schema", report));
  const status = buildStatus(mapOf(schema.status), new Set(["schema", ...ids]), report);
  const conditions = buildConditions(status.conditions, ids, report);
  const untyped = { schema: ofSpec, clusterScoped, ids, drafts, status: status.variables, conditions, report };
  const statusTypes = checkTypes(untyped);
  return { apiVersion, kind, clusterScoped, schema: ofSpec, nodes, statusTypes };
}

/** A node of the RGD as it is written. */
interface Written {
  readonly of: DefinitionResource;
  readonly index: number;
  /** It isn't as the schema of RGDs wants it, so that nothing more can be looked at. */
  readonly isBroken: boolean;
}

/** The parts of an RGD that can be looked at. */
function readable(
  { spec }: Definition,
  refused: readonly DefinitionError[],
): { readonly schema: Partial<Definition["spec"]["schema"]>; readonly resources: readonly Written[] } {
  const broken = new Set(refused.map(({ resource }) => resource));
  const resources = listed({ spec }).flatMap((of, index): Written[] => {
    const { id } = mapOf(of);
    return typeof id === "string" ? [{ of: of as DefinitionResource, index, isBroken: broken.has(index) }] : [];
  });
  return { schema: mapOf(spec?.schema), resources };
}

const listed = ({ spec }: Pick<Definition, "spec">): readonly unknown[] =>
  Array.isArray(spec?.resources) ? spec.resources : [];

const mapOf = (value: unknown): Readonly<Record<string, unknown>> =>
  value !== null && typeof value === "object" && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

function inOrder(nodes: readonly Unordered[]): Node[] {
  const deletions = reverseTopologicalLayers(nodes);
  return topologicalLayers(nodes).flatMap((ids, wave) =>
    ids.map((id) => ({
      ...nodes.find((node) => node.id === id)!,
      wave: wave + 1,
      deletionWave: deletions.length - deletions.findIndex((layer) => layer.includes(id)),
    })),
  );
}

function buildNode(
  resource: DefinitionResource,
  ids: ReadonlySet<string>,
  instanceNamespaced: boolean,
  kinds: Kinds,
  reportTo: Report,
): Draft | undefined {
  let faults = 0;
  const report: Report = (fault) => {
    faults++;
    reportTo(fault);
  };
  const { id } = resource;
  const template = validateObject(resource, instanceNamespaced, kinds, from("node", report));
  if (!template) return undefined;
  const { apiVersion, kind } = template;
  const served = kinds.served(apiVersion, kind);
  const clusterScoped = kinds.isClusterScoped(apiVersion, kind);
  const iterators = validateForEach(resource, ids, from("id", report));
  const others = [...ids].filter((other) => other !== id);
  const inCondition = { node: id, allowed: new Set(["schema", ...others]), report };
  const inTemplate = { node: id, allowed: new Set(["schema", ...others, ...iterators]), report };
  const inReadyWhen = { node: id, allowed: new Set([iterators.length > 0 ? EACH : id]), report };

  faults = 0;
  const { parsed, variables } = parseTemplate(template, inTemplate);
  // An expression that can't be read may be the one that is asked for.
  if (faults === 0) validateIdentityFields(id, iterators, variables, clusterScoped, from("node", report));
  const forEach = (resource.forEach ?? []).flatMap((dimension) =>
    Object.entries(dimension).flatMap(([name, text]) => {
      const expression = unwrapExpression(text, fieldPath("forEach", name), inCondition);
      return expression ? [{ name, expression }] : [];
    }),
  );
  const conditions = (key: "includeWhen" | "readyWhen", context: ParseContext) =>
    (resource[key] ?? []).flatMap((text, i) => unwrapExpression(text, `${key}[${i}]`, context) ?? []);
  const includeWhen = conditions("includeWhen", inCondition);
  const needed = [
    ...variables.flatMap(({ expressions }) => expressions),
    ...forEach.map(({ expression }) => expression),
    ...includeWhen,
  ].flatMap(({ references }) => references);
  const node: Unordered = {
    ...{ id, type: typeOf(resource, template), apiVersion, kind, clusterScoped, template, parsed, variables, forEach },
    ...(served && { served }),
    includeWhen,
    readyWhen: conditions("readyWhen", inReadyWhen),
    dependencies: [...new Set(needed.filter((name) => others.includes(name)))],
  };
  return { node, iterators, report: reportTo };
}

function typeOf({ externalRef, forEach }: DefinitionResource, { metadata: { selector } }: ResourceObject): NodeType {
  if (externalRef) return selector === undefined || selector === null ? "external" : "externalCollection";
  return forEach?.length ? "collection" : "resource";
}
