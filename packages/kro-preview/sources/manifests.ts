import { UserError } from "../../console/index.ts";
import { type Definition, type Instance, instanceGvk, type KubernetesObject } from "../../kro/index.ts";
import { isReadable } from "./definitions.ts";
import { objectsIn } from "./documents.ts";
import type { TextFile } from "./files.ts";
import { checkMetadata } from "./instanceMetadata.ts";

/** An object, and where it is written. */
export interface Located<T> {
  readonly object: T;
  /** As it was named; `-` for stdin. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** What YAML files hold, in the order of the files and in each from top to bottom. */
export interface Manifests {
  readonly definitions: readonly Located<Definition>[];
  /** Objects of a kind that one of the definitions makes. */
  readonly instances: readonly Located<Instance>[];
  readonly crds: readonly Located<KubernetesObject>[];
  readonly others: readonly Located<KubernetesObject>[];
  /** What was passed over: sentences. */
  readonly notes: readonly string[];
}

/**
 * What files hold.
 *
 * @param paths - files, folders (with all YAML and JSON files in them and in their folders), globs, and `-` for stdin.
 * @param stdin - the text of stdin. Default: it is read to its end when `-` is named.
 * @throws UserError for what is no list, for a path where nothing is, and for a file that is not YAML: with its line.
 */
export async function readManifests(
  paths: readonly string[],
  options: { readonly stdin?: string } = {},
): Promise<Manifests> {
  if (!Array.isArray(paths)) throw new UserError(`readManifests takes a list of paths, not ${JSON.stringify(paths)}`);
  const { namesOf, textsOf } = await import("./files.ts");
  return ofFiles(textsOf(await namesOf(paths), options));
}

/**
 * What texts hold, as {@link readManifests}.
 *
 * @param files - each is let go when it is read, so that they may come one by one.
 * @param kept - how an object that is neither an RGD nor a CRD is kept until it is looked at. Default: as it is.
 * @throws UserError for a text that is not YAML: with its line.
 */
export async function ofFiles(
  files: Iterable<TextFile> | AsyncIterable<TextFile>,
  kept: (one: Located<KubernetesObject>) => Located<KubernetesObject> = (one) => one,
): Promise<Manifests> {
  const notes = new Set<string>();
  const definitions: Located<Definition>[] = [];
  const crds: Located<KubernetesObject>[] = [];
  const rest: Located<KubernetesObject>[] = [];
  for await (const { object, file, lineOf } of objectsIn(files, (text) => notes.add(text))) {
    const line = lineOf([]);
    if (!isObject(object)) {
      notes.add(`${file}:${line} was passed over: it is no Kubernetes object.`);
      continue;
    }
    const one = { object, file, line };
    if (isDefinition(one)) definitions.push(one);
    else if (isCrd(one)) crds.push(one);
    else rest.push(kept(one));
  }
  const kinds = new Set(definitions.map(({ object }) => kindOf({ ...instanceGvk(object) })));
  const { instances = [], others = [] } = Object.groupBy(rest, ({ object }) =>
    kinds.has(kindOf(object)) ? "instances" : "others",
  );
  for (const instance of instances) checkMetadata(instance);
  return {
    definitions,
    instances: instances as readonly Located<unknown>[] as readonly Located<Instance>[],
    crds,
    others,
    notes: [...notes],
  };
}

/** Whether it has what every object of Kubernetes has. */
export const isObject = (object: unknown): object is KubernetesObject => {
  const { apiVersion, kind } = (object ?? {}) as { readonly [key: string]: unknown };
  return typeof apiVersion === "string" && typeof kind === "string";
};

/** @throws UserError for an RGD that has no name, schema or resources. */
function isDefinition<T>(one: Located<T>): one is Located<T & Definition> {
  const { apiVersion, kind } = one.object as { readonly apiVersion: string; readonly kind: string };
  if (kind !== "ResourceGraphDefinition" || !apiVersion.startsWith("kro.run/")) return false;
  if (isReadable(one.object as { readonly [key: string]: unknown })) return true;
  throw new UserError(`${one.file}:${one.line}: the RGD has no name, schema or resources`);
}

const isCrd = ({ object: { apiVersion, kind } }: Located<KubernetesObject>): boolean =>
  kind === "CustomResourceDefinition" && apiVersion.startsWith("apiextensions.k8s.io/");

const kindOf = ({ apiVersion, kind }: { readonly apiVersion: string; readonly kind: string }): string =>
  `${apiVersion} ${kind}`;
