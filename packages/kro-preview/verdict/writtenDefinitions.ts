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

/** What texts hold that RGDs are judged by. */
export interface Written {
  /** Every RGD, those too that no cluster would take. */
  readonly definitions: readonly WrittenDefinition[];
  readonly crds: readonly unknown[];
}

/** @throws UserError for a text that is not YAML: with its line. */
export async function readWritten(files: readonly TextFile[]): Promise<Written> {
  const { parseYaml } = await import("../sources/kubernetesYaml.ts");
  const definitions: WrittenDefinition[] = [];
  const crds: unknown[] = [];
  for (const { path: file, text } of files) {
    for (const { value, problem, lineOf } of parseYaml(text)) {
      if (problem) throw new UserError(`${file}:${problem.line} is not YAML: ${problem.text}`);
      for (const { object, at } of objectsIn(value, [])) {
        const kind = kindOf(object);
        if (kind === "kro.run ResourceGraphDefinition") {
          definitions.push({ definition: object as Definition, file, lineOf: (path) => lineOf([...at, ...path]) });
        } else if (kind === "apiextensions.k8s.io CustomResourceDefinition") crds.push(object);
      }
    }
  }
  return { definitions, crds };
}

interface Part {
  readonly object: unknown;
  readonly at: readonly (string | number)[];
}

/** An object, or those of a list. */
function objectsIn(object: unknown, at: Part["at"]): Part[] {
  const { kind, items } = (object ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [{ object, at }];
  return items.flatMap((item, i) => objectsIn(item, [...at, "items", i]));
}

/** Group and kind. */
function kindOf(object: unknown): string {
  const { apiVersion, kind } = (object ?? {}) as Readonly<Record<string, unknown>>;
  return `${String(apiVersion).split("/")[0]} ${kind}`;
}
