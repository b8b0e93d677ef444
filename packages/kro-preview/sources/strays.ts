import { didYouMean } from "../../console/index.ts";
import { crdSchemas, type Definition, groupOf, instanceGvk, type KubernetesObject } from "../../kro/index.ts";
import type { Api } from "./definitions.ts";
import { customApi } from "./instances.ts";
import type { Located } from "./manifests.ts";

/** What files hold that strays are told by. */
interface Held {
  readonly definitions: readonly { readonly object: Definition }[];
  readonly crds: readonly { readonly object: unknown }[];
  readonly others: readonly Located<KubernetesObject>[];
}

/**
 * Custom resources that look like instances, and that none of the RGDs makes: of the group of one, or of a kind that is
 * spelt as that of one, or nearly so. A kind of a CRD that is given is none, and neither is one of AWS' controllers.
 */
export function straysIn({ definitions, crds, others }: Held): readonly Located<KubernetesObject>[] {
  const apis = definitions.map(({ object }) => instanceGvk(object));
  const known = crdSchemas(crds.map(({ object }) => object));
  return others.filter(({ object: { apiVersion, kind } }) => {
    if (!customApi(typeOf({ apiVersion, kind })) || known.has(`${apiVersion} ${kind}`)) return false;
    if (apis.some((api) => api.apiVersion === apiVersion && api.kind === kind)) return false;
    if (/\.services\.k8s\.aws\//.test(apiVersion)) return false;
    return apis.some((api) => api.group === groupOf(apiVersion)) || isNear(kind, apis);
  });
}

const isNear = (kind: string, apis: readonly Api[]): boolean =>
  didYouMean(
    kind,
    apis.map((api) => api.kind),
  ) !== "";

/** Pulumi's type of an API. */
const typeOf = ({ apiVersion, kind }: Api): string => `kubernetes:${apiVersion}:${kind}`;

/** That none of the RGDs makes an object, and what was probably meant: `shop.yaml:1: none of the RGDs makes ...`. */
export function strayText(
  { object: { apiVersion, kind }, file, line }: Located<KubernetesObject>,
  definitions: Held["definitions"],
): string {
  const apis = definitions.map(({ object }) => instanceGvk(object));
  const others = apis.map((api) => `${api.apiVersion} ${api.kind}`);
  const made = others.length > 0 ? `they make ${others.join(", ")}` : "there is none";
  const meant = meantApi({ apiVersion, kind }, apis) || `: -f names its RGD (${made})`;
  return `${file}:${line}: none of the RGDs makes a ${apiVersion} ${kind}${meant}`;
}

/** What was probably meant by an API that is none of some, as the end of a sentence; nothing where none is near. */
export function meantApi({ apiVersion, kind }: Api, apis: readonly Api[]): string {
  const inVersion = apis.filter((api) => api.apiVersion === apiVersion).map((api) => api.kind);
  const ofKind = apis.filter((api) => api.kind === kind).map((api) => api.apiVersion);
  const meant = didYouMean(kind, inVersion);
  if (meant) return meant;
  if (ofKind.length > 0) return ` (did you mean ${ofKind[0]}?)`;
  const near = apis.find((api) => didYouMean(kind, [api.kind]) !== "");
  return near ? ` (did you mean ${near.apiVersion} ${near.kind}?)` : "";
}
