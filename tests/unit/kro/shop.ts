import type { Definition, DefinitionResource, Instance, Value } from "../../../packages/kro/index.ts";

/** An RGD of kind Shop with the given nodes. */
export const shop = (
  resources: readonly DefinitionResource[],
  spec: Readonly<Record<string, unknown>> = {
    name: "string",
    replicas: "integer | default=1",
    ratio: "float | default=0.5",
    debug: "boolean | default=false",
    zones: "[]string | default=[]",
  },
): Definition => ({
  metadata: { name: "shop" },
  spec: { schema: { apiVersion: "v1alpha1", kind: "Shop", spec }, resources },
});

/** An instance of it. */
export const instance = (spec: Readonly<Record<string, Value>> = { name: "tea" }): Instance => ({
  apiVersion: "kro.run/v1alpha1",
  kind: "Shop",
  metadata: { name: "one", namespace: "shops", labels: { team: "a" } },
  spec,
});

/** A node that makes a ConfigMap. */
export const configMap = (
  id: string,
  data: Readonly<Record<string, unknown>>,
  more: Partial<DefinitionResource> & { readonly name?: string } = {},
): DefinitionResource => {
  const { name = id.toLowerCase(), ...node } = more;
  return { id, template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data }, ...node };
};

/** A node that makes a Deployment, with these fields of its spec. */
export const deployment = (id: string, spec: Readonly<Record<string, unknown>>): DefinitionResource => ({
  id,
  template: {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: id },
    spec: {
      selector: { matchLabels: { app: id } },
      template: { metadata: { labels: { app: id } }, spec: { containers: [{ name: "main", image: "tea:1" }] } },
      ...spec,
    },
  },
});
