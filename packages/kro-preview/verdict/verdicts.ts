import { crdSchemas, type Definition, type Finding, validate } from "../../kro/index.ts";
import { type Api, foreignDefinition, isReadable } from "../sources/definitions.ts";
import { customApi } from "../sources/instances.ts";
import { nodeKinds, openKindsNote } from "../sources/known.ts";
import { twinNotes } from "../sources/manifestPlan.ts";
import type { Located } from "../sources/manifests.ts";
import { straysIn, strayText } from "../sources/strays.ts";
import { apiTwins } from "../sources/twins.ts";
import type { Written } from "./writtenDefinitions.ts";

/** What is found in an RGD of a file. */
export interface LocatedFinding extends Omit<Finding, "at"> {
  /** Name of the RGD. */
  readonly definition: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/**
 * The findings on RGDs, in the order of their lines.
 *
 * @param written - RGDs, and the CRDs of kinds in them.
 * @param before - the RGDs as they are in the cluster: one of the same name is what another is a change of.
 */
export function verdictsOn({ definitions, crds }: Written, before?: Written): LocatedFinding[] {
  const earlier = new Map(before?.definitions.map(({ definition }) => [nameOf(definition), definition]));
  const readable = definitions.map(({ definition }) => definition).filter((one) => isReadable({ ...one }));
  const known = { definitions: readable, crds: crdSchemas(crds) };
  const owners = new Map(
    apiTwins(locatedIn(definitions)).map(({ owner, later }) => [later.object, owner.object] as const),
  );
  return definitions.flatMap(({ definition, file, lineOf }) => {
    const name = nameOf(definition);
    return validate(definition, { before: earlier.get(name), known, owner: owners.get(definition) })
      .map(({ at, ...finding }): LocatedFinding => ({ definition: name, file, line: lineOf(at), ...finding }))
      .sort((a, b) => a.line - b.line);
  });
}

/** What is not looked at of RGDs, or of what is beside them: sentences. */
export function notesOn({ definitions, crds, others }: Written): string[] {
  const readable = locatedIn(definitions);
  const kinds = readable.flatMap(({ object }) => nodeKinds(foreignDefinition(object)));
  const known = { definitions: readable.map(({ object }) => object), crds: crdSchemas(crds) };
  const strays = straysIn({ definitions: readable, crds: crds.map((object) => ({ object })), others });
  const open = openKindsNote(kinds.filter(isCustom), known, "--crds");
  const twins = twinNotes({ definitions: readable, instances: [], crds: [], others, notes: [] }, "both were looked at");
  return [...twins, ...strays.map((stray) => `${strayText(stray, readable)}.`), ...(open === undefined ? [] : [open])];
}

/**
 * That RGDs are not in what is there now, so that no change of them was looked at.
 *
 * @param place - where they were looked for.
 */
export function newNotes({ definitions }: Written, before: Written, place: string): string[] {
  if (before.definitions.length === 0) return [`There is no RGD in ${place}: no change was looked at.`];
  const earlier = new Set(before.definitions.map(({ definition }) => nameOf(definition)));
  const names = definitions.map(({ definition }) => nameOf(definition)).filter((name) => !earlier.has(name));
  if (names.length === 0) return [];
  return [
    `There is no RGD ${[...new Set(names)].join(", ")} in ${place}: it counts as new, and no change of it was looked at.`,
  ];
}

/** What is wrong with a kind of Kubernetes' own is found otherwise. */
const isCustom = ({ apiVersion, kind }: Api): boolean => customApi(`kubernetes:${apiVersion}:${kind}`) !== undefined;

/** The RGDs that have what every RGD has. */
const locatedIn = (definitions: Written["definitions"]): Located<Definition>[] =>
  definitions
    .filter(({ definition }) => isReadable({ ...definition }))
    .map(({ definition, file, lineOf }) => ({ object: definition, file, line: lineOf([]) }));

const nameOf = ({ metadata }: Definition): string => String(metadata?.name ?? "");
