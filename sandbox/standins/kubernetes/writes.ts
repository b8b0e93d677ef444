import { setTimeout as sleep } from "node:timers/promises";
import {
  ApiError,
  isAlreadyExists,
  isConflict,
  isInvalid,
  isNamespaceNotFound,
  isNotFound,
  messageOf,
  NoKindMatchError,
} from "./apiError.ts";
import type { ClusterConnection } from "./clusterConnection.ts";
import { createFieldManager, mayForce, takeOverPatch, withIgnoredFields } from "./fieldManagers.ts";
import { type KubernetesObject, nameOf, withValue } from "./kubernetesObject.ts";
import { uniqueName } from "./naming.ts";
import type { ObjectClient } from "./objectClient.ts";
import type { StatusLog } from "./statusLog.ts";

/** What every write needs to know. */
export interface WriteContext {
  readonly connection: ClusterConnection;
  readonly log: StatusLog;
  readonly signal: AbortSignal;
  readonly inputs: KubernetesObject;
  readonly fieldManager: string;
  /** Works the result out on the server, and keeps nothing. */
  readonly preview: boolean;
  readonly alwaysForce: boolean;
  /** Whether the object is somebody else's: then no field of another manager is taken over. */
  readonly patch?: boolean;
}

/** The namespace of the object does not exist yet, so that a dry run cannot tell anything. */
export class NamespaceMissingError extends Error {
  override readonly name = "NamespaceMissingError";
}

const retries = 5;

/**
 * Creates an object; with `upsert`, applies it over one of the same name. Tries again for about half a minute while its
 * kind or its namespace does not exist, as they may be on their way.
 */
export async function createObject(context: WriteContext, upsert: boolean): Promise<KubernetesObject> {
  const { connection, log, signal, inputs, preview } = context;
  let wait = 1_000;
  for (let attempt = 0; ; attempt++) {
    try {
      const client = await connection.clientFor(inputs, signal);
      const live = upsert ? await upsertObject(client, context) : await plainCreate(client, context);
      await log.clearStatus();
      return live;
    } catch (error) {
      if (preview && isNamespaceNotFound(error)) {
        throw new NamespaceMissingError(`namespace does not exist for ${JSON.stringify(nameOf(inputs))}`);
      }
      if (signal.aborted) throw error;
      log.status("info", `Retry #${attempt}; creation failed: ${messageOf(error)}`);
      const retryable = isNotFound(error) || error instanceof NoKindMatchError;
      if (retryable) await sleep(wait, undefined, { signal }).catch(() => {});
      if (signal.aborted) throw new Error("context canceled");
      if (!retryable || attempt === retries) throw isAlreadyExists(error) ? withAdvice(error as ApiError) : error;
      wait *= 2;
    }
  }
}

function plainCreate(client: ObjectClient, { inputs, preview }: WriteContext): Promise<KubernetesObject> {
  return client.create(inputs, { fieldManager: createFieldManager, dryRun: preview });
}

async function upsertObject(client: ObjectClient, context: WriteContext): Promise<KubernetesObject> {
  const { inputs, fieldManager, preview, log } = context;
  const force = mayForce(inputs, undefined, context.alwaysForce, preview);
  const options = { fieldManager, force, fieldValidation: "Warn", dryRun: preview } as const;
  try {
    return await client.apply(nameOf(inputs), inputs, options);
  } catch (error) {
    if (!preview || !isInvalid(error) || !messageOf(error).includes("field is immutable")) {
      throw withConflictHelp(error, fieldManager);
    }
    // A replacement is to have the old object's name, on which the server would refuse the change.
    const name = uniqueName(nameOf(inputs)).slice(0, 253);
    log.log("info", `Preview creation failed due to immutable fields; retrying with name ${JSON.stringify(name)}`);
    return client.apply(name, withValue(inputs, ["metadata", "name"], name), options);
  }
}

/** Applies the inputs over the object that is there, taking over the fields of the plain create. */
export async function updateObject(
  context: WriteContext,
  name: string,
  ignoreChanges: readonly string[],
): Promise<KubernetesObject> {
  const { connection, signal, inputs, fieldManager, preview } = context;
  const client = await connection.clientFor(inputs, signal);
  let live = await client.get(name);
  const takeOver = preview || context.patch ? [] : takeOverPatch(live, fieldManager);
  if (takeOver.length > 0) live = await client.jsonPatch(name, takeOver);
  const force = mayForce(inputs, context.patch ? undefined : live, context.alwaysForce, preview && !context.patch);
  try {
    const wanted = withIgnoredFields(inputs, live, fieldManager, ignoreChanges);
    return await client.apply(name, wanted, { fieldManager, force, dryRun: preview });
  } catch (error) {
    throw withConflictHelp(error, fieldManager);
  }
}

const conflictHelpPage =
  "https://www.pulumi.com/registry/packages/kubernetes/how-to-guides/" +
  "managing-resources-with-server-side-apply/#handle-field-conflicts-on-existing-resources";

function withConflictHelp(error: unknown, manager: string): unknown {
  if (!isConflict(error)) return error;
  const problem = `server-side apply field conflict detected, see ${conflictHelpPage} for troubleshooting help`;
  const cause = `The resource managed by field manager ${JSON.stringify(manager)} had an apply conflict: ${messageOf(error)}`;
  return sameErrorSaying(error as ApiError, `${problem}\n${cause}`);
}

function withAdvice(error: ApiError): ApiError {
  const advice = `

The resource already exists in the cluster. This can happen when:

  - Renaming a Pulumi resource: use an alias to preserve the identity,
    or use deleteBeforeReplace if the resource needs replacement.
  - Managing an existing resource: use a Patch resource (e.g. NamespacePatch)
    to manage specific fields without owning the resource lifecycle.
  - Adopting a resource into Pulumi: use \`pulumi import\`. Note that
    protected resources (e.g. kube-system) cannot be deleted on destroy.
  - Intentional upsert: set upsertExistingObjects on the provider to allow
    server-side apply to update existing objects on create.`;
  return sameErrorSaying(error, messageOf(error) + advice);
}

/** The API server's answer with more to say about it. */
function sameErrorSaying({ status }: ApiError, message: string): ApiError {
  return new ApiError(status.code ?? 0, JSON.stringify({ kind: "Status", ...status, message }));
}
