import { isDeepStrictEqual } from "node:util";
import { identityOf, type KubernetesObject, titleOf } from "../../kro/index.ts";
import type { Plan, PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";
import { DEFINITION_TYPE } from "./definitions.ts";
import { customApi } from "./instances.ts";
import type { Manifests } from "./manifests.ts";

/**
 * Two sets of manifests as a plan: what is only in `after` is created, what is only in `before` is deleted. Of other
 * objects, those are in it that may be instances of an RGD that is elsewhere.
 *
 * @param title - what is compared, such as `main and HEAD`.
 */
export function manifestPlan(before: Manifests, after: Manifests, title: string): Plan {
  const [old, next] = [before, after].map(planned) as [Map<string, KubernetesObject>, Map<string, KubernetesObject>];
  const keys = [...new Set([...old.keys(), ...next.keys()])].sort();
  return { project: title, stack: "", changes: keys.map((key) => changeOf(old.get(key), next.get(key))) };
}

function planned({ definitions, instances, others }: Manifests): Map<string, KubernetesObject> {
  const all = [...definitions, ...instances, ...others].map(({ object }) => object as unknown as KubernetesObject);
  const concerned = all.filter((object) => typeOf(object) === DEFINITION_TYPE || customApi(typeOf(object)));
  return new Map(concerned.map((object) => [identityOf(object), object]));
}

function changeOf(before: KubernetesObject | undefined, after: KubernetesObject | undefined): PlannedChange {
  const object = (after ?? before)!;
  const type = typeOf(object);
  const keys = [...new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])];
  const changed = before && after ? keys.filter((key) => !isDeepStrictEqual(before[key], after[key])).sort() : [];
  return {
    urn: `${type}::${titleOf(object)}`,
    type,
    name: titleOf(object).replace(`${object.kind} `, ""),
    provider: undefined,
    action: !before ? "create" : !after ? "delete" : changed.length > 0 ? "update" : "same",
    before: before as unknown as Inputs | undefined,
    after: after as unknown as Inputs | undefined,
    changed,
    retained: false,
    imported: false,
  };
}

/** As Pulumi names it. */
const typeOf = ({ apiVersion, kind }: KubernetesObject): string =>
  kind === "ResourceGraphDefinition" && apiVersion.startsWith("kro.run/")
    ? DEFINITION_TYPE
    : `kubernetes:${apiVersion}:${kind}`;
