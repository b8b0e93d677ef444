import { DANGERS } from "../dangers/names.ts";
import type { Report } from "../report.ts";
import { groupBy } from "./instances.ts";

/** Of dangers with the same name, so many are told one by one. */
export const DANGERS_SHOWN = 10;

/** A report's dangers by their names, the worst first. */
export function byDanger(dangers: Report["dangers"]): Report["dangers"][number][][] {
  const order = Object.keys(DANGERS);
  return groupBy(dangers, ({ name }) => name).toSorted(([a], [b]) => order.indexOf(a!.name) - order.indexOf(b!.name));
}
