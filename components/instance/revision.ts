import { isDeepStrictEqual } from "node:util";
import { runtime } from "@pulumi/pulumi";
import { mayAdoptDefinition } from "../adoption.ts";
import { DEFINITION_KIND, DEFINITION_NAME, definitionOf, type Identities } from "../definition/cartsDefinition.ts";
import { schemaSpecOf, schemaTypes } from "../definition/cartsSchema.ts";
import { revisionOf } from "../definition/revision.ts";
import type { ServedApi } from "../definition/servedApi.ts";
import { previousOutputs } from "../previousState.ts";

/**
 * `spec.revision` of an instance: of an API that another stack makes, that one's. Else that of the RGD which serves `identities`, and
 * unknown in the preview of an update that changes the schema.
 *
 * The Kubernetes plugin previews an object by a dry run of the API server, which has only the old schema by then and
 * refuses what is new. An object that holds an unknown value it takes as it is.
 */
export async function revisionOfInstance(others: ServedApi | undefined, identities: Identities): Promise<string> {
  if (others) return others.revision;
  const revision = revisionFor(identities);
  if (!runtime.isDryRun()) return revision;
  return mayAdoptDefinition() || isPending(await previousOutputs(), identities) ? runtime.unknownValue : revision;
}

/** Reckoned once, however many instances a program has; by identities. */
const revisions = new Map<string, string>();

function revisionFor(identities: Identities): string {
  const key = identities.join();
  const revision = revisions.get(key) ?? revisionOf(definitionOf(identities));
  revisions.set(key, revision);
  return revision;
}

/** Looked through once; by what the state has, and identities. */
const pending = new WeakMap<object, Map<string, boolean>>();

function isPending(outputs: Readonly<Record<string, object>>, identities: Identities): boolean {
  const [known, key] = [pending.get(outputs) ?? new Map<string, boolean>(), identities.join()];
  pending.set(outputs, known);
  const is = known.get(key) ?? Object.values(outputs).some((one) => isOtherSchema(one, identities));
  known.set(key, is);
  return is;
}

/** Whether a resource of the stack's state is our RGD with another schema than this program's, or one that kro refused. */
export function isOtherSchema(outputs: object, identities: Identities = ["pulumi"]): boolean {
  const { kind, metadata, spec, status } = outputs as Partial<PreviousDefinition>;
  if (kind !== DEFINITION_KIND || metadata?.name !== DEFINITION_NAME) return false;
  const ready = status?.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
  return !ready || !isDeepStrictEqual([spec?.schema.spec, spec?.schema.types], [schemaSpecOf(identities), schemaTypes]);
}

/** An RGD as the stack's state has it. */
interface PreviousDefinition {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: { readonly schema: { readonly spec?: unknown; readonly types?: unknown } };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}
