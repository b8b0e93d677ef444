import { InstanceError } from "../errors.ts";
import type { JsonSchema } from "../graph/schema/jsonSchema.ts";
import type { Instance } from "../objects.ts";
import type { Value } from "../value.ts";
import { withDefaults } from "./defaults.ts";
import { type Former, withKept } from "./kept.ts";
import { problemsOf } from "./validate.ts";

/** Names of objects are DNS names. */
const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/**
 * An instance as the API server stores it: checked, and its spec with the schema's defaults. Secrets and what isn't
 * known yet pass every check and stay as they are.
 *
 * @param schema - of the spec, from toJsonSchema.
 * @param former - the spec of before an update, of an instance that was there: it keeps the defaults that it was given.
 * @returns a new object; the given one is not changed.
 * @throws InstanceError with a line for each problem: its path, its value and the rule.
 */
export function completeInstance(instance: Instance, schema: JsonSchema, former?: Former): Instance {
  const { name, namespace } = instance.metadata;
  // A spec that isn't there and has no default is not looked at, whatever it requires.
  const given = (instance.spec ?? schema.default) as Value | undefined;
  const kept = former && given !== undefined ? withKept(given, former, schema) : given;
  const spec = kept === undefined ? undefined : withDefaults(kept, schema);
  const problems = nameProblems(name);
  if (spec !== undefined) problems.push(...problemsOf(spec, schema, "spec"));
  if (problems.length > 0) throw new InstanceError(namespace ? `${namespace}/${name}` : name, problems);
  return spec === undefined ? instance : { ...instance, spec: spec as Instance["spec"] & {} };
}

function nameProblems(name: unknown): string[] {
  if (typeof name !== "string") return [];
  if (name.length <= 253 && OBJECT_NAME.test(name)) return [];
  return [`metadata.name: ${JSON.stringify(name)} must be small letters, digits, "-" and ".", at most 253 of them`];
}
