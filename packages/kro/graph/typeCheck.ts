import type { Environment } from "@marcbachmann/cel-js";
import { createEnvironment } from "../cel/environment.ts";
import { type Expression, firstLine } from "../cel/expression.ts";
import { type CelType, CelTypes, elementType, instanceSchema } from "../cel/types.ts";
import { UnsupportedError } from "../cel/unsupported.ts";
import { DefinitionError } from "../errors.ts";
import type { StatusTypes } from "./crd/crd.ts";
import type { Graph, Node } from "./graph.ts";
import { templateProblems } from "./parser/expectedTypes.ts";
import { type JsonSchema, schemaAt } from "./schema/jsonSchema.ts";
import { kindProblem, resolveSchema } from "./schema/resolver.ts";
import { SELECTED } from "./selector.ts";
import { EACH } from "./validation.ts";
import type { ResourceField } from "./variable.ts";

/**
 * Checks the types of everything in an RGD, as kro does when it accepts one: templates against the schemas of their
 * kinds, expressions against the instance's schema and those of the nodes. Of a kind that isn't known, anything goes.
 *
 * @returns what the fields of the status are, by their paths.
 * @throws DefinitionError naming the node, the path and the expression.
 */
export function checkTypes(graph: Omit<Graph, "statusTypes">, status: readonly ResourceField[]): StatusTypes {
  const environment = createEnvironment();
  const types = new CelTypes(environment);
  types.declare("schema", instanceSchema(graph.schema, graph.clusterScoped));
  for (const node of graph.nodes) types.declare(node.id, variableSchema(node));
  for (const node of graph.nodes) checkNode(node, environment, types);
  const statusTypes = new Map<string, JsonSchema>();
  for (const field of status) {
    if (field.expressions.every(({ references }) => references.length === 0)) {
      throw new DefinitionError("schema", field.path, field.text, "must refer to a node or to the instance");
    }
    const type = checkField("schema", field, environment, types);
    statusTypes.set(field.path, types.schemaOf(field.standalone ? (type ?? "dyn") : "string"));
  }
  return statusTypes;
}

const schemaOf = ({ apiVersion, kind, served }: Node): JsonSchema | undefined =>
  served ? served.schema : resolveSchema(apiVersion, kind);

function variableSchema(node: Node): JsonSchema | undefined {
  const schema = schemaOf(node);
  if (node.type === "collection" || node.type === "externalCollection") {
    return { type: "array", items: schema ?? { "x-kubernetes-preserve-unknown-fields": true } };
  }
  return schema;
}

function checkNode(node: Node, environment: Environment, types: CelTypes): void {
  const { id, apiVersion, kind, template, variables, includeWhen, readyWhen } = node;
  const schema = schemaOf(node);
  const problem = kindProblem(apiVersion, kind);
  if (problem) throw new DefinitionError(id, "kind", undefined, problem);
  if (schema && (node.type === "resource" || node.type === "collection")) {
    const [first] = templateProblems(template, schema);
    if (first) throw new DefinitionError(id, first.path, undefined, first.problem);
  }

  const own = environment.clone();
  for (const { name, expression } of node.forEach) {
    const text = `\${${expression.text}}`;
    const list = typeOf(id, `forEach.${name}`, text, expression, environment);
    const element = list === undefined ? "dyn" : elementType(list);
    if (!element) throw new DefinitionError(id, `forEach.${name}`, text, `must be a list, and is ${list}`);
    own.registerVariable(name, element);
  }
  for (const field of variables) {
    if (kind === "CustomResourceDefinition" && !field.path.startsWith("metadata.")) {
      throw new DefinitionError(id, field.path, field.text, "in a CustomResourceDefinition only metadata can have any");
    }
    const isSelector = node.type === "externalCollection" && /^metadata\.selector\b/.test(field.path);
    checkField(id, field, own, types, { schema: isSelector ? SELECTED : schema, refuseUnsupported: true });
  }
  checkConditions(id, "includeWhen", includeWhen, environment);
  const inReadyWhen = environment.clone();
  if (node.type === "collection") inReadyWhen.registerVariable(EACH, schema ? types.celType(schema, EACH) : "dyn");
  checkConditions(id, "readyWhen", readyWhen, inReadyWhen);
}

/**
 * @param schema - of the kind, where it is known.
 * @returns the type of the last expression.
 */
function checkField(
  node: string,
  { path, text, expressions, standalone }: ResourceField,
  environment: Environment,
  types: CelTypes,
  { schema, refuseUnsupported = false }: { readonly schema?: JsonSchema; readonly refuseUnsupported?: boolean } = {},
): CelType | undefined {
  const expected = schema && schemaAt(schema, path);
  let type: CelType | undefined;
  for (const expression of expressions) {
    type = typeOf(node, path, text, expression, environment, { refuseUnsupported });
    if (type === undefined) continue;
    if (!standalone && !TEXT.includes(type)) {
      throw new DefinitionError(node, path, text, `\${${expression.text}} is ${type} within text: use string(...)`);
    }
    const mismatch = expected && types.mismatch(standalone ? type : "string", expected);
    if (mismatch) throw new DefinitionError(node, path, text, `has the wrong type: ${mismatch}`);
  }
  return type;
}

function checkConditions(
  node: string,
  key: "includeWhen" | "readyWhen",
  conditions: readonly Expression[],
  environment: Environment,
): void {
  for (const [i, expression] of conditions.entries()) {
    const text = `\${${expression.text}}`;
    const refuseUnsupported = key === "includeWhen";
    const type = typeOf(node, `${key}[${i}]`, text, expression, environment, { refuseUnsupported });
    if (type !== undefined && !BOOL.includes(type)) {
      throw new DefinitionError(node, `${key}[${i}]`, text, `must be bool, and is ${type}`);
    }
  }
}

const BOOL = ["bool", "dyn", "optional<bool>", "optional<dyn>"];
const TEXT = ["string", "dyn"];

/** The type of an expression; undefined for one that nothing here evaluates, and that uses what is missing here. */
function typeOf(
  node: string,
  path: string,
  text: string,
  expression: Expression,
  environment: Environment,
  { refuseUnsupported = false } = {},
): CelType | undefined {
  const { valid, type, error } = environment.check(expression.text);
  if (valid) return type;
  if (error instanceof UnsupportedError && !refuseUnsupported) return undefined;
  throw new DefinitionError(node, path, text, firstLine(error));
}
