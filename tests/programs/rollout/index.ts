import { Config, type ResourceTransform, secret } from "@pulumi/pulumi";
import { CartsApi } from "../../../components/index.ts";

/** A resource of an RGD, as far as it is changed here. */
interface Resource {
  readonly id: string;
  readonly template: { readonly spec: { readonly template: PodTemplate } };
}

interface PodTemplate {
  readonly metadata: { readonly labels: Record<string, string> };
  readonly spec: { readonly containers: { image: string }[] };
}

const config = new Config();
const [suffix, label] = [config.get("suffix"), config.get("label")];

/** The definition as somebody's change of it has it: what each instance's Deployment gets. */
const changed: ResourceTransform = ({ type, props, opts }) => {
  if (type !== "kubernetes:kro.run/v1alpha1:ResourceGraphDefinition") return undefined;
  const { spec } = structuredClone(props) as {
    spec: { schema: { spec: Record<string, unknown> }; resources: Resource[] };
  };
  const { template } = spec.resources.find(({ id }) => id === "deployment")!.template.spec;
  for (const container of template.spec.containers) container.image += suffix ?? "";
  // Most changes bring a field as well: on the way back it is to go.
  if (suffix) spec.schema.spec.note = 'string | default=""';
  if (label) template.metadata.labels["example.com/change"] = label;
  return { props: { ...props, spec }, opts };
};

export const { definitionName } = new CartsApi("api", {}, { transforms: [changed] });
/** Passed on by whatever runs on the stack. */
export const token = secret("kept-from-view");
