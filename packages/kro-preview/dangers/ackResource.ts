import { groupOf, isMap, type JsonSchema, type KubernetesObject, Secret, type Value } from "../../kro/index.ts";

/** What an object of ACK's stands for in AWS. */
export interface AckResource {
  /** Such as `s3`. */
  readonly service: string;
  readonly kind: string;
  /** What tells it from others of its kind, such as its name. Undefined where AWS chooses an id. */
  readonly identity: Value | undefined;
  /** As a reader knows it: by what tells it apart, or by the object's own name. */
  readonly title: string;
  /** What tells it apart can't be changed: the CRD says so. */
  readonly isFixed: boolean;
  /** It stays in AWS when the object is deleted. */
  readonly isKept: boolean;
  /** The object says itself what becomes of it. Else its namespace may, or its controller. */
  readonly isPolicyKnown: boolean;
  /** The object takes up a resource that is there. */
  readonly isAdopting: boolean;
}

const PREFIX = "services.k8s.aws/";

/** @param schema - of the object's kind, where its CRD is known. */
export function ackResource(object: KubernetesObject, schema: JsonSchema | undefined): AckResource | undefined {
  const [, service] = /^([^.]+)\.services\.k8s\.aws$/.exec(groupOf(object.apiVersion)) ?? [];
  if (service === undefined) return undefined;
  const annotations = object.metadata.annotations as Value | undefined;
  const annotation = (name: string): Value | undefined =>
    isMap(annotations) ? annotations[`${PREFIX}${name}`] : undefined;
  const field = nameField(object, schema);
  const named = field === undefined ? undefined : specOf(object)[field];
  const identity = named ?? annotation("adoption-fields");
  return {
    ...{ service, kind: object.kind, identity },
    title: String(named ?? object.metadata.name),
    isFixed: field !== undefined && schema?.properties?.spec?.properties?.[field]?.immutable === true,
    isKept: annotation("deletion-policy") === "retain" || annotation("read-only") === "true",
    isPolicyKnown: annotation("deletion-policy") !== undefined,
    isAdopting: /^adopt/.test(String(annotation("adoption-policy"))),
  };
}

/** Whether what tells two apart is the same. Secrets are shown alike. */
export const isSameIdentity = ({ identity: before }: AckResource, { identity: after }: AckResource): boolean =>
  before instanceof Secret && after instanceof Secret
    ? before.version === after.version
    : String(before) === String(after);

/** Whether an object that stays stands for another resource in AWS from now on, whose ARN and ids are others. */
export function isElsewhere(
  before: KubernetesObject,
  after: KubernetesObject,
  schema: JsonSchema | undefined,
): boolean {
  const [old, next] = [before, after].map((object) => ackResource(object, schema));
  return old !== undefined && next !== undefined && !old.isFixed && !isSameIdentity(old, next);
}

const specOf = ({ spec }: KubernetesObject): { readonly [key: string]: Value } => {
  const value = spec as Value | undefined;
  return isMap(value) ? value : {};
};

/** The field of the spec that names the resource in AWS, such as `tableName`, `dbInstanceIdentifier`, `name`. */
function nameField(object: KubernetesObject, schema: JsonSchema | undefined): string | undefined {
  const { properties, required = [] } = schema?.properties?.spec ?? {};
  const fields = Object.keys(properties ?? specOf(object));
  const kind = object.kind.toLowerCase();
  const names = [`${kind}name`, `${kind}identifier`, `${kind}id`, "name"];
  const candidates = names.flatMap((name) => fields.find((field) => field.toLowerCase() === name) ?? []);
  return candidates.find((field) => required.includes(field)) ?? candidates[0];
}

const TABLE_GROUP = "dynamodb.services.k8s.aws";

/** A DynamoDB table's, with its group. */
export const TABLE_KIND = `${TABLE_GROUP}/Table`;

export const isTable = (object: KubernetesObject | undefined): object is KubernetesObject =>
  object?.kind === "Table" && groupOf(object.apiVersion) === TABLE_GROUP;

/** Whether two values are the same, of which secrets are shown alike. */
export const isSame = (before: Value | undefined, after: Value | undefined): boolean =>
  before instanceof Secret && after instanceof Secret
    ? before.version === after.version
    : String(before) === String(after);
