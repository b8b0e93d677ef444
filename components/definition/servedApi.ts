import type { ComponentResource } from "@pulumi/pulumi";
import { type Look, lookInto, NotLooked } from "../cluster/lookInto.ts";
import { nothingChanged } from "../refusal.ts";
import { DEFINITION_KIND, DEFINITION_NAME } from "./cartsDefinition.ts";
import { API_VERSION, schemaSpec, schemaTypes } from "./cartsSchema.ts";
import { originOf } from "./origin.ts";
import { revisionOf } from "./revision.ts";
import { type ApiSchema, compareSchemas, type SchemaDifference } from "./schemaFields.ts";

/** The API of an RGD that another stack has made, perhaps with another version of this package. */
export interface ServedApi {
  /** Digest of the RGD. */
  readonly revision: string;
  /** Whether an instance may have ACK make its identity. */
  readonly servesAck: boolean;
  /** What it lacks, and requires, of an instance of this version. */
  readonly difference: SchemaDifference;
  /** Such as `the CartsStack API of this cluster (made by the stack acme/shop/owner, with carts-stack 0.1.0)`. */
  readonly title: string;
}

/** An RGD as the API server has it. */
type LiveDefinition = NonNullable<Awaited<ReturnType<Look["get"]>>>;

/** Each cluster is asked once, however many instances a program has. */
const found = new WeakMap<Look, Promise<LiveDefinition | undefined | NotLooked>>();

/**
 * Looks at the RGD in the cluster of `component`.
 *
 * @param absent - what a refusal says first of an RGD that isn't there.
 * @throws Refusal (a rejection) where it isn't there, or kro doesn't serve it.
 */
export async function servedApi(component: ComponentResource, absent: string): Promise<ServedApi | NotLooked> {
  const look = await lookInto(component);
  if (look instanceof NotLooked) return look;
  const asked = found.get(look) ?? ask(look);
  found.set(look, asked);
  const definition = await asked;
  if (definition instanceof NotLooked) return definition;
  if (!definition) {
    throw nothingChanged(
      `${absent}, but this cluster has no ResourceGraphDefinition ${DEFINITION_NAME}: bring up the stack first that makes it`,
    );
  }
  const { metadata, spec = {} } = definition;
  const origin = originOf(metadata.annotations);
  const problem = notReady(definition);
  if (problem !== undefined) {
    throw nothingChanged(
      `the ResourceGraphDefinition ${DEFINITION_NAME} of this cluster (${origin}) is not ready, and kro does nothing for its instances: ${problem}`,
    );
  }
  return {
    revision: revisionOf(spec),
    servesAck: servesAck(spec),
    difference: compareSchemas({ spec: schemaSpec, types: schemaTypes }, Object(spec.schema) as ApiSchema),
    title: `the CartsStack API of this cluster (${origin})`,
  };
}

/** Whether an RGD's API has the field that says who makes an instance's identity. */
export const servesAck = (spec: { readonly schema?: unknown }): boolean =>
  (Object(spec.schema) as { spec?: { identity?: unknown } }).spec?.identity !== undefined;

const ask = (look: Look): Promise<LiveDefinition | undefined | NotLooked> =>
  look
    .get({ apiVersion: API_VERSION, kind: DEFINITION_KIND, name: DEFINITION_NAME })
    .catch((error: Error) => new NotLooked(error.message));

/** What kro has against an RGD; undefined where it serves it as it is now. */
function notReady({ metadata: { generation = 0 }, status }: LiveDefinition): string | undefined {
  const ready = status?.conditions?.find(({ type }) => type === "Ready");
  if (!ready || (ready.observedGeneration ?? generation) < generation) {
    return "kro has not taken it up yet. Try again, and see to it that kro is running";
  }
  return ready.status === "True" ? undefined : `${ready.message || ready.reason}. Ask its owner to mend it`;
}
