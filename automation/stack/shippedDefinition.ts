import type { Definition } from "../../packages/kro/index.ts";
import { type DefinitionSource, foreignDefinition } from "../../packages/kro-preview/index.ts";

/** The RGD that ships with this command, for a stack that leaves it to another stack. */
export const shippedDefinition: DefinitionSource = {
  title: "the program",
  async find({ apiVersion, kind }) {
    // To load the components takes longer than all the rest of a preview.
    if (apiVersion !== "kro.run/v1alpha1" || kind !== "CartsStack") return undefined;
    return foreignDefinition(await loadDefinition());
  },
};

/**
 * The RGD itself.
 *
 * @param identity - of the CartsStack that makes it. Default pulumi.
 */
export async function loadDefinition(identity?: unknown): Promise<Definition> {
  const { DEFINITION_NAME: name, definitionOf } = await import("../../components/index.ts");
  const spec = definitionOf(identity === "ack" ? ["pulumi", "ack"] : ["pulumi"]);
  return { metadata: { name }, spec: spec as unknown as Definition["spec"] };
}
