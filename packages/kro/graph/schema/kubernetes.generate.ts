/**
 * Writes kubernetes.json from the OpenAPI documents that Kubernetes publishes, the same that its API server serves to
 * kro. To be run by hand for a new Kubernetes version:
 *
 *     node packages/kro/graph/schema/kubernetes.generate.ts <kubernetes checkout> v1.36.3
 *
 * @see https://github.com/kubernetes/kubernetes/tree/master/api/openapi-spec/v3
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fieldsLeftOut } from "./leftOut.generate.ts";

interface OpenApi {
  readonly paths: Readonly<Record<string, { readonly post?: { readonly [GVK]?: GroupVersionKind } }>>;
  readonly components: { readonly schemas: Readonly<Record<string, OpenApiSchema>> };
}

interface OpenApiSchema {
  readonly $ref?: string;
  readonly allOf?: readonly OpenApiSchema[];
  readonly oneOf?: readonly OpenApiSchema[];
  readonly type?: string;
  readonly format?: string;
  readonly items?: OpenApiSchema;
  readonly additionalProperties?: OpenApiSchema;
  readonly properties?: Readonly<Record<string, OpenApiSchema>>;
  readonly required?: readonly string[];
  readonly [GVK]?: readonly GroupVersionKind[];
}

interface GroupVersionKind {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

const GVK = "x-kubernetes-group-version-kind";

/** Versions that an API server serves by default; the path of a collection of objects. */
const COLLECTION = /^\/(?:api\/v1|apis\/[^/]+\/v\d+)\/(namespaces\/\{namespace\}\/)?[^/{]+$/;

const kinds: Record<string, Record<string, string>> = {};
const clusterScoped: Record<string, string[]> = {};
const models: Record<string, Record<string, string>> = {};

const short = (name: string): string =>
  name.replace(/^io\.k8s\.(?:api|apimachinery\.pkg\.apis|[\w-]+\.pkg\.apis)\./, "");

function readDocument({ paths, components: { schemas } }: OpenApi): void {
  const visit = (name: string): string => {
    const { properties = {}, required = [] } = schemas[name]!;
    if (!(short(name) in models)) {
      const fields: Record<string, string> = {};
      models[short(name)] = fields;
      const empty = leftOut(short(name));
      for (const [field, schema] of Object.entries(properties).toSorted()) {
        fields[`${field}${required.includes(field) ? "!" : empty.has(field) ? "?" : ""}`] = typeOf(schema);
      }
    }
    return short(name);
  };
  const typeOf = (schema: OpenApiSchema): string => {
    const ref = (schema.$ref ?? schema.allOf?.[0]?.$ref)?.replace("#/components/schemas/", "");
    if (ref?.endsWith(".Quantity")) return "Quantity";
    if (ref && schemas[ref]!.properties) return visit(ref);
    if (ref) return typeOf(schemas[ref]!);
    if (schema.format === "int-or-string") return "IntOrString";
    if (schema.type === "array") return `[]${typeOf(schema.items!)}`;
    if (schema.additionalProperties) return `map[string]${typeOf(schema.additionalProperties)}`;
    if (schema.format === "byte") return "bytes";
    if (schema.format === "date-time") return "timestamp";
    return schema.type && schema.type !== "object" ? schema.type : "any";
  };

  for (const [path, { post }] of Object.entries(paths)) {
    const match = COLLECTION.exec(path);
    if (!match || !post?.[GVK]) continue;
    const { group, version, kind } = post[GVK];
    const apiVersion = group ? `${group}/${version}` : version;
    const is = (other: GroupVersionKind) => other.group === group && other.version === version && other.kind === kind;
    const name = Object.keys(schemas).find((key) => schemas[key]![GVK]?.some(is))!;
    kinds[apiVersion] = { ...kinds[apiVersion], [kind]: visit(name) };
    if (!match[1]) clusterScoped[apiVersion] = [...(clusterScoped[apiVersion] ?? []), kind];
  }
}

const sorted = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).toSorted());

const [checkout, version] = process.argv.slice(2);
if (!checkout || !version) throw new Error("usage: kubernetes.generate.ts <kubernetes checkout> <version>");
const folder = join(checkout, "api/openapi-spec/v3");
const leftOut = fieldsLeftOut(join(checkout, "staging/src/k8s.io"));
for (const file of readdirSync(folder).filter((name) => name.endsWith("_openapi.json"))) {
  readDocument(JSON.parse(readFileSync(join(folder, file), "utf8")) as OpenApi);
}
const written = { source: `kubernetes ${version}, api/openapi-spec/v3`, kinds, clusterScoped, models: sorted(models) };
writeFileSync(new URL("kubernetes.json", import.meta.url), `${JSON.stringify(written, undefined, 2)}\n`);
