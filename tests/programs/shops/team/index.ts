import { CustomResource } from "@pulumi/kubernetes/apiextensions/customResource.js";
import { Provider } from "@pulumi/kubernetes/provider.js";

const provider = new Provider("cluster", { context: "carts-sandbox" });
const metadata = { name: "water", namespace: "default" };
new CustomResource(
  "water",
  { apiVersion: "kro.run/v1alpha1", kind: "Shop", metadata, spec: { name: "water" } },
  { provider },
);
