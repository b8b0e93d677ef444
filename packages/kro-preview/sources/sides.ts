import { UserError } from "../../console/index.ts";
import type { KubernetesObject } from "../../kro/index.ts";
import type { Plan } from "../pulumi/plan.ts";
import type { TextFile } from "./files.ts";
import { manifestPlan, twinNotes } from "./manifestPlan.ts";
import { type Located, ofFiles } from "./manifests.ts";
import { PackedObject } from "./packedChange.ts";

/** What is compared with what. */
export interface Comparison {
  readonly plan: Plan;
  /** CustomResourceDefinitions of either side: of two of a kind, makeReport takes the last, which is that of after. */
  readonly crds: readonly unknown[];
  /** What was passed over: sentences. */
  readonly notes: readonly string[];
}

/**
 * The difference of two folders, files or globs.
 *
 * @param shared - paths of what is the same before and after. Default: none.
 * @throws UserError for a path where nothing is, and where neither side has a file.
 */
export async function comparePaths(old: string, next: string, shared: readonly string[] = []): Promise<Comparison> {
  const { namesOf, readFiles, textsOf } = await import("./files.ts");
  const side = async (path: string) => ({ path, names: await namesOf([path], { mayBeEmpty: true }) });
  const [same, before, after] = await Promise.all([readFiles(shared), side(old), side(next)]);
  const empty = [before, after].filter(({ names }) => names.length === 0).map(({ path }) => path);
  if (empty.length === 2) throw new UserError(`neither ${old} nor ${next} holds a .yaml, .yml or .json file`);
  const found = await compare(
    chain(same, textsOf(before.names)),
    chain(same, textsOf(after.names)),
    `${old} to ${next}`,
  );
  const notes = empty.map((path) => `The folder ${path} holds no .yaml, .yml or .json file: that side is empty.`);
  return { ...found, notes: [...notes, ...found.notes] };
}

/**
 * The difference of two Git revisions.
 *
 * @param to - undefined for the working tree.
 * @param paths - from the current folder: Git's pathspecs. None: the whole folder.
 * @param shared - paths of files of what is the same before and after. Default: none.
 */
export async function compareRevisions(
  from: string,
  to: string | undefined,
  paths: readonly string[],
  shared: readonly string[] = [],
): Promise<Comparison> {
  const { revisionFiles, workingTreeFiles } = await import("./git.ts");
  const { readFiles } = await import("./files.ts");
  const before = await revisionFiles(from, paths);
  const after = await (to === undefined ? workingTreeFiles(paths) : revisionFiles(to, paths));
  if (before.length + after.length === 0) {
    throw new UserError(`neither side has a .yaml, .yml or .json file in ${paths.join(", ") || "this folder"}`);
  }
  const same = await readFiles(shared);
  return compare(
    [...same, ...before],
    [...same, ...after],
    `${short(from)} to ${to === undefined ? "the working tree" : short(to)}`,
  );
}

/** A commit's whole id would fill a heading. */
const short = (revision: string): string => (/^[0-9a-f]{40}$/.test(revision) ? revision.slice(0, 12) : revision);

async function* chain(...all: readonly (Iterable<TextFile> | AsyncIterable<TextFile>)[]): AsyncGenerator<TextFile> {
  for (const files of all) yield* files;
}

type Files = Parameters<typeof ofFiles>[0];

async function compare(old: Files, next: Files, title: string): Promise<Comparison> {
  const packed = (one: Located<KubernetesObject>) => new PackedObject(one);
  const [before, after] = [await ofFiles(old, packed), await ofFiles(next, packed)];
  const notes = [before, after].flatMap((side) => [...side.notes, ...twinNotes(side)]);
  const crds = [before, after].flatMap((side) => side.crds.map(({ object }) => object));
  return { plan: manifestPlan(before, after, title), crds, notes };
}
