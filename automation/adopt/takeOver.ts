import { interrupted } from "../../packages/console/index.ts";
import { closing, type UpdateReport, update } from "../update/index.ts";
import { finish, prepare, recreate } from "./beside.ts";
import type { AdoptOptions, Survey } from "./survey.ts";
import { withAdoption } from "./telling.ts";

/** How many items a table has before and after. Undefined: not counted, or there is no such table. */
export interface TableCount {
  readonly table: string;
  readonly before: number | undefined;
  readonly after: number | undefined;
}

/** What an adoption did. */
export interface TakenOver {
  readonly update: UpdateReport;
  readonly tables: readonly TableCount[];
}

const RGD = { apiVersion: "kro.run/v1alpha1", kind: "ResourceGraphDefinition" };

/**
 * Brings what was found into the stack, in one update that imports it and brings it to what is declared. Where that fails,
 * or is killed, everything is where it was, or in the stack: another survey finds what is left to do.
 */
export async function takeOver(survey: Survey, options: AdoptOptions): Promise<TakenOver> {
  const { selected, found, verdict, children, uids, aws, cluster } = survey;
  const tell = (text: string) => console.error(text);
  const names = [...new Set(children.map(({ table }) => table))];
  const count = async () =>
    Promise.all(names.map(async (table) => (options.count ? await aws.countItems(table) : undefined)));
  const before = await count();
  await prepare(verdict.beside, cluster);
  const over = new AbortController();
  const { recreate: deployments } = verdict.beside;
  const definition = found.find(({ wanted }) => wanted.kind === "definition")?.live;
  const beside =
    deployments.length > 0 ? recreate(deployments, { definition, cluster, over: over.signal, tell }) : undefined;
  const report = await withAdoption(selected, found, uids, () => update("up", options)).finally(() => {
    over.abort();
    return beside;
  });
  // An update that has not begun leaves nothing allowed.
  const ended = { succeeded: verdict.beside, blocked: { ...verdict.beside, remove: [] } }[report.result as string];
  if (ended) await finish(ended, await cluster.list(RGD), cluster, tell);
  const after = interrupted.aborted ? before.map(() => undefined) : await count();
  return { update: report, tables: names.map((table, i) => ({ table, before: before[i], after: after[i] })) };
}

/** How it ended, for a reader. */
export const endingOf = ({ update: report }: TakenOver): string => closing(report);
