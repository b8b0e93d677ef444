import { UserError } from "../../console/index.ts";
import type { Definition } from "../../kro/index.ts";
import type { TextFile } from "../sources/files.ts";

/** An RGD as it is written: it may lack anything. */
export interface WrittenDefinition {
  readonly definition: Definition;
  /** As it was named; `-` for stdin. */
  readonly file: string;
  /** The line, from 1, of a field of the RGD, or of the nearest that is there around it. */
  lineOf(path: readonly (string | number)[]): number;
}

/**
 * Every RGD in texts, those too that no cluster would take.
 *
 * @throws UserError for a text that is not YAML: with its line.
 */
export async function writtenDefinitions(files: readonly TextFile[]): Promise<WrittenDefinition[]> {
  const { parseYaml } = await import("../sources/kubernetesYaml.ts");
  return files.flatMap(({ path: file, text }) =>
    parseYaml(text).flatMap(({ value, problem, lineOf }) => {
      if (problem) throw new UserError(`${file}:${problem.line} is not YAML: ${problem.text}`);
      return definitionsIn(value, []).map(({ definition, at }): WrittenDefinition => {
        return { definition, file, lineOf: (path) => lineOf([...at, ...path]) };
      });
    }),
  );
}

interface Part {
  readonly definition: Definition;
  readonly at: readonly (string | number)[];
}

/** An RGD, or those of a list. */
function definitionsIn(value: unknown, at: Part["at"]): Part[] {
  const { apiVersion, kind, items } = (value ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string") return [];
  if (kind.endsWith("List") && Array.isArray(items)) {
    return items.flatMap((item, i) => definitionsIn(item, [...at, "items", i]));
  }
  const isDefinition = kind === "ResourceGraphDefinition" && String(apiVersion).startsWith("kro.run/");
  return isDefinition ? [{ definition: value as Definition, at }] : [];
}
