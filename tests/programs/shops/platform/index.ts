import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { Config } from "@pulumi/pulumi";

const config = new Config();
const provider = new Provider("cluster", { context: "carts-sandbox" });
const apiVersion = "kro.run/v1alpha1";

const definition = new CustomResource(
  "definition",
  {
    apiVersion,
    kind: "ResourceGraphDefinition",
    metadata: { name: "shops" },
    spec: {
      schema: {
        apiVersion: "v1alpha1",
        kind: config.require("api"),
        spec: { name: "string", size: "integer" },
        status: { told: config.require("told") },
      },
      resources: [
        {
          id: "config",
          template: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "${schema.spec.name}" } },
        },
        {
          id: "extra",
          template: {
            apiVersion: "v1",
            kind: config.require("kind"),
            metadata: { name: "${schema.spec.name}-extra", annotations: { note: config.require("note") } },
          },
        },
      ],
    },
  },
  { provider },
);

for (const name of ["coffee", "tea"]) {
  new CustomResource(
    name,
    { apiVersion, kind: "Shop", metadata: { name, namespace: "default" }, spec: { name } },
    { provider, dependsOn: definition },
  );
}
