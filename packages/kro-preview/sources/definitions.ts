import { type Definition, instanceGvk, KnownAfterApply, Secret, type Value } from "../../kro/index.ts";
import type { Side } from "../conceal.ts";
import type { Plan, PlannedChange } from "../pulumi/plan.ts";
import type { Inputs } from "../pulumi/values.ts";

/** An RGD that concerns the stack's instances. */
export interface PlannedDefinition {
  readonly name: string;
  /** Undefined for one that the stack doesn't own. */
  readonly change: PlannedChange | undefined;
  readonly before: Definition | undefined;
  readonly after: Definition | undefined;
}

/** A kind of custom resources, as its instances name it. */
export interface Api {
  /** Such as `kro.run/v1alpha1`. */
  readonly apiVersion: string;
  readonly kind: string;
}

/** Where RGDs are. */
export interface DefinitionSource {
  /** Names it, in a note: `the cluster`, `shops.yaml`. */
  readonly title: string;
  /** It is where kro takes its RGDs from: what it hasn't, kro doesn't know. Default false. */
  readonly isLive?: boolean;
  /**
   * The RGD that makes an API, or undefined.
   *
   * @throws Error that says why the source could not be asked, and NotTaken.
   */
  find(api: Api): Promise<PlannedDefinition | undefined>;
}

/** Why what a source has is not taken: a sentence without its stop. */
export class NotTaken extends Error {}

/** A source of RGDs that are at hand. */
export const sourceOf = (title: string, definitions: readonly PlannedDefinition[]): DefinitionSource => ({
  title,
  find: async (api) => definitions.find((definition) => makes(definition, api)),
});

/** An RGD that the stack doesn't own, and doesn't change. */
export const foreignDefinition = ({ apiVersion, metadata: { name }, spec }: Definition): PlannedDefinition => {
  const definition = { ...(apiVersion !== undefined && { apiVersion }), metadata: { name }, spec };
  return { name, change: undefined, before: definition, after: definition };
};

/** Whether an RGD makes an API, before the update or after it. */
export const makes = ({ before, after }: PlannedDefinition, { apiVersion, kind }: Api): boolean =>
  [before, after].some((side) => {
    const made = side && instanceGvk(side);
    return made?.apiVersion === apiVersion && made.kind === kind;
  });

/** Pulumi's type of an RGD. */
export const DEFINITION_TYPE = "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition";

/**
 * The RGDs of a plan.
 *
 * @param note - called with a sentence for each that can't be read.
 */
export function plannedDefinitions({ changes }: Plan, note: (text: string) => void): PlannedDefinition[] {
  const read = ({ name, masked, imported, ...sides }: PlannedChange, side: Side): Definition | undefined => {
    const inputs = sides[side];
    const problem = inputs && (masked?.includes(side) ? MASKED : unreadable(inputs));
    // Of what it imports, Pulumi's plugin doesn't always tell the spec.
    if (problem && !(imported && side === "before")) note(`The RGD ${name} was not looked at: ${problem}.`);
    return inputs && !problem ? (inputs as unknown as Definition) : undefined;
  };
  return changes
    .filter(({ type }) => type === DEFINITION_TYPE)
    .map((change) => {
      const [before, after] = [read(change, "before"), read(change, "after")];
      return { name: (after ?? before)?.metadata.name ?? change.name, change, before, after };
    });
}

/**
 * A source without a plan's own RGDs: what a cluster has of them has the text of what is secret in the plan. Whoever asks for one
 * that can't be read in the plan is told why there is none.
 *
 * @param own - the plan's.
 * @param isPartial - the plan may leave out some of its own: then any may be one.
 */
export function withoutOwn(
  source: DefinitionSource,
  own: readonly PlannedDefinition[],
  isPartial = false,
): DefinitionSource {
  const isOwn = isPartial ? () => true : ownIn(own);
  return {
    title: source.title,
    ...(source.isLive && { isLive: true }),
    async find(api) {
      const found = await source.find(api);
      if (!found || !source.isLive || !isOwn(found)) return found;
      // Its name may be what is secret.
      const why = "may be one of the plan's own, which the plan alone tells of";
      throw new NotTaken(`the RGD of it in ${source.title} ${why}`);
    },
  };
}

/**
 * Whether an RGD in a cluster is, or may be, one of a plan's own, on either side: then the plan alone tells of it. One whose name is
 * secret may be any; one that gets a name only with the update is none that is there.
 */
export function ownIn(own: readonly PlannedDefinition[]): (live: PlannedDefinition) => boolean {
  const namesOf = (side: Side) => own.flatMap(({ change }) => (change?.[side] ? [nameIn(change[side])] : []));
  const [before, after] = [namesOf("before"), namesOf("after")];
  const isAny = before.some((name) => typeof name !== "string") || after.some((name) => name instanceof Secret);
  return ({ name }) => isAny || before.includes(name) || after.includes(name);
}

const nameIn = ({ metadata }: Inputs): Value | undefined =>
  metadata instanceof Secret ? metadata : (metadata as { readonly name?: Value } | undefined)?.name;

/** Why what Pulumi masked can't be read, and what helps. */
export const MASKED =
  "the text of a secret config value also occurs in it, and Pulumi hides that; give the secret another text, or set it without --secret";

function unreadable({ metadata, spec }: Inputs): string | undefined {
  if (holds(KnownAfterApply, spec ?? null)) return "it holds what only the update can know";
  if (holds(Secret, (spec as { schema?: Value } | undefined)?.schema ?? null)) return "its schema holds a secret";
  return isReadable({ metadata, spec }) ? undefined : "its name, schema or resources are missing or secret";
}

/** Whether an object has what every RGD has. */
export function isReadable({ metadata, spec }: { readonly [key: string]: unknown }): boolean {
  const { schema, resources } = (spec ?? {}) as { readonly [key: string]: Value };
  const { kind, apiVersion } = (schema ?? {}) as { readonly [key: string]: Value };
  const { name } = (metadata ?? {}) as { readonly [key: string]: Value };
  return (
    [name, kind, apiVersion].every((text) => typeof text === "string") &&
    (resources === undefined || Array.isArray(resources))
  );
}

function holds(special: typeof KnownAfterApply | typeof Secret, value: Value): boolean {
  if (value instanceof special) return true;
  return value !== null && typeof value === "object" && Object.values(value).some((part) => holds(special, part));
}
