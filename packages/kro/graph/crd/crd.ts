import { DefinitionError } from "../../errors.ts";
import type { Definition } from "../../objects.ts";
import { toJsonSchema } from "../../simpleschema/simpleSchema.ts";
import { parseFieldPath } from "../fieldpath.ts";
import type { JsonSchema } from "../schema/jsonSchema.ts";
import { metadataSchema } from "../schema/resolver.ts";

const TEXT: JsonSchema = { type: "string" };
const OPEN: JsonSchema = { "x-kubernetes-preserve-unknown-fields": true };

/** What kro adds to every status. */
const STATE: Readonly<Record<string, JsonSchema>> = {
  state: TEXT,
  conditions: {
    type: "array",
    items: {
      type: "object",
      properties: {
        ...{ type: TEXT, status: TEXT, reason: TEXT, message: TEXT, lastTransitionTime: TEXT },
        observedGeneration: { type: "integer" },
      },
    },
  },
};

/** What the fields of a status are, by their paths from `status` on. */
export type StatusTypes = ReadonlyMap<string, JsonSchema>;

/** RGDs whose status is being looked at: one that contains an instance of itself comes here again. */
const looking = new Set<Definition>();

/**
 * The schema of the API that an RGD serves: what its CRD says, as kro writes it. Of the status it is the types that kro
 * infers from the expressions.
 *
 * @param typesOf - those; throws DefinitionError for an RGD that kro refuses.
 * @throws DefinitionError of a schema that kro refuses.
 */
export function servedSchema(definition: Definition, typesOf: (definition: Definition) => StatusTypes): JsonSchema {
  const { spec = {}, types = {} } = definition.spec.schema;
  let status: JsonSchema | undefined;
  const properties = { apiVersion: TEXT, kind: TEXT, metadata: metadataSchema(), spec: toJsonSchema(spec, types) };
  return {
    type: "object",
    properties: Object.defineProperty({ ...properties }, "status", {
      enumerable: true,
      get() {
        status ??= looking.has(definition) ? undefined : statusOf(definition, typesOf);
        return status ?? OPEN;
      },
    }) as Readonly<Record<string, JsonSchema>>,
  };
}

/** Open, where kro refuses the RGD. */
function statusOf(definition: Definition, typesOf: (definition: Definition) => StatusTypes): JsonSchema {
  looking.add(definition);
  try {
    return servedStatus(typesOf(definition));
  } catch (error) {
    if (error instanceof DefinitionError) return OPEN;
    throw error;
  } finally {
    looking.delete(definition);
  }
}

/** The schema of a status whose fields are these. */
export const servedStatus = (types: StatusTypes): JsonSchema => ({
  type: "object",
  properties: { ...STATE, ...inferred(types) },
});

function inferred(types: StatusTypes): Readonly<Record<string, JsonSchema>> {
  interface Tree {
    readonly fields: Map<string | number, Tree>;
    schema?: JsonSchema;
  }
  const root: Tree = { fields: new Map() };
  for (const [path, schema] of types) {
    let tree = root;
    for (const segment of parseFieldPath(path).slice(1)) {
      const next = tree.fields.get(segment) ?? { fields: new Map() };
      tree.fields.set(segment, next);
      tree = next;
    }
    tree.schema = schema;
  }
  const toSchema = ({ fields, schema }: Tree): JsonSchema => {
    if (schema) return schema;
    const items = [...fields].find(([key]) => typeof key === "number");
    return items ? { type: "array", items: toSchema(items[1]) } : { type: "object", properties: propertiesOf(fields) };
  };
  const propertiesOf = (fields: Tree["fields"]) =>
    Object.fromEntries([...fields].map(([name, tree]) => [name, toSchema(tree)]));
  return propertiesOf(root.fields);
}
