import { type ComponentResource, log, type Resource } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { lookInto, NotLooked } from "../cluster/lookInto.ts";
import { TABLE_OBJECT } from "../definition/ackTable.ts";
import { API_VERSION, type CartsStackSpec, type CartsStackStatus, KIND } from "../definition/cartsSchema.ts";
import { type Given, isLater } from "../given.ts";
import { LAB_INSTANCE } from "../names.ts";
import { previousChild } from "../previousState.ts";
import { TABLES } from "./taken.ts";

/** An instance as the stack's state has it. */
export interface PreviousInstance {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Pick<CartsStackSpec, "tableName" | "namespace" | "tableOnDestroy"> &
    Partial<Pick<CartsStackSpec, "serviceAccount" | "tableTtlAttribute" | "identity">>;
  readonly status?: Pick<CartsStackStatus, "roleARN" | "associationID">;
}

/**
 * Why going from `previous` to `next` in one update would lose a table's items, or leave a table behind, without the
 * config having said so; undefined where it wouldn't. Names the keys, and the two updates to make instead.
 *
 * A replaced instance is deleted with the `tableOnDestroy` that it has in the cluster, which is that of the update
 * before. So that value must not change in the update that replaces; and where it is `delete`, a table that is to go
 * on under the same name would be emptied. What isn't known yet, in a preview, is not judged.
 */
export function tableProblem(previous: PreviousInstance, next: ResolvedArgs): string | undefined {
  const change = replacementBy(previous, next);
  if (!change) return undefined;
  const { tableName, tableOnDestroy } = previous.spec;
  if (!isLater(next.tableOnDestroy) && tableOnDestroy !== next.tableOnDestroy) {
    return (
      `${change}, and tableOnDestroy from "${tableOnDestroy}" to "${next.tableOnDestroy}". ` +
      `The change replaces the instance, and what becomes of the table ${tableName} then is what tableOnDestroy was before. ` +
      `Change tableOnDestroy in an update of its own, then the rest.`
    );
  }
  if (tableOnDestroy === "delete" && tableName === next.tableName) {
    return (
      `${change}. That replaces the instance, and with tableOnDestroy "delete" the table ${tableName} would be deleted with its items. ` +
      `To keep them, set tableOnDestroy to "retain" in an update of its own, then change the rest. To lose them, run \`pulumi destroy\` first.`
    );
  }
  return undefined;
}

/** `namespace changes from "a" to "b"`, of all that replaces the instance; empty where nothing does. */
const replacementBy = (previous: PreviousInstance, next: ResolvedArgs): string =>
  identity(previous, next)
    .filter(([, before, after]) => !isLater(after) && before !== after)
    .map(([key, before, after]) => `${key} changes from "${before}" to "${after}"`)
    .join(", ");

/**
 * The same where the cluster has `delete` and the stack's state doesn't: an update was cut off that nothing was noted of,
 * or somebody else has set it. It looks only where the instance is to be replaced, and says as a warning where it can't.
 */
export async function liveTableProblem(
  component: ComponentResource,
  previous: PreviousInstance,
  next: ResolvedArgs,
): Promise<string | undefined> {
  const { metadata, spec } = previous;
  const change = replacementBy(previous, next);
  if (!change || spec.tableOnDestroy === "delete") return undefined;
  const missed = (reason: string) =>
    log.warn(
      `did not look in the cluster (${reason}) for the tableOnDestroy of the instance that is replaced: ` +
        'where "delete" is there, its table goes with its items',
      component,
    );
  const look = await lookInto(component);
  if (look instanceof NotLooked) {
    if (!look.isLater) await missed(look.reason);
    return undefined;
  }
  const find = async (key: Parameters<typeof look.get>[0]) => {
    const live = await look.get(key).catch(async (error: Error) => {
      await missed(error.message.split("\n")[0]!);
      return undefined;
    });
    // Of what is going already nothing can be kept any more.
    return live && !live.metadata.deletionTimestamp ? live : undefined;
  };
  const start = `${change}. That replaces the instance, and the table ${spec.tableName} would be deleted with its items:`;
  const { name, namespace } = metadata;
  const instance = await find({ apiVersion: API_VERSION, kind: KIND, name, namespace });
  if (instance?.spec?.tableOnDestroy === "delete") {
    return (
      `${start} tableOnDestroy is "delete" in the cluster, and "retain" in the stack's state. ` +
      "Run `pulumi up --refresh` or `carts up` with the config of before first, which brings the instance back to it; then make the change."
    );
  }
  const table = await find({ ...TABLES.kind, namespace: spec.namespace, name: TABLE_OBJECT });
  if (table?.metadata.annotations?.[DELETION_POLICY] !== "delete") return undefined;
  return (
    `${start} the Table ${spec.namespace}/${TABLE_OBJECT} has the deletion policy "delete" in the cluster still. Wait until kro has brought it to "retain", ` +
    `or run \`kubectl annotate table.dynamodb.services.k8s.aws/${TABLE_OBJECT} -n ${spec.namespace} ${DELETION_POLICY}=retain --overwrite\`.`
  );
}

export const DELETION_POLICY = "services.k8s.aws/deletion-policy";

/**
 * What a key was before that is set to a secret now: a secret as well, unless it is a name that everybody knows. (Pulumi's
 * answer on the state doesn't say what was secret in it.)
 *
 * @param given - the arguments, as far as they are set.
 * @param secrets - texts among them that are secret.
 */
export const formerSecrets = (
  previous: PreviousInstance,
  given: CartsStackArgs,
  next: ResolvedArgs,
  secrets: ReadonlySet<string>,
): readonly string[] =>
  identity(previous, next).flatMap(([key, before, after]) =>
    given[key] !== undefined && secrets.has(String(after)) && before !== LAB_INSTANCE ? [before] : [],
  );

/** What makes an instance another one. */
const identity = (
  previous: PreviousInstance,
  next: ResolvedArgs,
): readonly (readonly [key: keyof CartsStackArgs, before: string, after: Given<string>])[] => [
  ["tableName", previous.spec.tableName, next.tableName],
  ["namespace", previous.spec.namespace, next.namespace],
  ["instanceName", previous.metadata.name, next.instanceName],
  ["instanceNamespace", previous.metadata.namespace, next.instanceNamespace],
];

/** The instance that the CartsStack had after the stack's last update, or undefined. */
export const previousInstance = (component: Resource, name: string): Promise<PreviousInstance | undefined> =>
  previousChild<PreviousInstance>(component, `kubernetes:${API_VERSION}:${KIND}`, name);
