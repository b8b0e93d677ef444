import { UserError } from "../../console/index.ts";
import { isTemplate, type TextFile } from "./files.ts";

/** An object in YAML, whatever it is. */
export interface WrittenObject {
  readonly object: unknown;
  /** As it was named; `-` for stdin. */
  readonly file: string;
  /** The line, from 1, of a field of the object, or of the nearest that is there around it. */
  lineOf(path: readonly (string | number)[]): number;
}

/**
 * The objects of YAML texts, those of lists one by one.
 *
 * @returns also a sentence for each text that was passed over.
 * @throws UserError for a text that is not YAML: with its line.
 */
export async function writtenObjects(
  files: readonly TextFile[],
): Promise<{ readonly objects: readonly WrittenObject[]; readonly notes: readonly string[] }> {
  const notes = new Set<string>();
  const objects: WrittenObject[] = [];
  for await (const object of objectsIn(files, (text) => notes.add(text))) objects.push(object);
  return { objects, notes: [...notes] };
}

/**
 * The same one by one: `lineOf` holds the whole document, and whoever lets it go holds the object alone.
 *
 * @param note - called with a sentence for each text that was passed over.
 */
export async function* objectsIn(
  files: Iterable<TextFile> | AsyncIterable<TextFile>,
  note: (text: string) => void,
): AsyncGenerator<WrittenObject> {
  const { yamlDocuments } = await import("./kubernetesYaml.ts");
  for await (const { path: file, text } of files) {
    for (const { value, problem, rounded, lineOf } of yamlDocuments(text)) {
      if (problem && isTemplate(text)) {
        note(`${file} was passed over: it is a template, which becomes YAML when it is rendered.`);
        continue;
      }
      if (problem) throw new UserError(`${file}:${problem.line} is not YAML: ${problem.text}${hint(problem.text)}`);
      for (const { text, line } of rounded) {
        note(
          `${file}:${line}: ${text} is read as ${Number(text)}, as JavaScript has no other, so that a change between such numbers isn't seen.`,
        );
      }
      for (const { object, at } of partsOf(value, [])) {
        yield { object, file, lineOf: (path) => lineOf([...at, ...path]) };
      }
    }
  }
}

/** Two objects after each other, of which each has its `kind`. */
const hint = (problem: string): string =>
  /unique/i.test(problem) ? "; between two objects there must be a line of ---" : "";

interface Part {
  readonly object: unknown;
  readonly at: readonly (string | number)[];
}

/** An object, or those of a list, of `kubectl get -o yaml` as of `List`. */
function partsOf(object: unknown, at: Part["at"]): Part[] {
  if (object === undefined) return [];
  const { kind, items } = (object ?? {}) as { readonly kind?: unknown; readonly items?: unknown };
  if (typeof kind !== "string" || !kind.endsWith("List") || !Array.isArray(items)) return [{ object, at }];
  return items.flatMap((item, i) => partsOf(item, [...at, "items", i]));
}
