import type { Resource } from "@pulumi/pulumi";
import type { CartsStackArgs, ResolvedArgs } from "../args.ts";
import { API_VERSION, type CartsStackSpec, KIND } from "../definition/cartsSchema.ts";
import { type Given, isLater } from "../given.ts";
import { LAB_INSTANCE } from "../names.ts";
import { previousChild } from "../previousState.ts";

/** An instance as the stack's state has it. */
export interface PreviousInstance {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Pick<CartsStackSpec, "tableName" | "namespace" | "tableOnDestroy"> &
    Partial<Pick<CartsStackSpec, "serviceAccount" | "tableTtlAttribute">>;
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
  const changes = identity(previous, next).filter(([, before, after]) => !isLater(after) && before !== after);
  if (changes.length === 0) return undefined;

  const change = changes.map(([key, before, after]) => `${key} changes from "${before}" to "${after}"`).join(", ");
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
