import { UserError } from "../../console/index.ts";
import type { Located } from "./manifests.ts";

/**
 * Holds an instance's metadata against what the API server takes at all.
 *
 * @throws UserError with the instance's file and line, and the field.
 */
export function checkMetadata({ object, file, line }: Located<unknown>): void {
  function fail(field: string, value: unknown, rule: string): never {
    throw new UserError(`${file}:${line}: ${field}: ${JSON.stringify(value) ?? "nothing"} must be ${rule}`);
  }
  const { metadata } = object as { readonly metadata?: unknown };
  if (!isFields(metadata)) fail("metadata", metadata, "a map, with a name");
  const { name, namespace } = metadata;
  if (typeof name !== "string") fail("metadata.name", name, "text");
  if (!isNothing(namespace) && typeof namespace !== "string") fail("metadata.namespace", namespace, "text");
  for (const field of ["labels", "annotations"]) {
    const texts = metadata[field];
    if (isNothing(texts)) continue;
    if (!isFields(texts)) fail(`metadata.${field}`, texts, "a map of texts");
    for (const [key, text] of Object.entries(texts)) {
      if (typeof text !== "string") fail(`metadata.${field}[${JSON.stringify(key)}]`, text, "text");
    }
  }
}

const isNothing = (value: unknown): boolean => value === undefined || value === null;

const isFields = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
