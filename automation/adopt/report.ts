import type { UpdateReport } from "../update/index.ts";
import type { Survey } from "./survey.ts";
import type { TableCount, TakenOver } from "./takeOver.ts";

/** What `carts adopt` did, or would do. `--json` prints it; docs/adopt.md describes it. */
export interface AdoptReport {
  /** Of this format. */
  readonly version: 1;
  readonly command: "adopt";
  readonly project: string;
  readonly stack: string;
  /** `nothing`: all that is there is the stack's; `refused`: nothing was changed; `asked`: nobody has said yes; else the update's. */
  readonly result: "nothing" | "refused" | "asked" | UpdateReport["result"];
  /** What was found, and is taken over. */
  readonly found: readonly {
    readonly type: string;
    readonly name: string;
    readonly id: string;
    readonly title: string;
  }[];
  /** Why nothing can be taken over: sentences. */
  readonly refused: readonly string[];
  /** What is done, or stays undone, beside Pulumi's update: sentences. */
  readonly notes: readonly string[];
  /** Dangers of the change, as a preview has them. */
  readonly dangers: readonly { readonly name: string; readonly of: string; readonly message: string }[];
  /** Items of each table; without a number where they were not counted. */
  readonly tables: readonly TableCount[];
  /** How many resources Pulumi has replaced. Undefined before the update. */
  readonly replaced?: number;
  /** Why it did not succeed. */
  readonly cause?: UpdateReport["cause"];
}

/** @param done - undefined before the update. */
export function reportOf(
  { selected, found, verdict, report, children }: Survey,
  done: TakenOver | undefined,
): AdoptReport {
  const { refused, notes } = verdict;
  const isTaken = children.some(({ isNew, taken }) => isNew && taken.length > 0);
  const { retain, allowed } = verdict.beside;
  const nothing = found.length + retain.length + allowed.length === 0 && !isTaken;
  const before = nothing ? "nothing" : refused.length > 0 ? "refused" : "asked";
  return {
    version: 1,
    command: "adopt",
    project: selected.project,
    stack: selected.stack.name,
    result: done?.update.result ?? before,
    found: found.map(({ wanted: { change }, id, title }) => ({ type: change.type, name: change.name, id, title })),
    refused,
    notes,
    dangers: report.dangers,
    tables: done?.tables ?? [],
    ...(done && { replaced: done.update.changes.replace ?? 0 }),
    ...(done?.update.cause && { cause: done.update.cause }),
  };
}
