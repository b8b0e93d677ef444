import { UserError } from "../../console/index.ts";
import { type DefinitionSource, foreignDefinition, sourceOf } from "./definitions.ts";
import { readManifests } from "./manifests.ts";

/**
 * The RGDs of a YAML or JSON file, or of every such file in a folder and its folders. What else they hold is passed over.
 *
 * @throws UserError that names the file, when it can't be read, or there is no RGD.
 */
export async function yamlSource(path: string): Promise<DefinitionSource> {
  const { definitions } = await readManifests([path]);
  if (definitions.length === 0) throw new UserError(`there is no ResourceGraphDefinition in ${path}`);
  return sourceOf(
    path,
    definitions.map(({ object }) => foreignDefinition(object)),
  );
}
