import { CelList } from "../cel/expression.ts";
import { type Variables, withElement, withUnknown } from "../cel/unstructured.ts";
import type { Node } from "../graph/graph.ts";
import { isSpecial } from "../value.ts";
import { evaluateList } from "./eval.ts";
import type { Unresolved } from "./resolver.ts";

/** What kro will make, at most, of one forEach. */
const MAX_COLLECTION = 1000;

/** The variables for each object of a node. */
export interface Iterations {
  readonly each: readonly Variables[];
  /** Why only the cluster can know how many there are; then there is one, with iterators that aren't known. */
  readonly condition?: string;
}

/** In a collection, there is an object for every combination of the elements of its lists; else there is one. */
export function expandCollection({ forEach }: Node, variables: Variables, unresolved: Unresolved): Iterations {
  let each: Variables[] = [variables];
  for (const { name, expression } of forEach) {
    const found = evaluateList(expression, variables, (text, ...rest) =>
      unresolved(`forEach.${name}: ${text}${remedyFor(expression.text, text)}`, ...rest),
    );
    if (!(found instanceof CelList)) {
      if (!isSpecial(found)) unresolved(`forEach.${name}: \${${expression.text}} is not a list`);
      const iterators = forEach.map((dimension) => dimension.name);
      return { each: [withUnknown(variables, iterators)], condition: `for each of \${${expression.text}}` };
    }
    const { elements } = found;
    each = each.flatMap((outer) => [...elements.keys()].map((i) => withElement(outer, name, elements, i)));
    if (each.length > MAX_COLLECTION) {
      unresolved(`forEach makes more than ${MAX_COLLECTION} objects, which kro refuses`);
      each = each.slice(0, MAX_COLLECTION);
    }
  }
  return { each };
}

/** What helps where an instance leaves a list out. */
const remedyFor = (expression: string, problem: string): string =>
  /^schema\.spec(\.\w+)+$/.test(expression) && problem.includes("No such key")
    ? "; the RGD's schema would have to give it | default=[]"
    : "";
