import { instanceGvk } from "../metadata/groupVersion.ts";
import type { Definition, DefinitionResource } from "../objects.ts";
import { toJsonSchema } from "../simpleschema/simpleSchema.ts";
import { reverseTopologicalLayers, topologicalLayers } from "./dag.ts";
import type { Graph, Node, NodeType } from "./graph.ts";
import { parseTemplate, unwrapExpression } from "./parser/parser.ts";
import type { Crds } from "./schema/crds.ts";
import { type Kinds, type Known, makeKinds } from "./schema/kinds.ts";
import { resolveSchema } from "./schema/resolver.ts";
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
 * The graph of an RGD, with all the checks that kro makes when it accepts one.
 *
 * @param known - kinds that are not Kubernetes' own. Of any other, nothing is known, so that anything goes.
 * @throws DefinitionError naming the node, the path and the expression.
 * @see https://kro.run/docs/concepts/rgd/static-type-checking
 */
export const buildGraph = (definition: Definition, known?: Known): Graph => graphOf(definition, kindsOf(known));

/** See {@link buildGraph}. One that names no further kinds is built once, whatever is known. */
export function graphOf(definition: Definition, kinds: Kinds): Graph {
  const own = kinds.isEmpty || definition.spec.resources.some((one) => isOf(one, kinds)) ? kinds : kindsOf();
  const graphs = built.get(own) ?? new WeakMap<Definition, Graph>();
  built.set(own, graphs);
  let graph = graphs.get(definition);
  if (!graph) {
    graph = build(definition, own);
    graphs.set(definition, graph);
  }
  return graph;
}

function isOf({ template, externalRef }: DefinitionResource, kinds: Kinds): boolean {
  const { apiVersion, kind } = template ?? externalRef ?? {};
  return kinds.served(String(apiVersion), String(kind)) !== undefined;
}

function build(definition: Definition, kinds: Kinds): Graph {
  const { schema, resources } = definition.spec;
  const { apiVersion, kind } = instanceGvk(definition);
  const ids = validateIds(resources);
  const nodes = inOrder(resources.map((resource) => buildNode(resource, ids, kinds)));
  const clusterScoped = schema.scope === "Cluster";
  const graph = { apiVersion, kind, clusterScoped, schema: toJsonSchema(schema.spec ?? {}, schema.types ?? {}), nodes };
  const status = parseTemplate(schema.status ?? {}, { node: "schema", allowed: new Set(["schema", ...ids]) }, "status");
  return { ...graph, statusTypes: checkTypes(graph, status.variables) };
}

type Unordered = Omit<Node, "wave" | "deletionWave">;

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

function buildNode(resource: DefinitionResource, ids: ReadonlySet<string>, kinds: Kinds): Unordered {
  const { id } = resource;
  const template = validateObject(resource, kinds);
  const { apiVersion, kind } = template;
  const served = kinds.served(apiVersion, kind);
  const clusterScoped = kinds.isClusterScoped(apiVersion, kind);
  const iterators = validateForEach(resource, ids);
  const others = [...ids].filter((other) => other !== id);
  const inCondition = { node: id, allowed: new Set(["schema", ...others]) };
  const inTemplate = { node: id, allowed: new Set(["schema", ...others, ...iterators]) };
  const inReadyWhen = { node: id, allowed: new Set([iterators.length > 0 ? EACH : id]) };

  const { parsed, variables } = parseTemplate(template, inTemplate);
  const forEach = (resource.forEach ?? []).flatMap((dimension) =>
    Object.entries(dimension).map(([name, text]) => ({
      name,
      expression: unwrapExpression(text, `forEach.${name}`, inCondition),
    })),
  );
  validateIdentityFields(id, iterators, variables, clusterScoped);
  const includeWhen = (resource.includeWhen ?? []).map((text, i) =>
    unwrapExpression(text, `includeWhen[${i}]`, inCondition),
  );
  const needed = [
    ...variables.flatMap(({ expressions }) => expressions),
    ...forEach.map(({ expression }) => expression),
    ...includeWhen,
  ].flatMap(({ references }) => references);
  return {
    ...{ id, type: typeOf(resource, template), apiVersion, kind, clusterScoped, template, parsed, variables, forEach },
    ...(served && { served }),
    includeWhen,
    readyWhen: (resource.readyWhen ?? []).map((text, i) => unwrapExpression(text, `readyWhen[${i}]`, inReadyWhen)),
    dependencies: [...new Set(needed.filter((name) => others.includes(name)))],
  };
}

function typeOf({ externalRef, forEach }: DefinitionResource, { metadata }: ResourceObject): NodeType {
  if (externalRef) return "selector" in metadata ? "externalCollection" : "external";
  return forEach?.length ? "collection" : "resource";
}
