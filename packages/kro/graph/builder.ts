import { instanceGvk } from "../metadata/groupVersion.ts";
import type { Definition, DefinitionResource } from "../objects.ts";
import { toJsonSchema } from "../simpleschema/simpleSchema.ts";
import { reverseTopologicalLayers, topologicalLayers } from "./dag.ts";
import type { Graph, Node, NodeType } from "./graph.ts";
import { parseTemplate, unwrapExpression } from "./parser/parser.ts";
import { isClusterScoped } from "./schema/resolver.ts";
import { checkTypes } from "./typeCheck.ts";
import {
  EACH,
  type ResourceObject,
  validateForEach,
  validateIdentityFields,
  validateIds,
  validateObject,
} from "./validation.ts";

const built = new WeakMap<Definition, Graph>();

/**
 * The graph of an RGD, with all the checks that kro makes when it accepts one.
 *
 * @throws DefinitionError naming the node, the path and the expression.
 * @see https://kro.run/docs/concepts/rgd/static-type-checking
 */
export function buildGraph(definition: Definition): Graph {
  let graph = built.get(definition);
  if (!graph) {
    graph = build(definition);
    built.set(definition, graph);
  }
  return graph;
}

function build(definition: Definition): Graph {
  const { schema, resources } = definition.spec;
  const { apiVersion, kind } = instanceGvk(definition);
  const ids = validateIds(resources);
  const nodes = inOrder(resources.map((resource) => buildNode(resource, ids)));
  const clusterScoped = schema.scope === "Cluster";
  const graph = { apiVersion, kind, clusterScoped, schema: toJsonSchema(schema.spec ?? {}, schema.types ?? {}), nodes };
  const status = parseTemplate(schema.status ?? {}, { node: "schema", allowed: new Set(["schema", ...ids]) }, "status");
  checkTypes(graph, status.variables);
  return graph;
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

function buildNode(resource: DefinitionResource, ids: ReadonlySet<string>): Unordered {
  const { id } = resource;
  const template = validateObject(resource);
  const { apiVersion, kind } = template;
  const clusterScoped = isClusterScoped(apiVersion, kind);
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
    includeWhen,
    readyWhen: (resource.readyWhen ?? []).map((text, i) => unwrapExpression(text, `readyWhen[${i}]`, inReadyWhen)),
    dependencies: [...new Set(needed.filter((name) => others.includes(name)))],
  };
}

function typeOf({ externalRef, forEach }: DefinitionResource, { metadata }: ResourceObject): NodeType {
  if (externalRef) return "selector" in metadata ? "externalCollection" : "external";
  return forEach?.length ? "collection" : "resource";
}
