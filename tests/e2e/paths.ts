/** A step into an object: a key of a map, or a position in a list. */
export type Path = readonly (string | number)[];

/**
 * The steps of a path of a report, such as `spec.ports[name=http]["a.b"][0]`.
 *
 * @param objects - in which items of lists are looked up by name: the first that has one counts.
 */
export function resolve(path: string, ...objects: readonly unknown[]): Path {
  const steps: (string | number)[] = [];
  const tokens = path.matchAll(/\[(\d+)\]|\[("(?:[^"\\]|\\.)*")\]|\[(\w+)=([^\]]*)\]|\.?([^.[\]]+)/g);
  for (const [, index, quoted, key, name, field] of tokens) {
    if (index !== undefined) steps.push(Number(index));
    else if (quoted !== undefined) steps.push(JSON.parse(quoted));
    else if (field !== undefined) steps.push(field);
    else steps.push(Math.max(...objects.map((object) => position(at(object, steps), key!, name!))));
  }
  return steps;
}

const position = (list: unknown, key: string, name: string): number =>
  Array.isArray(list) ? list.findIndex((item) => item?.[key] === name) : -1;

/** The value there, or undefined. */
export const at = <Found>(object: Found, path: Path): Found | undefined =>
  path.reduce<unknown>((found, step) => (found as Record<string | number, unknown> | undefined)?.[step], object) as
    | Found
    | undefined;
