import { fieldPath } from "../graph/fieldpath.ts";
import { extractExpressions } from "../graph/parser/cel.ts";
import type { Definition, DefinitionResource } from "../objects.ts";
import type { Told } from "./validate.ts";

/** What a later kro makes of an RGD that is right for 0.9.4. */
export function laterVersions({ spec: { schema, resources = [] } }: Definition, tell: Told): void {
  for (const { path, text } of unterminated(schema.status ?? {}, "status")) {
    tell("unterminated-expression", { node: "schema", path, expression: text, problem: UNTERMINATED });
  }
  for (const [resource, node] of resources.entries()) {
    const { id, forEach } = node;
    for (const { path, text } of unterminated(node.template ?? node.externalRef, "")) {
      tell("unterminated-expression", { node: id, path, resource, expression: text, problem: UNTERMINATED });
    }
    if (RESERVED.has(id)) tell("reserved-later", { node: id, path: "", resource, problem: reserved(id, "id") });
    for (const name of (forEach ?? []).flatMap((dimension) => Object.keys(dimension))) {
      const path = fieldPath("forEach", name);
      if (RESERVED.has(name)) tell("reserved-later", { node: id, path, resource, problem: reserved(name, "iterator") });
    }
    ofMain(node, resource, tell);
  }
}

const UNTERMINATED = '"${" is never closed: text for kro 0.9, and refused by kro 0.10';

/** What 0.10 reserves beyond 0.9. */
const RESERVED: ReadonlySet<string> = new Set(["graphengine"]);
const reserved = (name: string, what: string) => `"${name}" can't be the name of an ${what} from kro 0.10 on`;

function ofMain(node: DefinitionResource, resource: number, tell: Told): void {
  const { id: name } = node;
  for (const [key, finding] of [
    ["deletionPolicy", "deletion-policy"],
    ["externalFields", "external-fields"],
  ] as const) {
    if (!Object.hasOwn(node, key)) continue;
    const problem = `no release of kro has ${key}, and the API server drops it`;
    tell(finding, { node: name, path: key, resource, problem });
  }
}

/** Texts with a `${` that is never closed. */
function unterminated(value: unknown, path: string): { readonly path: string; readonly text: string }[] {
  if (typeof value === "string") return isUnterminated(value) ? [{ path, text: value }] : [];
  if (value === null || typeof value !== "object") return [];
  if (Array.isArray(value)) return value.flatMap((item, i) => unterminated(item, `${path}[${i}]`));
  return Object.entries(value).flatMap(([key, item]) => unterminated(item, fieldPath(path, key)));
}

function isUnterminated(text: string): boolean {
  try {
    return extractExpressions(text).some((part) => part.kind === "text" && part.text.includes("${"));
  } catch {
    return false;
  }
}
