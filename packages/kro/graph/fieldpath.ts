/** A part of a path: the name of a field, or a position in a list, from 0. */
export type Segment = string | number;

/** The path of a field of an object: `spec.replicas`, or `metadata.labels["a/b"]` where the name needs quotes. */
export const fieldPath = (path: string, field: string): string =>
  /^[A-Za-z_][\w-]*$/.test(field) ? (path ? `${path}.${field}` : field) : `${path}[${JSON.stringify(field)}]`;

/** The segments of a path as {@link fieldPath} writes it: `spec.containers[0].image` has four. */
export const parseFieldPath = (path: string): Segment[] =>
  [...path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|([^.[]+)/g)].map(([, index, quoted, name]) =>
    index !== undefined ? Number(index) : quoted !== undefined ? (JSON.parse(quoted) as string) : name!,
  );
