import type { Environment } from "@marcbachmann/cel-js";
import { createEnvironment } from "../cel/environment.ts";
import { type Expression, firstLine } from "../cel/expression.ts";
import { isConditionType } from "../cel/library/runtime.ts";
import { variableName } from "../cel/names.ts";
import { type CelType, CelTypes, elementType, instanceSchema } from "../cel/types.ts";
import { DefinitionError, from, type Report } from "../errors.ts";
import type { OwnCondition } from "./conditions.ts";
import type { StatusTypes } from "./crd/crd.ts";
import type { Draft, Unordered as Node } from "./graph.ts";
import { templateProblems } from "./parser/expectedTypes.ts";
import { type JsonSchema, schemaAt } from "./schema/jsonSchema.ts";
import { kindProblem, resolveSchema } from "./schema/resolver.ts";
import { SELECTED } from "./selector.ts";
import { EACH, isCelName } from "./validation.ts";
import type { ResourceField } from "./variable.ts";

/** An RGD whose types are to be checked. */
export interface Untyped {
  /** Of an instance's spec. */
  readonly schema: JsonSchema;
  readonly clusterScoped: boolean;
  /** Of all nodes, those too that can't be looked at: there, anything goes. */
  readonly ids: ReadonlySet<string>;
  readonly drafts: readonly Draft[];
  readonly status: readonly ResourceField[];
  readonly conditions: readonly OwnCondition[];
  readonly report: Report;
}

/**
 * Checks the types of everything in an RGD, as kro does when it accepts one: templates against the schemas of their
 * kinds, expressions against the instance's schema and those of the nodes. Of a kind that isn't known, anything goes.
 *
 * @returns what the fields of the status are, by their paths.
 */
export function checkTypes({ schema, clusterScoped, ids, drafts, status, conditions, report }: Untyped): StatusTypes {
  const environment = createEnvironment();
  const types = new CelTypes(environment, namedIn(drafts, status, conditions));
  types.declare("schema", instanceSchema(schema, clusterScoped));
  for (const id of ids) {
    const draft = drafts.find(({ node }) => node.id === id);
    // Of an id that can't be one, that is said already.
    if (isCelName(id) && id !== "schema") types.declare(id, draft && variableSchema(draft.node));
  }
  for (const draft of drafts) checkNode(draft, environment, types);
  const statusTypes = new Map<string, JsonSchema>();
  for (const field of status) {
    if (field.expressions.every(({ references }) => references.length === 0)) {
      const problem = "must refer to a node or to the instance";
      from("status", report)(new DefinitionError("schema", field.path, field.text, problem));
    } else {
      const type = checkField(field, { node: "schema", environment, types, report });
      statusTypes.set(field.path, types.schemaOf(field.standalone ? (type ?? "dyn") : "string"));
    }
  }
  for (const { path, text, expression } of conditions) {
    const type = typeOf(path, text, expression, { node: "schema", environment, types, report });
    const element = type === undefined ? "dyn" : (elementType(type) ?? type);
    if (element === "dyn" || isConditionType(element)) continue;
    const problem = `must return runtime.newCondition(...) or a list of them, and is ${type}`;
    from("status", report)(new DefinitionError("schema", path, text, problem));
  }
  return statusTypes;
}

/** Whether an expression names a field: what isn't a word may be written in several ways. */
function namedIn(
  drafts: readonly Draft[],
  status: readonly ResourceField[],
  conditions: readonly OwnCondition[],
): (field: string) => boolean {
  const expressions = [
    ...drafts.flatMap(({ node }) => [
      ...node.variables.flatMap((field) => field.expressions),
      ...node.forEach.map(({ expression }) => expression),
      ...[...node.includeWhen, ...node.readyWhen],
    ]),
    ...status.flatMap((field) => field.expressions),
    ...conditions.map(({ expression }) => expression),
  ];
  const words = new Set(expressions.flatMap(({ text }) => text.match(/\w+/g) ?? []));
  return (field) => words.has(field) || /\W/.test(field);
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

/** Where expressions are checked, and who is told. */
interface Checking {
  /** Id of the node, or `schema`. */
  readonly node: string;
  readonly environment: Environment;
  readonly types: CelTypes;
  readonly report: Report;
}

/** kro looks only at the expressions of a CRD, not at its fields. */
const isCrd = ({ apiVersion, kind }: Node): boolean =>
  apiVersion === "apiextensions.k8s.io/v1" && kind === "CustomResourceDefinition";

function checkNode({ node, iterators, report }: Draft, environment: Environment, types: CelTypes): void {
  const { id, apiVersion, kind, template, variables, includeWhen, readyWhen } = node;
  const schema = schemaOf(node);
  const fault = (path: string, problem: string, text?: string) =>
    from("field", report)(new DefinitionError(id, path, text, problem));
  const problem = kindProblem(apiVersion, kind);
  if (problem) fault("kind", problem);
  const isMade = node.type === "resource" || node.type === "collection";
  if (schema && isMade && !isCrd(node)) {
    for (const found of templateProblems(template, schema)) fault(found.path, found.problem);
  }

  const own = environment.clone();
  const checking: Checking = { node: id, environment, types, report };
  for (const name of iterators) {
    const expression = node.forEach.find((dimension) => dimension.name === name)?.expression;
    const element = expression ? iteratorType(name, expression, checking) : "dyn";
    if (isNameable(name, own)) own.registerVariable(variableName(name), element);
  }
  for (const field of variables) {
    if (isCrd(node) && !field.path.startsWith("metadata.")) {
      fault(field.path, "in a CustomResourceDefinition only metadata can have any", field.text);
      continue;
    }
    const isSelector = node.type === "externalCollection" && /^metadata\.selector\b/.test(field.path);
    const expected = isSelector ? SELECTED : schema;
    checkField(field, { ...checking, environment: own }, expected && schemaAt(expected, field.path));
  }
  checkConditions("includeWhen", includeWhen, checking);
  const inReadyWhen = environment.clone();
  if (node.type === "collection") inReadyWhen.registerVariable(EACH, schema ? types.celType(schema, EACH) : "dyn");
  checkConditions("readyWhen", readyWhen, { ...checking, environment: inReadyWhen });
}

/** An iterator that is named as something else is said to be so already. */
const isNameable = (name: string, environment: Environment): boolean =>
  isCelName(name) && !environment.hasVariable(variableName(name));

/** A path in the instance, and nothing else. */
const PATH = /^\s*schema(\.\w+|\["[^"]*"\])*\s*$/;

function iteratorType(name: string, expression: Expression, { node, ...checking }: Checking): CelType {
  const path = `forEach.${name}`;
  const text = `\${${expression.text}}`;
  const list = typeOf(path, text, expression, { node, ...checking });
  if (list === undefined) return "dyn";
  const element = elementType(list);
  // kro knows the kinds of a cluster, so that what may be anything here may be a list there: but not in the instance.
  if (element && !(list === "dyn" && PATH.test(expression.text))) return element;
  const problem = `must be a list, and is ${list === "dyn" ? "of any type" : list}`;
  checking.report(new DefinitionError(node, path, text, problem));
  return "dyn";
}

/**
 * @param expected - the schema of the field, where it is known.
 * @returns the type of the last expression.
 */
function checkField(
  { path, text, expressions, standalone }: ResourceField,
  checking: Checking,
  expected?: JsonSchema,
): CelType | undefined {
  const fault = (problem: string) => checking.report(new DefinitionError(checking.node, path, text, problem));
  let type: CelType | undefined;
  for (const expression of expressions) {
    type = typeOf(path, text, expression, checking);
    if (type === undefined) continue;
    if (!standalone && !TEXT.includes(type)) {
      fault(`\${${expression.text}} is ${type} within text: use string(...)`);
      continue;
    }
    const mismatch = expected && checking.types.mismatch(standalone ? type : "string", expected);
    if (mismatch) {
      fault(`has the wrong type: ${mismatch}`);
      return undefined;
    }
  }
  return type;
}

function checkConditions(
  key: "includeWhen" | "readyWhen",
  conditions: readonly Expression[],
  checking: Checking,
): void {
  for (const [i, expression] of conditions.entries()) {
    const text = `\${${expression.text}}`;
    const type = typeOf(`${key}[${i}]`, text, expression, checking);
    if (type !== undefined && !BOOL.includes(type)) {
      checking.report(new DefinitionError(checking.node, `${key}[${i}]`, text, `must be bool, and is ${type}`));
    }
  }
}

const BOOL = ["bool", "dyn", "optional<bool>", "optional<dyn>"];
const TEXT = ["string", "dyn"];

/** The type of an expression; undefined for one that is reported. */
function typeOf(
  path: string,
  text: string,
  expression: Expression,
  { node, environment, report }: Checking,
): CelType | undefined {
  const { valid, type, error } = environment.check(expression.text);
  if (valid) return type;
  report(new DefinitionError(node, path, text, firstLine(error)));
  return undefined;
}
