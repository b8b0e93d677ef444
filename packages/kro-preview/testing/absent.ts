import { didYouMean, list, UserError } from "../../console/index.ts";
import { type Definition, instanceGvk, type Known } from "../../kro/index.ts";
import type { ExpectedChild } from "./fixture.ts";
import { expectedTitle } from "./match.ts";

/** A node that kro makes objects of. */
interface Maker {
  readonly node: string;
  readonly apiVersion: unknown;
  readonly kind: unknown;
}

/**
 * Sees to it that what must not be there might be: a test of a misspelt child would pass for ever.
 *
 * @throws UserError for a child that no node makes, of the RGD or of one whose instances are within its.
 */
export function checkAbsent(absent: readonly ExpectedChild[], definition: Definition, known: Known): void {
  const makers = makersIn(definition, known);
  for (const expected of absent) {
    const { node, kind, apiVersion } = expected;
    if (makers.some((one) => isOr(node, one.node) && isOr(kind, one.kind) && isOr(apiVersion, one.apiVersion)))
      continue;
    const ids = unique(makers.map((one) => one.node));
    if (!makers.some((one) => isOr(node, one.node))) {
      throw new UserError(
        `absent: no node that makes a child is ${JSON.stringify(node)}${didYouMean(String(node), ids) || `: there is ${list(ids, 12)}`}`,
      );
    }
    const there = makers.filter((one) => isOr(node, one.node));
    const kinds = unique(there.map((one) => String(one.kind)));
    const what = [expectedTitle(expected), ...(apiVersion === undefined ? [] : [String(apiVersion)])].join(" of ");
    throw new UserError(
      `absent: no node of the RGD makes ${what}${didYouMean(String(kind), kinds) || `: there is ${list(unique(there.map((one) => `${one.kind} (${one.apiVersion})`)), 12)}`}`,
    );
  }
}

/** Whether a text is as wanted; anything is where none is. */
const isOr = (wanted: unknown, found: unknown): boolean => typeof wanted !== "string" || wanted === found;

const unique = (texts: readonly string[]): string[] => [...new Set(texts)];

/** The nodes that make objects, of an RGD and of those whose instances are within its. */
function makersIn(definition: Definition, { definitions = [] }: Known): Maker[] {
  const found = new Set([definition]);
  // A set is walked to its end, with what comes to it meanwhile.
  for (const one of found) {
    for (const { kind, apiVersion } of makersOf(one)) {
      const inner = definitions.find((other) => {
        const made = instanceGvk(other);
        return made.kind === kind && made.apiVersion === apiVersion;
      });
      if (inner) found.add(inner);
    }
  }
  return [...found].flatMap(makersOf);
}

const makersOf = ({ spec }: Definition): Maker[] =>
  (spec.resources ?? []).flatMap(({ id, template }) =>
    template ? [{ node: id, apiVersion: template.apiVersion, kind: template.kind }] : [],
  );
