import { parseFieldPath, type Segment } from "../graph/fieldpath.ts";
import type { Definition } from "../objects.ts";

/** A place, as a fault of an RGD names it. */
interface Place {
  readonly node: string;
  readonly path: string;
  /** Which of the nodes, where it is known. */
  readonly resource?: number | undefined;
}

/** Where that is in the RGD. What is named may not be there, but for its first segments. */
export function locate({ spec }: Definition, { node, path, resource }: Place): readonly Segment[] {
  const within = parseFieldPath(path);
  if (node === "") return within;
  if (node === "schema" && resource === undefined) return ["spec", "schema", ...within];
  const resources = (Array.isArray(spec?.resources) ? spec.resources : []) as readonly Readonly<
    Record<string, unknown>
  >[];
  const index = resource ?? resources.findIndex((one) => one?.id === node);
  if (index < 0) return ["spec", "resources"];
  const base = ["spec", "resources", index];
  const written = resources[index] ?? {};
  const [first, name] = within;
  if (first === undefined) return [...base, "id"];
  if (first === "forEach" && typeof name === "string") {
    const dimensions = Array.isArray(written.forEach) ? written.forEach : [];
    const at = dimensions.findIndex((dimension) => Object.hasOwn(dimension ?? {}, name));
    return at < 0 ? [...base, "forEach"] : [...base, "forEach", at, name];
  }
  if (Object.hasOwn(written, String(first))) return [...base, ...within];
  return [...base, written.template === undefined ? "externalRef" : "template", ...within];
}
