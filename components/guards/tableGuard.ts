import { RunError } from "@pulumi/pulumi";
import { type CartsStackArgs, type ResolvedArgs, resolveArgs } from "../args.ts";
import { API_VERSION, type CartsStackSpec, KIND } from "../definition/cartsSchema.ts";
import { previousOutputs } from "../previousState.ts";

/** An instance as the stack's state has it. */
export interface PreviousInstance {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: Pick<CartsStackSpec, "tableName" | "namespace" | "tableOnDestroy">;
}

/**
 * Refuses an update that would lose a table's items, or leave a table behind, without the config having said so.
 *
 * A replaced instance is deleted with the `tableOnDestroy` that it has in the cluster, which is that of the update
 * before. So that value must not change in the update that replaces; and where it is `delete`, a table that is to go
 * on under the same name would be emptied.
 *
 * @param name - of the CartsStack in this program.
 * @throws RunError that names the keys and the two updates to make instead. Nothing has been declared then.
 */
export async function guardTable(name: string, args: CartsStackArgs): Promise<void> {
  const previous = await previousInstance(name);
  const problem = previous && tableProblem(previous, resolveArgs(args));
  if (problem) throw new RunError(`nothing was changed: ${problem}`);
}

/** What is wrong with going from `previous` to `next` in one update, or undefined. */
export function tableProblem(previous: PreviousInstance, next: ResolvedArgs): string | undefined {
  const changes = [
    ["tableName", previous.spec.tableName, next.tableName],
    ["namespace", previous.spec.namespace, next.namespace],
    ["instanceName", previous.metadata.name, next.instanceName],
    ["instanceNamespace", previous.metadata.namespace, next.instanceNamespace],
  ].filter(([, before, after]) => before !== after);
  if (changes.length === 0) return undefined;

  const change = changes.map(([key, before, after]) => `${key} changes from "${before}" to "${after}"`).join(", ");
  const { tableName, tableOnDestroy } = previous.spec;
  if (tableOnDestroy !== next.tableOnDestroy) {
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

/** The instance that this stack had after its last update, or undefined. */
async function previousInstance(name: string): Promise<PreviousInstance | undefined> {
  const resources = Object.entries(await previousOutputs());
  const found = resources.find(([urn]) => urn.endsWith(`$kubernetes:${API_VERSION}:${KIND}::${name}`));
  return found?.[1] as PreviousInstance | undefined;
}
