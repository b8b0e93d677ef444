/**
 * Labels that kro 0.9 puts on everything that it makes of an instance: of which one, and which resource of the RGD it is.
 *
 * @see https://github.com/kubernetes-sigs/kro/blob/v0.9.4/pkg/metadata/labels.go
 */
export const INSTANCE_LABELS = {
  group: "kro.run/instance-group",
  kind: "kro.run/instance-kind",
  name: "kro.run/instance-name",
  /** Of the instance; its children may be in another one. */
  namespace: "kro.run/instance-namespace",
  /** The instance's uid. */
  id: "kro.run/instance-id",
  /** Id of a resource in the RGD. */
  node: "kro.run/node-id",
} as const;
