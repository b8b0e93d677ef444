import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { UserError } from "../../console/index.ts";
import type { Definition } from "../../kro/index.ts";
import { type DefinitionSource, foreignDefinition, isReadable, sourceOf } from "./definitions.ts";

/**
 * The RGDs of a YAML or JSON file, or of every such file in a folder and its folders. What else they hold is passed over.
 *
 * @throws UserError that names the file, when it can't be read, or there is no RGD.
 */
export async function yamlSource(path: string): Promise<DefinitionSource> {
  const files = await filesOf(path).catch((error: Error) => {
    throw new UserError(`cannot read RGDs from ${path}: ${error.message}`);
  });
  const definitions = (await Promise.all(files.map(definitionsOf))).flat();
  if (definitions.length === 0) throw new UserError(`there is no ResourceGraphDefinition in ${path}`);
  return sourceOf(path, definitions.map(foreignDefinition));
}

async function filesOf(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const names = await readdir(path, { recursive: true });
  return names
    .filter((name) => /\.(ya?ml|json)$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

async function definitionsOf(file: string): Promise<Definition[]> {
  const { parseAllDocuments } = await import("yaml");
  const documents = parseAllDocuments(await readFile(file, "utf8"));
  return documents.flatMap((document): Definition[] => {
    const problem = document.errors[0];
    if (problem) throw new UserError(`${file} is not YAML: ${problem.message.split("\n")[0]}`);
    const object = document.toJS() as { readonly [key: string]: unknown } | null;
    const isDefinition = object?.kind === "ResourceGraphDefinition" && /^kro\.run\//.test(String(object.apiVersion));
    if (!isDefinition) return [];
    if (!isReadable(object)) throw new UserError(`an RGD in ${file} has no name, schema or resources`);
    return [object as unknown as Definition];
  });
}
