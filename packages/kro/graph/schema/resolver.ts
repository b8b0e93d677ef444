import { readFileSync } from "node:fs";
import { groupOf } from "../../metadata/groupVersion.ts";
import type { JsonSchema } from "./jsonSchema.ts";

/** kubernetes.json: see kubernetes.generate.ts. */
interface Kubernetes {
  /** Name of the model of each kind, by apiVersion and kind. */
  readonly kinds: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Kinds without a namespace, by apiVersion. */
  readonly clusterScoped: Readonly<Record<string, readonly string[]>>;
  /** Types of each model's fields; `!` behind the name of one that is required, `?` of one that isn't written when empty. */
  readonly models: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

let data: Kubernetes | undefined;

function kubernetes(): Kubernetes {
  data ??= JSON.parse(readFileSync(new URL("kubernetes.json", import.meta.url), "utf8")) as Kubernetes;
  return data;
}

const schemas = new Map<string, JsonSchema>();

const own = <T>(record: Readonly<Record<string, T>> | undefined, key: string): T | undefined =>
  record && Object.hasOwn(record, key) ? record[key] : undefined;

/**
 * The schema of one of Kubernetes' own kinds, in the stable versions of its APIs.
 *
 * @returns the same object each time; undefined for a custom resource and for anything else that isn't known here.
 * @see https://github.com/kubernetes/kubernetes/tree/master/api/openapi-spec/v3
 */
export function resolveSchema(apiVersion: string, kind: string): JsonSchema | undefined {
  const model = own(own(kubernetes().kinds, apiVersion), kind);
  return model === undefined ? undefined : modelSchema(model);
}

/** The schema of `metadata` of any object. */
export const metadataSchema = (): JsonSchema => modelSchema("meta.v1.ObjectMeta");

/**
 * What is wrong with a kind of Kubernetes' own; undefined for kinds that exist and for custom resources. Of alpha and
 * beta versions nothing is wrong, see {@link isServedOnRequest}.
 */
export function kindProblem(apiVersion: string, kind: string): string | undefined {
  const kinds = own(kubernetes().kinds, apiVersion);
  if (kinds) return Object.hasOwn(kinds, kind) ? undefined : `${apiVersion} has no kind ${kind}`;
  const isGone = ownGroups().has(groupOf(apiVersion)) && !/\d(alpha|beta)\d+$/.test(apiVersion);
  return isGone || groupOf(apiVersion) === "extensions" ? `Kubernetes has no ${apiVersion}` : undefined;
}

/** Whether it is an alpha or beta version of an API of Kubernetes' own, which API servers leave out unless told. */
export const isServedOnRequest = (apiVersion: string): boolean =>
  ownGroups().has(groupOf(apiVersion)) && /\d(alpha|beta)\d+$/.test(apiVersion);

const ownGroups = (): ReadonlySet<string> => new Set(Object.keys(kubernetes().kinds).map(groupOf));

/** Whether objects of a kind have no namespace. Custom resources count as having one. */
export const isClusterScoped = (apiVersion: string, kind: string): boolean =>
  own(kubernetes().clusterScoped, apiVersion)?.includes(kind) ?? false;

/** Models may contain themselves, so that fields are looked up when they are asked for. */
function modelSchema(model: string): JsonSchema {
  let schema = schemas.get(model);
  if (!schema) {
    const fields = Object.entries(kubernetes().models[model]!).map(([name, type]) => [name.replace(/[!?]$/, ""), type]);
    const marked = (mark: string) =>
      Object.keys(kubernetes().models[model]!).flatMap((name) => (name.endsWith(mark) ? name.slice(0, -1) : []));
    let properties: Record<string, JsonSchema> | undefined;
    schema = {
      type: "object",
      title: model,
      required: marked("!"),
      leftOut: marked("?"),
      get properties() {
        properties ??= Object.fromEntries(fields.map(([name, type]) => [name!, typeSchema(type!)]));
        return properties;
      },
    };
    schemas.set(model, schema);
  }
  return schema;
}

const TYPES: Readonly<Record<string, JsonSchema>> = {
  string: { type: "string" },
  integer: { type: "integer" },
  number: { type: "number" },
  boolean: { type: "boolean" },
  bytes: { type: "string", format: "byte" },
  timestamp: { type: "string", format: "date-time" },
  IntOrString: { "x-kubernetes-int-or-string": true },
  Quantity: { format: "quantity" },
  any: { "x-kubernetes-preserve-unknown-fields": true },
};

function typeSchema(type: string): JsonSchema {
  if (type.startsWith("[]")) return { type: "array", items: typeSchema(type.slice(2)) };
  if (type.startsWith("map[string]")) {
    return { type: "object", additionalProperties: typeSchema(type.slice("map[string]".length)) };
  }
  return TYPES[type] ?? modelSchema(type);
}
