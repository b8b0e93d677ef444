import { DefinitionError } from "../../errors.ts";
import { instanceGvk } from "../../metadata/groupVersion.ts";
import type { Definition } from "../../objects.ts";
import { type StatusTypes, servedSchema } from "../crd/crd.ts";
import type { Crds } from "./crds.ts";
import type { JsonSchema } from "./jsonSchema.ts";
import { isClusterScoped } from "./resolver.ts";

/** What is known beyond Kubernetes' own kinds. Graphs are kept by the two, so that the same are to be given again. */
export interface Known {
  /** RGDs, of whose instances others may be made. Default none. */
  readonly definitions?: readonly Definition[] | undefined;
  /** From crdSchemas. Default none. */
  readonly crds?: Crds | undefined;
}

/** A kind that isn't Kubernetes' own, as the API server serves it. */
export interface ServedKind {
  /** Instances have no namespace. */
  readonly clusterScoped: boolean;
  /** Of an object. Undefined where nothing is known of its fields. */
  readonly schema: JsonSchema | undefined;
  /** The same, with any metadata: what the kind itself asks of an object. Default: the same. */
  readonly declared?: JsonSchema;
  /** The RGD that makes the kind. */
  readonly definition?: Definition;
}

/** What kro asks its schema resolver and its REST mapper. */
export interface Kinds {
  /** Only Kubernetes' own are known. */
  readonly isEmpty: boolean;
  /** Undefined for one of Kubernetes' own, and for one that isn't known. */
  served(apiVersion: string, kind: string): ServedKind | undefined;
  /** A kind that isn't known counts as having a namespace. */
  isClusterScoped(apiVersion: string, kind: string): boolean;
}

type TypesOf = (definition: Definition, kinds: Kinds) => StatusTypes;

/** Names a kind in {@link Crds}. */
export const kindKey = (apiVersion: string, kind: string): string => `${apiVersion} ${kind}`;

/**
 * What is known, to be asked.
 *
 * @param typesOf - the types of an RGD's status, with these kinds.
 */
export function makeKinds(definitions: readonly Definition[], crds: Crds, typesOf: TypesOf): Kinds {
  const makers = new Map(
    definitions.map((definition) => {
      const { apiVersion, kind } = instanceGvk(definition);
      return [kindKey(apiVersion, kind), definition] as const;
    }),
  );
  const found = new Map<string, ServedKind | undefined>();
  const kinds: Kinds = {
    isEmpty: definitions.length === 0 && crds.size === 0,
    served(apiVersion, kind) {
      if (kinds.isEmpty) return undefined;
      const key = kindKey(apiVersion, kind);
      if (!found.has(key)) {
        const definition = makers.get(key);
        found.set(key, definition ? servedBy(definition, (one) => typesOf(one, kinds)) : crds.get(key));
      }
      return found.get(key);
    },
    isClusterScoped: (apiVersion, kind) =>
      kinds.served(apiVersion, kind)?.clusterScoped ?? isClusterScoped(apiVersion, kind),
  };
  return kinds;
}

/** Of an RGD that kro refuses, the API is not there; what an instance of it holds is not looked at. */
function servedBy(definition: Definition, typesOf: (definition: Definition) => StatusTypes): ServedKind {
  const clusterScoped = definition.spec.schema.scope === "Cluster";
  try {
    return { clusterScoped, schema: servedSchema(definition, typesOf), definition };
  } catch (error) {
    if (error instanceof DefinitionError) return { clusterScoped, schema: undefined, definition };
    throw error;
  }
}
