import { identityOf, type Value } from "../../kro/index.ts";
import type { Inputs } from "../pulumi/values.ts";
import type { Api } from "./definitions.ts";

type Fields = { readonly [key: string]: Value | undefined };

/**
 * What an object of a plan is in a cluster: whether its kind has namespaces is not known here, so that there are two. None
 * where its name or namespace is secret, or known only after the update.
 *
 * @param api - where the inputs don't say it.
 */
export function identitiesOf(inputs: Inputs, api?: Api): readonly string[] {
  const { apiVersion = api?.apiVersion, kind = api?.kind, metadata } = inputs as Fields;
  const { name, namespace } = (metadata ?? {}) as Fields;
  if (![apiVersion, kind, name, namespace ?? ""].every((text) => typeof text === "string")) return [];
  const of = { apiVersion: apiVersion as string, kind: kind as string };
  return [namespace ?? "default", undefined].map((place) =>
    identityOf({ ...of, metadata: { name: name!, namespace: place } }),
  );
}
