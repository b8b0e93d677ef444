import { type Definition, groupOf, instanceGvk } from "../../kro/index.ts";
import { latest, placeOf, twinNotes } from "./manifestPlan.ts";
import type { Located, Manifests } from "./manifests.ts";

/**
 * Manifests with every object once, as a cluster would have them: of an RGD or an instance that is there twice the last,
 * of two RGDs that make the same API the first. A note tells what was left out.
 */
export function withoutTwins(manifests: Manifests): Manifests {
  const last = latest(manifests);
  const all = last(manifests.definitions);
  const twins = apiTwins(all);
  const refused = new Set(twins.filter(({ owner, later }) => isSameVersion(owner, later)).map(({ later }) => later));
  return {
    ...manifests,
    definitions: all.filter((one) => !refused.has(one)),
    instances: last(manifests.instances),
    notes: [...manifests.notes, ...twinNotes(manifests), ...twins.map(apiTwinNote)],
  };
}

/** Two RGDs that make the same API. */
interface ApiTwins {
  readonly owner: Located<Definition>;
  /** The one that kro refuses, if the other is there before it. */
  readonly later: Located<Definition>;
}

/**
 * RGDs of other names that make an API of one before them: of the same group and kind, in any version. Its CRD is the
 * first one's, and kro refuses the others.
 *
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/client/crd.go (Ensure)
 */
export function apiTwins(definitions: readonly Located<Definition>[]): ApiTwins[] {
  const owners = new Map<string, Located<Definition>>();
  return definitions.flatMap((later) => {
    const { kind, apiVersion } = instanceGvk(later.object);
    const key = `${groupOf(apiVersion)} ${kind}`;
    const owner = owners.get(key);
    if (!owner) owners.set(key, later);
    return owner && owner.object.metadata.name !== later.object.metadata.name ? [{ owner, later }] : [];
  });
}

const isSameVersion = (a: Located<Definition>, b: Located<Definition>): boolean =>
  a.object.spec.schema.apiVersion === b.object.spec.schema.apiVersion;

function apiTwinNote({ owner, later }: ApiTwins): string {
  const { kind, apiVersion } = instanceGvk(later.object);
  const [first, other] = [owner, later].map((one) => `${one.object.metadata.name} (${placeOf(one)})`);
  return `The RGDs ${first} and ${other} make the same API, ${kind} of ${groupOf(apiVersion)}: kro gives it to the one that is there first, and refuses the other.`;
}
