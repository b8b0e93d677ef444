/** The way to a value inside a resource's properties, for example `["metadata", "labels", "app"]` or `["ports", 0]`. */
export type PropertyPath = readonly (string | number)[];

/**
 * Writes a path the way Pulumi prints and parses it: `spec.ports[0].name`, `metadata.labels["app.kubernetes.io/name"]`.
 * Grammar: https://www.pulumi.com/docs/iac/concepts/miscellaneous/property-paths/
 */
export function formatPath(path: PropertyPath): string {
  let text = "";
  for (const key of path) {
    if (typeof key === "number") text += `[${key}]`;
    else if (!/^[A-Za-z_$][\w$]*$/.test(key)) text += `[${JSON.stringify(key)}]`;
    else text += text === "" ? key : `.${key}`;
  }
  return text;
}

/**
 * Reads a path in Pulumi's notation. A `*` stands for every element or key and is kept as the string `"*"`.
 * Throws when a bracket or quote is not closed.
 */
export function parsePath(text: string): PropertyPath {
  const path: (string | number)[] = [];
  const token = /\.?([^.[\]"]+)|\[(\d+)\]|\[(\*)\]|\[("(?:[^"\\]|\\.)*")\]/y;
  while (token.lastIndex < text.length) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (!match) throw new Error(`property path ${JSON.stringify(text)}: cannot read it from character ${at + 1} on`);
    const [, name, index, star, quoted] = match;
    path.push(index !== undefined ? Number(index) : quoted !== undefined ? JSON.parse(quoted) : (name ?? star ?? ""));
  }
  return path;
}

/** Whether `path` is `pattern` or lies below it; `"*"` in the pattern matches any one key or index. */
export function pathIsWithin(path: PropertyPath, pattern: PropertyPath): boolean {
  return pattern.length <= path.length && pattern.every((key, i) => key === "*" || String(key) === String(path[i]));
}
