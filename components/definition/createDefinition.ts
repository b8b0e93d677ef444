import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { type CustomResourceOptions, rootStackResource } from "@pulumi/pulumi";
import { adopted } from "../adoption.ts";
import { explainWait } from "../explainWait.ts";
import { OWNER, ownStack } from "../owner.ts";
import type { ChildOptions } from "../resources.ts";
import { DEFINITION_KIND, DEFINITION_NAME, definitionOf, type Identities } from "./cartsDefinition.ts";
import { API_VERSION } from "./cartsSchema.ts";
import { noteDefinition } from "./madeHere.ts";
import { VERSION, version } from "./origin.ts";

/** kro answers within a second; a graph that it refuses never becomes Ready, however long one waits. */
const DEFINITION_TIMEOUT = "1m";

/**
 * Declares the ResourceGraphDefinition, and waits until kro serves the API that it makes.
 *
 * @param identities - that it serves.
 */
export function createDefinition(
  name: string,
  identities: Promise<Identities>,
  opts: ChildOptions & Partial<Pick<CustomResourceOptions, "aliases" | "protect">>,
): CustomResource {
  noteDefinition(opts.parent, identities);
  const made = new CustomResource(
    `${name}-definition`,
    {
      apiVersion: API_VERSION,
      kind: DEFINITION_KIND,
      metadata: {
        name: DEFINITION_NAME,
        annotations: { "pulumi.com/waitFor": "condition=Ready", [OWNER]: ownStack(), [VERSION]: version },
      },
      spec: identities.then(definitionOf),
    },
    {
      ...opts,
      ...adopted(`kubernetes:${API_VERSION}:${DEFINITION_KIND}`, `${name}-definition`),
      customTimeouts: { create: DEFINITION_TIMEOUT, update: DEFINITION_TIMEOUT, delete: "5m" },
      // Where `pulumi state move` puts it that hands it over from another stack.
      aliases: [...(opts.aliases ?? []), { parent: rootStackResource }],
    },
  );
  explainWait(made, () => ({ kind: DEFINITION_KIND, id: DEFINITION_NAME, timeouts: [DEFINITION_TIMEOUT] }), opts);
  return made;
}
