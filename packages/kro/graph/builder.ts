import { createEnvironment } from "../cel/environment.ts";
import { Expression, firstLine } from "../cel/expression.ts";
import { DefinitionError } from "../errors.ts";
import type { Definition, DefinitionResource } from "../objects.ts";
import { toJsonSchema } from "../simpleschema/simpleSchema.ts";
import { deletionWaves, waves } from "./dag.ts";
import type { Graph, GraphNode } from "./graph.ts";
import { isStandalone, splitTemplate } from "./parser/cel.ts";
import { compileTemplate, type Template } from "./parser/parser.ts";
import { isClusterScoped } from "./schema/resolver.ts";
import { checkTypes } from "./typeCheck.ts";
import { instanceGvk } from "../metadata/groupVersion.ts";
import { EACH, KRO_PREFIXES, nameProblem } from "./validation.ts";

const compiled = new WeakMap<Definition, Graph>();

/**
 * Reads an RGD as kro does when it accepts it.
 *
 * @throws DefinitionError naming the node, the path and the expression.
 * @see https://kro.run/docs/concepts/rgd/static-type-checking
 */
export function compile(definition: Definition): Graph {
  let graph = compiled.get(definition);
  if (!graph) {
    graph = compileOnce(definition);
    compiled.set(definition, graph);
  }
  return graph;
}

function compileOnce(definition: Definition): Graph {
  const { schema, resources } = definition.spec;
  const { apiVersion, kind } = instanceGvk(definition);
  const ids = checkIds(resources);
  const nodes = resources.map((resource) => compileNode(resource, ids));
  const order = waves(nodes);
  const deletions = deletionWaves(nodes);
  const graph: Graph = {
    apiVersion,
    kind,
    clusterScoped: schema.scope === "Cluster",
    schema: toJsonSchema(schema.spec ?? {}, schema.types ?? {}),
    nodes: order.flatMap((ids, wave) =>
      ids.map((id) => ({
        ...nodes.find((node) => node.id === id)!,
        wave: wave + 1,
        deletionWave: deletions.findIndex((deleted) => deleted.includes(id)) + 1,
      })),
    ),
  };
  const status = compileStatus(schema.status ?? {}, ids);
  checkTypes(graph, status);
  return graph;
}

function checkIds(resources: readonly DefinitionResource[]): ReadonlySet<string> {
  const ids = new Set<string>();
  for (const { id } of resources) {
    const problem = nameProblem(id) ?? (ids.has(id) ? "another node has this id" : undefined);
    if (problem) throw new DefinitionError(id, "", undefined, problem);
    ids.add(id);
  }
  return ids;
}

function compileNode(resource: DefinitionResource, ids: ReadonlySet<string>): GraphNode {
  const { id, externalRef, template } = resource;
  const fail = (path: string, expression: string | undefined, problem: string): never => {
    throw new DefinitionError(id, path, expression, problem);
  };
  const object = (template ?? externalRef) as Readonly<Record<string, unknown>> | undefined;
  if (!object || (template && externalRef))
    return fail("", undefined, "needs a template or an externalRef, and not both");
  if (externalRef && resource.forEach?.length) fail("forEach", undefined, "an externalRef can't have forEach");
  const { apiVersion, kind, metadata } = object as { apiVersion?: unknown; kind?: unknown; metadata?: unknown };
  if (typeof apiVersion !== "string") return fail("apiVersion", undefined, "must be there, as text");
  if (typeof kind !== "string") return fail("kind", undefined, "must be there, as text");
  if (metadata === null || typeof metadata !== "object") return fail("metadata", undefined, "must be there, as a map");
  const clusterScoped = isClusterScoped(apiVersion, kind);
  if (clusterScoped && "namespace" in metadata) fail("metadata.namespace", undefined, `a ${kind} has no namespace`);
  checkKroKeys(metadata as Record<string, unknown>, fail);

  const iterators = (resource.forEach ?? []).flatMap((dimension) => Object.keys(dimension));
  for (const [i, name] of iterators.entries()) {
    const problem =
      nameProblem(name) ?? (ids.has(name) || iterators.indexOf(name) < i ? `"${name}" is taken` : undefined);
    if (problem) fail("forEach", undefined, problem);
  }
  const nodeNames = new Set([...ids].filter((other) => other !== id));
  const inTemplate = new Set(["schema", ...nodeNames, ...iterators]);
  const inCondition = new Set(["schema", ...nodeNames]);
  const inReadyWhen = new Set([iterators.length > 0 ? EACH : id]);
  const parse = (path: string, text: string, known: ReadonlySet<string>) => parseExpression(id, path, text, known);
  const conditions = (key: "includeWhen" | "readyWhen", known: ReadonlySet<string>) =>
    (resource[key] ?? []).map((text, i) => {
      if (!isStandalone(text)) fail(`${key}[${i}]`, text, "must be one expression and nothing else");
      return parse(`${key}[${i}]`, text, known);
    });

  const filled = compileTemplate(object, (text, path) => parts(id, path, text, inTemplate));
  const forEach = (resource.forEach ?? []).flatMap((dimension) =>
    Object.entries(dimension).map(([name, text]) => ({
      name,
      expression: parse(`forEach.${name}`, text, inCondition),
    })),
  );
  checkIdentity(iterators, filled, clusterScoped, fail);
  const includeWhen = conditions("includeWhen", inCondition);
  const needed = [
    ...filled.fields.flatMap(({ expressions }) => expressions),
    ...forEach.map(({ expression }) => expression),
    ...includeWhen,
  ].flatMap(({ names }) => names);
  return {
    id,
    type: externalRef ? "externalRef" : forEach.length > 0 ? "collection" : "resource",
    apiVersion,
    kind,
    clusterScoped,
    source: object,
    template: filled,
    includeWhen,
    readyWhen: conditions("readyWhen", inReadyWhen),
    forEach,
    dependencies: [...new Set(needed.filter((name) => nodeNames.has(name)))],
    wave: 0,
    deletionWave: 0,
  };
}

type Fail = (path: string, expression: string | undefined, problem: string) => never;

function checkKroKeys(metadata: Record<string, unknown>, fail: Fail): void {
  for (const key of ["labels", "annotations"]) {
    for (const name of Object.keys(metadata[key] ?? {})) {
      if (KRO_PREFIXES.some((prefix) => name.startsWith(prefix))) {
        fail(`metadata.${key}`, undefined, `${name} begins with a prefix that kro keeps for itself`);
      }
    }
  }
}

/** Objects of a collection must differ in what identifies them. */
function checkIdentity(iterators: readonly string[], { fields }: Template, clusterScoped: boolean, fail: Fail): void {
  const identity = clusterScoped ? ["metadata.name"] : ["metadata.name", "metadata.namespace"];
  const used = new Set(
    fields
      .filter(({ path }) => identity.includes(path))
      .flatMap(({ expressions }) => expressions.flatMap(({ names }) => names)),
  );
  const missing = iterators.filter((name) => !used.has(name));
  if (missing.length > 0) fail("metadata.name", undefined, `must use the iterator ${missing.join(" and ")} of forEach`);
}

/** The expressions of `status` that the RGD gives its instances. */
function compileStatus(status: Readonly<Record<string, unknown>>, ids: ReadonlySet<string>): Template {
  return compileTemplate(status, (text, path) => parts("schema", `status.${path}`, text, new Set(["schema", ...ids])));
}

/** Text and expressions of a string, or undefined for one without expressions. */
function parts(
  node: string,
  path: string,
  text: string,
  known: ReadonlySet<string>,
): readonly (string | Expression)[] | undefined {
  let split: ReturnType<typeof splitTemplate>;
  try {
    split = splitTemplate(text);
  } catch (error) {
    throw new DefinitionError(node, path, text, firstLine(error));
  }
  if (!split.some(({ kind }) => kind === "expression")) return undefined;
  return split.map((part) =>
    part.kind === "text" ? part.text : parseExpression(node, path, `\${${part.expression}}`, known),
  );
}

function parseExpression(node: string, path: string, text: string, known: ReadonlySet<string>): Expression {
  let expression: Expression;
  try {
    expression = new Expression(text.slice(2, -1), environment);
  } catch (error) {
    throw new DefinitionError(node, path, text, firstLine(error));
  }
  const unknown = expression.names.filter((name) => !known.has(name));
  if (unknown.includes(node)) throw new DefinitionError(node, path, text, "a node can't refer to itself here");
  if (unknown.length > 0) {
    throw new DefinitionError(node, path, text, `refers to ${unknown.join(" and ")}, which is not in the graph`);
  }
  return expression;
}

/** Variables are whatever an instance has: their types are checked once, by checkTypes. */
const environment = createEnvironment().clone({ unlistedVariablesAreDyn: true });
