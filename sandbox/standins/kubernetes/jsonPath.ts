import { isProperties, type PropertyValue } from "../plugin/values.ts";
import { StandInError } from "./standInError.ts";

/** One step of a path: a key, a position (from the end when negative), every member, or the members that a filter takes. */
type Step =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly every: true }
  | { readonly filter: Filter };

interface Filter {
  readonly path: readonly Step[];
  readonly operator?: "==" | "!=";
  readonly value?: PropertyValue;
}

/** A parsed JSONPath query. */
export type JsonPath = readonly Step[];

const stepPattern =
  /(?:\.([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*))|(?:\.(\*))|(?:\[\s*(\*)\s*\])|(?:\[\s*(-?\d+)\s*\])|(?:\[\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*\])|(?:\[\s*\?(.*?)\])/y;
const filterPattern = /^\s*\(?\s*@((?:[^=!\s]|\[.*?\])*)\s*(?:(==|!=)\s*(.+?))?\s*\)?\s*$/;

/**
 * Parses the part of RFC 9535 that waiting for Kubernetes objects needs: keys, positions, `*`, and filters that compare
 * one path with one value. Throws for anything else. https://www.rfc-editor.org/rfc/rfc9535
 */
export function parseJsonPath(query: string): JsonPath {
  if (!query.startsWith("$")) throw new Error(`jsonpath: unexpected identifier at position 1: ${query}`);
  return parseSteps(query.slice(1), query);
}

function parseSteps(text: string, query: string): Step[] {
  const steps: Step[] = [];
  const pattern = new RegExp(stepPattern);
  while (pattern.lastIndex < text.length) {
    const match = pattern.exec(text);
    if (!match) throw new StandInError(`the JSONPath ${JSON.stringify(query)} is not one that it can read`);
    const [, name, anyMember, anyElement, index, quoted, filter] = match;
    if (name !== undefined) steps.push({ key: name });
    else if (anyMember || anyElement) steps.push({ every: true });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (quoted !== undefined) steps.push({ key: unquoted(quoted) });
    else if (filter !== undefined) steps.push({ filter: parseFilter(filter, query) });
  }
  return steps;
}

function parseFilter(text: string, query: string): Filter {
  const match = filterPattern.exec(text);
  if (!match) throw new StandInError(`the JSONPath filter in ${JSON.stringify(query)} is not one that it can read`);
  const [, path = "", operator, value] = match;
  const steps = parseSteps(path, query);
  if (!operator || value === undefined) return { path: steps };
  const literal = /^['"]/.test(value) ? unquoted(value) : (JSON.parse(value) as PropertyValue);
  return { path: steps, operator: operator as "==" | "!=", value: literal };
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

/** The values that a query selects, in document order. */
export function select(path: JsonPath, value: PropertyValue): PropertyValue[] {
  let selected: PropertyValue[] = [value];
  for (const step of path) selected = selected.flatMap((from) => take(step, from));
  return selected;
}

function take(step: Step, from: PropertyValue): PropertyValue[] {
  if ("key" in step) return isProperties(from) ? [from[step.key]].filter((value) => value !== undefined) : [];
  if ("index" in step) return Array.isArray(from) ? [from.at(step.index)].filter((value) => value !== undefined) : [];
  const members = Array.isArray(from) ? from : isProperties(from) ? Object.values(from) : [];
  const values = members.filter((value) => value !== undefined);
  return "every" in step ? values : values.filter((value) => matches(step.filter, value));
}

function matches({ path, operator, value }: Filter, candidate: PropertyValue): boolean {
  const [found] = select(path, candidate);
  if (!operator) return found !== undefined;
  return (operator === "==") === (found === value);
}
