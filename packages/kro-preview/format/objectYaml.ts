import { Document, isScalar, type Node, Pair, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { printable } from "../../console/index.ts";
import {
  type Crds,
  fieldSchema,
  type JsonSchema,
  KnownAfterApply,
  type KubernetesObject,
  resolveSchema,
  Secret,
  type Value,
} from "../../kro/index.ts";
import { GO_SCALARS } from "../sources/kubernetesYaml.ts";
import { PLACEHOLDER, placeholder } from "./placeholder.ts";

/**
 * An object as a YAML document, without its `---`. What only the cluster can know is a placeholder, with the expression
 * behind it as a comment. Texts that some reader of YAML, new or old, could take for something else are in quotes.
 *
 * @param comments - lines before it.
 * @param crds - types of the fields of kinds that are not Kubernetes' own.
 */
export function objectYaml(object: KubernetesObject, comments: readonly string[] = [], crds?: Crds): string {
  const document = new Document(undefined, {
    ...{ schema: "yaml-1.1", compat: "core", customTags: (tags) => [...tags, ...GO_SCALARS] },
  });
  document.contents = toNode(object as Value, schemaOf(object, crds));
  const text = document.toString({ lineWidth: 0 });
  return comments.map((comment) => `# ${printable(comment)}\n`).join("") + text;
}

/** A YAML stream of documents that {@link objectYaml} wrote. */
export const yamlStream = (documents: readonly string[]): string => documents.map((text) => `---\n${text}`).join("");

/** An object as JSON, with the same placeholders. */
export const plainObject = (object: KubernetesObject, crds?: Crds): unknown =>
  plain(object as Value, schemaOf(object, crds));

const schemaOf = ({ apiVersion, kind }: KubernetesObject, crds: Crds | undefined): JsonSchema | undefined =>
  resolveSchema(apiVersion, kind) ?? crds?.get(`${apiVersion} ${kind}`)?.schema;

function toNode(value: Value, schema: JsonSchema | undefined): Node {
  if (value instanceof KnownAfterApply) return commented(placeholder(schema), `${value.label}: ${value.expression}`);
  if (value instanceof Secret) return commented(PLACEHOLDER, "a secret");
  if (Array.isArray(value)) {
    const list = new YAMLSeq();
    for (const item of value as readonly Value[]) list.items.push(toNode(item, schema?.items));
    list.flow = list.items.length === 0;
    return list;
  }
  if (typeof value === "object" && value !== null) {
    const map = new YAMLMap();
    for (const [key, item] of Object.entries(value)) {
      const node = toNode(item, schema && fieldSchema(schema, key));
      const name = new Scalar(key);
      // Behind a list or a map there would be no place for it.
      if (!isScalar(node) && node.comment != null) [name.commentBefore, node.comment] = [node.comment, undefined];
      map.items.push(new Pair(name, node));
    }
    map.flow = map.items.length === 0;
    return map;
  }
  return new Scalar(value);
}

function commented(value: unknown, comment: string): Node {
  const node =
    value !== null && typeof value === "object"
      ? Array.isArray(value)
        ? new YAMLSeq()
        : new YAMLMap()
      : new Scalar(value);
  if (!isScalar(node)) node.flow = true;
  node.comment = ` ${printable(comment)}`;
  return node;
}

function plain(value: Value, schema: JsonSchema | undefined): unknown {
  if (value instanceof KnownAfterApply) return placeholder(schema);
  if (value instanceof Secret) return PLACEHOLDER;
  if (Array.isArray(value)) return value.map((item) => plain(item, schema?.items));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, plain(item, schema && fieldSchema(schema, key))]),
  );
}
