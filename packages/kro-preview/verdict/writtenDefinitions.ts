import type { Definition, KubernetesObject } from "../../kro/index.ts";
import { type WrittenObject, writtenObjects } from "../sources/documents.ts";
import type { TextFile } from "../sources/files.ts";
import { isObject, type Located } from "../sources/manifests.ts";

/** An RGD as it is written: it may lack anything. */
export interface WrittenDefinition extends Omit<WrittenObject, "object"> {
  readonly definition: Definition;
}

/** What texts hold that RGDs are judged by. */
export interface Written {
  /** Every RGD, those too that no cluster would take. */
  readonly definitions: readonly WrittenDefinition[];
  readonly crds: readonly unknown[];
  /** All that is neither. */
  readonly others: readonly Located<KubernetesObject>[];
  /** What was passed over: sentences. */
  readonly notes: readonly string[];
}

/** @throws UserError for a text that is not YAML: with its line. */
export async function readWritten(files: readonly TextFile[]): Promise<Written> {
  const { objects, notes } = await writtenObjects(files);
  const of = (kind: string) => objects.filter(({ object }) => kindOf(object) === kind);
  return {
    definitions: of("kro.run ResourceGraphDefinition").map(({ object, ...place }) => ({
      definition: object as Definition,
      ...place,
    })),
    others: objects.flatMap(({ object, file, lineOf }) =>
      isObject(object) && !JUDGED.includes(kindOf(object)) ? [{ object, file, line: lineOf([]) }] : [],
    ),
    crds: of("apiextensions.k8s.io CustomResourceDefinition").map(({ object }) => object),
    notes,
  };
}

const JUDGED: readonly string[] = ["kro.run ResourceGraphDefinition", "apiextensions.k8s.io CustomResourceDefinition"];

/** Group and kind. */
function kindOf(object: unknown): string {
  const { apiVersion, kind } = (object ?? {}) as Readonly<Record<string, unknown>>;
  return `${String(apiVersion).split("/")[0]} ${kind}`;
}
