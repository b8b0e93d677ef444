import { type Definition, type Finding, validate } from "../../kro/index.ts";
import type { WrittenDefinition } from "./writtenDefinitions.ts";

/** What is found in an RGD of a file. */
export interface LocatedFinding extends Omit<Finding, "at"> {
  /** Name of the RGD. */
  readonly definition: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The findings on RGDs, in the order of their lines.
 *
 * @param before - the RGDs as they are in the cluster: one of the same name is what another is a change of.
 */
export function verdictsOn(
  written: readonly WrittenDefinition[],
  before: readonly WrittenDefinition[] = [],
): LocatedFinding[] {
  const earlier = new Map(before.map(({ definition }) => [nameOf(definition), definition]));
  return written.flatMap(({ definition, file, lineOf }) => {
    const name = nameOf(definition);
    return validate(definition, { before: earlier.get(name) })
      .map(({ at, ...finding }): LocatedFinding => ({ definition: name, file, line: lineOf(at), ...finding }))
      .sort((a, b) => a.line - b.line);
  });
}

const nameOf = ({ metadata }: Definition): string => String(metadata?.name ?? "");
