import { isMap, type Value } from "../../value.ts";
import type { Json, JsonSchema } from "./jsonSchema.ts";
import { kindKey, type ServedKind } from "./kinds.ts";
import { metadataSchema } from "./resolver.ts";

/** What CustomResourceDefinitions say of their kinds, by `<apiVersion> <kind>`. */
export type Crds = ReadonlyMap<string, ServedKind>;

type Raw = { readonly [key: string]: Value };

/**
 * The kinds of CustomResourceDefinitions, in each version that is served: fields, scope, defaults, list keys and rules.
 *
 * @param crds - objects of `apiextensions.k8s.io/v1`. What is none is passed over.
 * @see https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 */
export function crdSchemas(crds: readonly unknown[]): Crds {
  const kinds = new Map<string, ServedKind>();
  for (const crd of crds) {
    const { kind, spec } = mapOf(crd as Value);
    const { group, names, scope, versions } = mapOf(spec);
    if (kind !== "CustomResourceDefinition" || !Array.isArray(versions)) continue;
    for (const { name, served, schema } of versions.map(mapOf)) {
      if (served === false) continue;
      kinds.set(kindKey(`${group}/${name}`, String(mapOf(names).kind)), servedKind(mapOf(schema), scope === "Cluster"));
    }
  }
  return kinds;
}

const mapOf = (value: Value | undefined): Raw => (isMap(value) ? value : {});

/** Schemas are long, and few are asked for. */
function servedKind({ openAPIV3Schema }: Raw, clusterScoped: boolean): ServedKind & { readonly declared: JsonSchema } {
  let [schema, declared]: (JsonSchema | undefined)[] = [];
  return {
    clusterScoped,
    get schema() {
      schema ??= withMetadata(this.declared, metadataSchema());
      return schema;
    },
    get declared() {
      declared ??= withMetadata(rootSchema(mapOf(openAPIV3Schema)), {});
      return declared;
    },
  };
}

function rootSchema(raw: Raw): JsonSchema {
  const { properties: { status, ...fields } = {}, ...root } = toSchema(raw);
  // Nobody but the controller writes it.
  const properties = { ...fields, ...(status && { status: { ...status, default: undefined } }) };
  const text = { type: "string" } as const;
  return { ...root, type: "object", properties: { ...properties, apiVersion: text, kind: text } };
}

const withMetadata = (schema: JsonSchema, metadata: JsonSchema): JsonSchema => ({
  ...schema,
  properties: { ...schema.properties, metadata },
});

/** What is the same in a CRD as in {@link JsonSchema}. */
const SAME = [
  ...["type", "default", "enum", "pattern", "minLength", "maxLength", "minimum", "maximum", "minItems", "maxItems"],
  ...["nullable", "required", "x-kubernetes-preserve-unknown-fields", "x-kubernetes-int-or-string"],
];

function toSchema(raw: Raw): JsonSchema {
  const { format, items, properties, additionalProperties } = raw;
  const [listType, listMapKeys] = [raw["x-kubernetes-list-type"], raw["x-kubernetes-list-map-keys"]];
  const map = Array.isArray(listMapKeys) ? { listMapKeys: listMapKeys as readonly string[] } : {};
  // An object of its own is one of any kind.
  const isOpen = raw["x-kubernetes-embedded-resource"] === true && !properties;
  return {
    ...(Object.fromEntries(SAME.flatMap((key) => (raw[key] === undefined ? [] : [[key, raw[key] as Json]]))) as object),
    ...((format === "byte" || format === "date-time") && { format }),
    ...((listType === "set" || listType === "map") && { listType, ...map }),
    ...(isOpen && { "x-kubernetes-preserve-unknown-fields": true }),
    ...(isMap(items) && { items: toSchema(items) }),
    ...(isMap(properties) && {
      properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, toSchema(mapOf(field))])),
    }),
    ...(additionalProperties === true && { additionalProperties: { "x-kubernetes-preserve-unknown-fields": true } }),
    ...(isMap(additionalProperties) && { additionalProperties: toSchema(additionalProperties) }),
    ...rulesOf(raw["x-kubernetes-validations"]),
  };
}

/**
 * Rules that begin with `self == oldSelf` and end there make a field immutable. Those that take an oldSelf which may not
 * be there, and those that name a field whose name must be written otherwise in CEL, are left to the API server.
 */
function rulesOf(validations: Value | undefined): Pick<JsonSchema, "validations" | "ruleMessages" | "immutable"> {
  const rules = (Array.isArray(validations) ? validations : [])
    .map(mapOf)
    .filter(({ rule, optionalOldSelf }) => typeof rule === "string" && optionalOldSelf !== true && !/__/.test(rule));
  if (rules.length === 0) return {};
  const texts = rules.map(({ rule }) => (rule as string).trim());
  const messages = rules.flatMap(({ message }, i) => (typeof message === "string" ? [[texts[i]!, message]] : []));
  return {
    ...(texts.some((rule) => /^self\s*==\s*oldSelf$/.test(rule)) && { immutable: true }),
    validations: texts.filter((rule) => !/^self\s*==\s*oldSelf$/.test(rule)),
    ruleMessages: Object.fromEntries(messages) as Readonly<Record<string, string>>,
  };
}
