import { UserError } from "../console/index.ts";
import { crdSchemas, instanceGvk, type Rendering, render } from "../kro/index.ts";
import { attempt } from "./attempt.ts";
import type { Manifests } from "./sources/manifests.ts";

/**
 * What kro makes of each instance of some manifests.
 *
 * @throws UserError for an RGD that kro refuses, and for an instance that the API server refuses: with its file and line.
 */
export function renderInstances({ definitions, instances, crds }: Manifests): Rendering[] {
  const known = {
    definitions: definitions.map(({ object }) => object),
    crds: crdSchemas(crds.map(({ object }) => object)),
  };
  return instances.map(({ object, file, line }) => {
    const definition = definitions.find((one) => {
      const { apiVersion, kind } = instanceGvk(one.object);
      return object.apiVersion === apiVersion && object.kind === kind;
    })!;
    const rendering = attempt(() => render(definition.object, object, known));
    if (!(rendering instanceof Error)) return rendering;
    const place = rendering.name === "DefinitionError" ? definition : { file, line };
    throw new UserError(`${place.file}:${place.line}: ${rendering.message}`);
  });
}
