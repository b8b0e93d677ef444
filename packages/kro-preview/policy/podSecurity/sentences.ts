import type { Look } from "../look.ts";

/** `"a", "b"` */
export const quoted = (items: Iterable<string>): string => [...items].map((item) => `"${item}"`).join(", ");

/** The names of containers in the API server's own words: `container "a"`, `containers "a", "b"`. */
export const containers = (all: readonly Look[]): string =>
  `${all.length === 1 ? "container" : "containers"} ${quoted(all.map(({ name }) => name))}`;

/** Who sets a bad value: the pod, some containers, or both. */
export const setters = (pod: boolean, bad: readonly Look[]): string =>
  [...(pod ? ["pod"] : []), ...(bad.length > 0 ? [containers(bad)] : [])].join(" and ");

/** Texts once each, in their order. */
export const sorted = (texts: Iterable<string>): string[] => [...new Set(texts)].sort();
