import { DefinitionError, from, type Report } from "../errors.ts";
import type { Definition } from "../objects.ts";
import { fieldPath } from "./fieldpath.ts";
import { type ParsedTemplate, parseTemplate } from "./parser/parser.ts";
import type { ResourceField } from "./variable.ts";

/** `schema.status` of an RGD. */
export interface Status {
  /** The fields, with their paths from `status` on. */
  readonly variables: readonly ResourceField[];
  /** The author's own conditions, one expression each, as written. */
  readonly conditions: readonly string[];
}

/**
 * The status that an RGD's instances are given.
 *
 * @param allowed - what its expressions may refer to.
 * @see https://kro.run/docs/concepts/rgd/schema
 */
export function buildStatus(
  { conditions, ...fields }: Readonly<Record<string, unknown>>,
  allowed: ReadonlySet<string>,
  report: Report,
): Status {
  const told = from("status", report);
  let faults = 0;
  const counted: Report = (fault) => {
    faults++;
    report(fault);
  };
  const { parsed, variables } = parseTemplate(fields, { node: "schema", allowed, report: counted }, "status");
  // A field that can't be read is no plain one.
  if (faults === 0) for (const path of plainFields(parsed, "status")) told(fault(path, "needs an expression"));
  return { variables, conditions: ownConditions(conditions, told) };
}

/**
 * Whether an RGD's author makes the conditions of its instances: then they have these and no others, and none of them,
 * not even `Ready`, is kro's. Whether kro has brought an instance about then only `status.state` says.
 */
export function hasOwnConditions({ spec }: Definition): boolean {
  const conditions = spec.schema.status?.conditions;
  return Array.isArray(conditions) && conditions.length > 0;
}

const fault = (path: string, problem: string) => new DefinitionError("schema", path, undefined, problem);

/** Paths of the values without an expression. An empty list or map is none. */
function plainFields(parsed: ParsedTemplate, path: string): string[] {
  if ("field" in parsed) return [];
  if ("items" in parsed) return parsed.items.flatMap((item, i) => plainFields(item, `${path}[${i}]`));
  if ("entries" in parsed) return parsed.entries.flatMap(([key, item]) => plainFields(item, fieldPath(path, key)));
  const { literal } = parsed;
  if (literal === null || typeof literal !== "object") return [path];
  const items = Array.isArray(literal)
    ? literal.map((item, i) => [`${path}[${i}]`, item] as const)
    : Object.entries(literal).map(([key, item]) => [fieldPath(path, key), item] as const);
  return items.flatMap(([at, item]) => plainFields({ literal: item }, at));
}

function ownConditions(conditions: unknown, report: Report): readonly string[] {
  if (conditions === undefined) return [];
  if (!Array.isArray(conditions)) {
    report(fault("status.conditions", "must be a list"));
    return [];
  }
  return conditions.flatMap((condition, i): string[] => {
    if (typeof condition === "string") return [condition];
    report(fault(`status.conditions[${i}]`, "must be an expression, as text"));
    return [];
  });
}
